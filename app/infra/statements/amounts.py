"""Amounts as files write them: one decimal sign for all rows of a table; in OFX each amount has its own."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from app.infra.statements.parsed import Problem
from app.infra.statements.refusals import AmbiguousDecimals
from app.kernel.currencies import Currency
from app.kernel.money import MAX_AMOUNT
from app.kernel.notation import decimal_sign_of, plain_number

_LONGEST = 60
_CORE = re.compile(r"((?:[^0-9.,]|[.,](?![0-9]))*)([.,]?[0-9][0-9.,'’\s]*)([^0-9]*)", re.ASCII)
_TAIL = re.compile(r"[.,]$")
_INDIAN = re.compile(r"[0-9]{1,2}(,[0-9]{2})+,[0-9]{3}(\.[0-9]+)?", re.ASCII)
_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_ASCII = str.maketrans("−–—\u00a0\u202f\u2009", "---   ")
_DEBIT, _CREDIT = {"dr", "s", "d", "soll", "debit"}, {"cr", "h", "c", "haben", "credit"}
_LONGEST_SIGN = 5
"""Letters or signs of a currency beside a number."""
_CLEAR_MAJORITY = 10
_SHOWN = 5
_WRITTEN_WHOLE = frozenset(
    {
        Currency.COP,
        Currency.CLP,
        Currency.JPY,
        Currency.KRW,
        Currency.PYG,
        Currency.VND,
        Currency.IDR,
        Currency.ISK,
        Currency.HUF,
        Currency.CRC,
        Currency.UGX,
        Currency.XAF,
        Currency.XOF,
        Currency.RWF,
        Currency.IRR,
        Currency.LBP,
        Currency.UZS,
    }
)
"""Currencies that are usually written without decimals, so that 1.234 is a thousand and some."""


class BadAmount(ValueError):
    """A text that is no amount, or one that can't be stored."""

    def __init__(self, code: Problem, message: str) -> None:
        super().__init__(message)
        self.code = code


class _Number(NamedTuple):
    """A number without sign and currency."""

    is_negative: bool
    digits: str
    sign: str | None
    """Decimal sign, if its notation tells."""


def sign_of(texts: Collection[str], currency: Currency | None) -> str:
    """The decimal sign of all these amounts, found from all of them; raises AmbiguousDecimals."""
    found: Counter[str | None] = Counter()
    unclear = set()
    for text in set(texts):
        number = _number(text)
        if number is None:
            continue
        if number.sign is not None:
            found[number.sign] += 1
        elif not number.digits.isdigit():
            unclear.add(text)
    if not found:
        return _sign_of_groups(unclear, currency)
    (first, most), *rest = found.most_common()
    if rest and most < _CLEAR_MAJORITY * rest[0][1]:
        raise _ambiguous([text for text in texts if _tells(text)])
    return str(first)


def amount_in(text: str, sign: str) -> Decimal:
    """The signed amount of a text with this decimal sign; raises BadAmount."""
    number = _number(text)
    if number is None or number.sign not in {None, sign}:
        raise BadAmount(Problem.INVALID_AMOUNT, f"{_short(text)} is not an amount.")
    plain = plain_number(number.digits, sign)
    return _value(text, plain, is_negative=number.is_negative)


def own_amount(text: str) -> Decimal:
    """The amount, whose last separator is its decimal sign; raises BadAmount."""
    number = _number(text)
    if number is None:
        raise BadAmount(Problem.INVALID_AMOUNT, f"{_short(text)} is not an amount.")
    whole, cents = number.digits, ""
    if number.sign is None or number.sign in number.digits:  # else all separators part thousands
        whole, cents = _last_parted(number.digits)
    plain = re.sub("[.,]", "", whole) + (f".{cents}" if cents else "")
    return _value(text, plain, is_negative=number.is_negative)


