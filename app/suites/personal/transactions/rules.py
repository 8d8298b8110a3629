"""Rules of transactions: the lines that they move in the ledger."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date as day
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from app.core.ledger.rules import AccountKind, NewLine
from app.kernel.errors import Invalid
from app.kernel.money import Currency

MOST_SPLITS = 100
MOST_IN_BULK = 5_000
"""Transactions that one request changes."""


class TransactionType(StrEnum):
    """Direction of a transaction."""

    INCOME = "income"
    EXPENSE = "expense"
    TRANSFER = "transfer"

    @property
    def category_kind(self) -> AccountKind:
        """Kind of the categories that it takes; a transfer has categories for its fees only."""
        return AccountKind.INCOME if self is TransactionType.INCOME else AccountKind.EXPENSE

    @property
    def sign(self) -> int:
        """1 if money comes into the account, -1 if it leaves."""
        return 1 if self is TransactionType.INCOME else -1


class TransactionStatus(StrEnum):
    """Progress of comparing a transaction with the statement of an account."""

    PENDING = "pending"
    CLEARED = "cleared"
    RECONCILED = "reconciled"


SETTABLE = (TransactionStatus.PENDING, TransactionStatus.CLEARED)
"""Statuses that many transactions may get at once."""


class CategorySource(StrEnum):
    """Origin of the category of a transaction."""

    MANUAL = "manual"
    FILE = "file"
    RULE = "rule"
    PAYEE = "payee"
    LEARNED = "learned"
    RECURRING = "recurring"
    """The recurring transaction of which it is an occurrence."""


class ChangeOrigin(StrEnum):
    """Origin of changes of many transactions at once."""

    BULK = "bulk"
    RULES = "rules"
    IMPORT = "import"
    TRANSFERS = "transfers"
    PAYEES = "payees"


class Change(StrEnum):
    """Change of one transaction."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"


