"""Words of bank texts, without what differs from one payment to the next."""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

_PROCESSORS = re.compile(
    r"^(?:sq|pp|paypal|tst|sumup|iz|izettle|zettle|sp|py|cko|wl|ls|dlo|mercpago|mercadopago|google|bold|payu|stripe)\s*\*\s*"
)
"""Companies that collect for shops, whose names stand before those of the shops."""
_LEADING = re.compile(
    r"^(?:compra|pago|pagos|purchase|card|pos|debit|credit|kartenzahlung|lastschrift|sepa|ec|recibo|adeudo|cargo|visa|"
    r"mastercard|contactless|tarj|tarjeta|con|en|de|del|at|with|the|payment|to|von|bei|checkcard|achat|cb)\b[\s.:,/-]*"
)
"""Words of banks before the name of a shop."""
_MOST_LEADING = 6
_WORD = re.compile(r"[^\W_]+")
_SHORTEST_WORD = 3
_GENERIC = frozenset(
    {
        *("compra", "pago", "pagos", "recibo", "adeudo", "cargo", "tarjeta", "transferencia", "traspaso"),
        *("purchase", "card", "debit", "credit", "payment", "transfer", "visa", "mastercard", "sepa"),
        *("kartenzahlung", "lastschrift", "uberweisung", "con", "del", "para", "por", "the", "and", "fur", "von"),
    }
)
_TRANSFER = re.compile(
    r"\b(transfer|transferencia|traspaso|transf|pago (?:de )?(?:la )?tarjeta|pago tc|abono tarjeta|card payment|"
    r"payment|thank you|gracias por su pago|uberweisung|umbuchung|kreditkartenabrechnung)\b"
)
_NUMBER = re.compile(r"[^0-9a-z]")
_SHORTEST_NUMBER = 4


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """The text without case and accents."""
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@lru_cache(maxsize=4096)
def payee_key(text: str) -> str:
    """The name of the other side: without processors, words of banks, days, and numbers of cards and branches."""
    rest = _PROCESSORS.sub("", folded(text).strip())
    for _ in range(_MOST_LEADING):
        shorter = _LEADING.sub("", rest)
        if shorter == rest or not shorter:
            break
        rest = _PROCESSORS.sub("", shorter)
    words = [word for word in _WORD.findall(rest) if len(word) > 1 and not any(map(str.isdigit, word))]
    return " ".join(words)


def words_of(text: str) -> list[str]:
    """Words of three letters and more without digits, in their order."""
    return [word for word in payee_key(text).split() if len(word) >= _SHORTEST_WORD]


@lru_cache(maxsize=4096)
def telling_words(text: str) -> frozenset[str]:
    """Words that tell one payment from another."""
    return frozenset(words_of(text)) - _GENERIC


def similarity(one: str, other: str) -> float:
    """Share of letters in common words, of the text with fewer of them: 1 for an equal payee, 0 for texts without."""
    key = payee_key(one)
    if key and key == payee_key(other):
        return 1.0
    first, second = telling_words(one), telling_words(other)
    fewer = min(sum(map(len, first)), sum(map(len, second)))
    return sum(map(len, first & second)) / fewer if fewer else 0.0


def names_transfer(text: str) -> bool:
    """Whether the text says that money goes from one account to another."""
    return _TRANSFER.search(folded(text)) is not None


def bare_number(number: str) -> str:
    """Letters and digits of an account number; empty if they are too few to find it by."""
    bare = _NUMBER.sub("", number.casefold())
    return bare if len(bare) >= _SHORTEST_NUMBER else ""


def plain_amount(amount: Decimal) -> str:
    """The amount without zeros at its end."""
    return format(amount.normalize() if amount else abs(amount.normalize()), "f")