def checked(amount: Decimal, currency: Currency | None) -> Decimal:
    """The amount, if it can be stored; raises BadAmount."""
    if abs(amount) > MAX_AMOUNT:
        raise BadAmount(Problem.OUT_OF_RANGE, f"{amount} is out of range.")
    exponent = amount.as_tuple().exponent
    digits = 4 if currency is None else currency.digits
    if isinstance(exponent, int) and -exponent > digits:
        raise BadAmount(Problem.CURRENCY_DECIMALS, f"{amount} has more decimals than {currency or 'any currency'}.")
    return amount


@lru_cache(maxsize=4_096)
def _number(text: str) -> _Number | None:
    text = text.translate(_ASCII).strip()
    found = _CORE.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        return None
    before, digits, after = found[1].strip(), found[2].rstrip(), found[3].strip()
    tail = _TAIL.search(digits)
    if tail:
        digits, after = digits[:-1], after.removeprefix("--").removeprefix("-")
    negative = _negative(before, after)
    if negative is None:
        return None
    digits = re.sub(r"[\s'’]", "", digits)
    if _INDIAN.fullmatch(digits):
        return _Number(negative, digits.replace(",", ""), ".")
    if digits[0] in ".,":  # of an abbreviation such as Rs.500, else of a fraction
        digits = digits[1:] if found[1][-1:].isalpha() or found[1].endswith("/") else f"0{digits}"
    return _Number(negative, digits, tail[0] if tail else decimal_sign_of(digits))


def _negative(before: str, after: str) -> bool | None:
    """Whether what surrounds a number makes it negative; None if it is more than a sign and a currency."""
    if not before and not after:
        return False
    minuses, brackets = (before + after).count("-"), (before.count("("), after.count(")"))
    is_negative = minuses == 1 or brackets == (1, 1)
    word, first = (re.sub(r"[\s.()+-]", "", part).casefold() for part in (after, before))
    if word in _DEBIT:
        is_negative, word = True, ""
    elif word in _CREDIT:
        word = ""
    is_currency = max(len(word), len(first)) <= _LONGEST_SIGN and not any(map(_is_part_of_number, word + first))
    return is_negative if is_currency and minuses <= 1 and brackets in {(0, 0), (1, 1)} else None


def _is_part_of_number(sign: str) -> bool:
    return sign == "%" or sign.isnumeric()


def _value(text: str, plain: str, *, is_negative: bool) -> Decimal:
    if not _PLAIN.fullmatch(plain):
        raise BadAmount(Problem.INVALID_AMOUNT, f"{_short(text)} is not an amount.")
    whole, _, cents = plain.partition(".")
    cents = cents.rstrip("0")
    value = Decimal(f"{whole}.{cents}" if cents else whole)
    return -value if is_negative and value else value


def _last_parted(digits: str) -> tuple[str, str]:
    at = max(digits.rfind("."), digits.rfind(","))
    return (digits, "") if at < 0 else (digits[:at], digits[at + 1 :])


def _sign_of_groups(unclear: set[str], currency: Currency | None) -> str:
    """The sign of amounts that are all whole, or may all be."""
    separators = {sign for text in unclear for sign in ".," if sign in text}
    if not separators:
        return "."
    if currency in _WRITTEN_WHOLE and len(separators) == 1:
        return "," if separators == {"."} else "."
    raise _ambiguous(unclear)


def _tells(text: str) -> bool:
    number = _number(text)
    return number is not None and number.sign is not None


def _ambiguous(texts: Iterable[str]) -> AmbiguousDecimals:
    shown = sorted(set(texts))[:_SHOWN]
    return AmbiguousDecimals({sign: [f"{text} = {_reading(text, sign)}" for text in shown] for sign in ".,"})


def _reading(text: str, sign: str) -> str:
    try:
        return str(amount_in(text, sign))
    except BadAmount:
        return "no amount"


def _short(text: str) -> str:
    return repr(text[:_LONGEST])