class Facet(StrEnum):
    """Words by which the sums of a category are kept apart."""

    NONE = ""
    REFUND = "refund"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Purse:
    """An account of a transaction, with its currency."""

    account_id: int
    currency: Currency


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the amount: of a category, or of another account."""

    amount: Decimal
    category_id: int | None = None
    purse: Purse | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """All of a transaction that moves money; categories are accounts of the ledger."""

    type: TransactionType
    date: day
    amount: Decimal
    """Amount that leaves or enters the account."""
    purse: Purse
    parts: tuple[Part, ...] = ()
    """Categories of an income or expense; fees of a transfer."""
    to: Purse | None = None
    to_amount: Decimal | None = None
    to_date: day | None = None
    is_refund: bool = False
    exclude_from_reports: bool = False

    @property
    def facet(self) -> Facet:
        """The word by which sums of its categories are kept apart."""
        if self.exclude_from_reports:
            return Facet.EXCLUDED
        return Facet.REFUND if self.is_refund else Facet.NONE


def refused(field: str, code: str, message: str) -> Invalid:
    """The refusal of a field, with a code of its own."""
    return Invalid(message, code=code, errors={field: [message]})


def lines_of(money: Money, conversion_id: int) -> tuple[NewLine, ...]:
    """The lines that it moves; they add up to zero in each currency. Invalid if the amounts do not fit."""
    lines = _transfer(money, conversion_id) if money.type is TransactionType.TRANSFER else _income_or_expense(money)
    return tuple(lines)


def _income_or_expense(money: Money) -> Iterator[NewLine]:
    if money.is_refund and money.type is not TransactionType.EXPENSE:
        raise refused("is_refund", "wrong_category_type", "Only an expense can be a refund.")
    if sum(part.amount for part in money.parts) != money.amount:
        raise refused("splits", "split_sum", "The splits must add up to the amount.")
    sign = -money.type.sign if money.is_refund else money.type.sign
    for part in money.parts:
        yield _line(money.purse, sign * part.amount, money.date, other=part.category_id or _other(part))
    for part in money.parts:
        yield _part(money, part, -sign * part.amount)


def _part(money: Money, part: Part, amount: Decimal) -> NewLine:
    """The line of a part, on the other side of the account."""
    if part.purse is None:
        return _category_line(money, part.category_id, amount)
    if part.purse.account_id == money.purse.account_id:
        raise refused("splits", "same_account", "A split names another account.")
    if part.purse.currency != money.purse.currency:
        raise refused("splits", "currency_mismatch", "An account of a split has the currency of the transaction.")
    return _line(part.purse, amount, money.date, other=money.purse.account_id)


def _transfer(money: Money, conversion_id: int) -> Iterator[NewLine]:
    to = money.to
    if to is None:
        raise Invalid.field("to_account_id", "Missing data for required field.")
    if to.account_id == money.purse.account_id:
        raise refused("to_account_id", "same_account", "Must be another account.")
    if money.is_refund or any(part.category_id is None for part in money.parts):
        raise Invalid.field("splits", "A transfer has splits for its fees only, each with a category.")
    leg = money.amount - sum(part.amount for part in money.parts)
    if leg <= 0:
        raise refused("splits", "split_sum", "The fees must be less than the amount.")
    arrives = arriving(money, to, leg)
    yield _line(money.purse, -leg, money.date, other=to.account_id)
    for part in money.parts:
        yield _line(money.purse, -part.amount, money.date, other=part.category_id)
    for part in money.parts:
        yield _category_line(money, part.category_id, part.amount)
    if to.currency != money.purse.currency:
        yield _conversion(conversion_id, money.purse.currency, leg)
        yield _conversion(conversion_id, to.currency, -arrives)
    yield _line(to, arrives, money.to_date or money.date, other=money.purse.account_id)


def arriving(money: Money, to: Purse, leg: Decimal) -> Decimal:
    """The amount that reaches the other account of a transfer."""
    if to.currency == money.purse.currency:
        if money.to_amount not in (None, leg):
            raise refused(
                "to_amount",
                "transfer_amounts_differ",
                "In one currency as much arrives as leaves: enter fees as splits.",
            )
        return leg
    if money.to_amount is None:
        raise refused("to_amount", "to_amount_required", "Between two currencies both amounts are needed.")
    return money.to_amount


def _line(purse: Purse, amount: Decimal, date: day, *, other: int | None) -> NewLine:
    """A line of an account; one for each other side, so that sums by counterpart say where its money went."""
    return NewLine(account_id=purse.account_id, amount=amount, currency=purse.currency, date=date, counterpart_id=other)


def _other(part: Part) -> int | None:
    return None if part.purse is None else part.purse.account_id


def _category_line(money: Money, category_id: int | None, amount: Decimal) -> NewLine:
    if category_id is None:
        raise AssertionError("what has no category is of the uncategorised account")
    return NewLine(
        account_id=category_id,
        amount=amount,
        currency=money.purse.currency,
        date=money.date,
        counterpart_id=money.purse.account_id,
        facet=money.facet,
    )


def _conversion(conversion_id: int, currency: str, amount: Decimal) -> NewLine:
    return NewLine(account_id=conversion_id, amount=amount, currency=currency)


class Leg(NamedTuple):
    """Gain of one account by a transaction, and its day."""

    account_id: int
    date: day
    amount: Decimal


def legs_of(money: Money, lines: tuple[NewLine, ...]) -> list[Leg]:
    """The part of each account: its lines added up, for an account may have several."""
    purses = [money.purse, *(part.purse for part in money.parts if part.purse), *([money.to] if money.to else [])]
    own = dict.fromkeys(purse.account_id for purse in purses)
    return [
        Leg(
            account_id,
            next(line.date for line in lines if line.account_id == account_id) or money.date,
            sum((line.amount for line in lines if line.account_id == account_id), Decimal(0)),
        )
        for account_id in own
    ]


_WORD = re.compile(r"[^\W_]+")


class NoteQuery(NamedTuple):
    """Words of notes, as they are indexed: all indexes of each, one of each key, and the number of words."""

    indexes: tuple[str, ...]
    words: int


def words_of(text: str) -> list[str]:
    """Words of a text, in lower case and without accents."""
    folded = "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    return _WORD.findall(folded)


def search_words(book_id: int, text: str, hashes: Callable[[str], list[str]] | None = None) -> str:
    """Query of the words of a text, each of which must begin a word of what is searched, in the words of a book.

    Where texts are encrypted a word has `hashes`, one of each key, of which what is searched must have one.
    """
    words = words_of(text)
    if hashes is None:
        wanted = [f"'b{book_id}x{word}':*" for word in words]
    else:
        wanted = ["(" + " | ".join(f"'b{book_id}x{one}'" for one in hashes(word)) + ")" for word in words]
    return " & ".join(wanted) or f"'b{book_id}-nothing'"
