"""Criteria of lists of transactions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, any_, cast, column, func, or_, select, table
from sqlalchemy.dialects.postgresql import TSQUERY

from app.infra.queries.cached import parameter
from app.infra.queries.repository import Filter, equal, within
from app.suites.personal.transactions.models import NoteWord, Transaction, TransactionLeg, TransactionSplit
from app.suites.personal.transactions.rules import TransactionStatus, TransactionType

_own, _leg, _split = Transaction.__table__.c, TransactionLeg.__table__.c, TransactionSplit.__table__.c
_LINE = ("id", "book_id", "import_id", "transaction_id")
import_line = table("import_lines", *(column(name, BigInteger) for name in _LINE)).c
"""Rows of imports, which are of a higher domain."""
_KEPT = frozenset({"date_from", "date_to", "categories"})
"""Criteria by which the kept sums can be told apart."""
_REGISTER = frozenset({"date_from", "date_to", "account_id"})


@dataclass(frozen=True, slots=True)
class TransactionFilter(Filter):
    """Criteria of transactions; `categories` are a category and all below it."""

    date_from: date | None = None
    date_to: date | None = None
    categories: list[int] | None = None
    type: TransactionType | None = None
    amount_min: Decimal | None = None
    amount_max: Decimal | None = None
    account_id: int | None = None
    payee_id: int | None = None
    tag: str | None = None
    status: TransactionStatus | None = None
    uncategorised: bool | None = None
    words: str | None = None
    import_id: int | None = None
    noted: tuple[str, ...] | None = None
    """Indexes of words that the notes may have in place of the words of the description: all `noted_words`."""
    noted_words: int | None = None

    @property
    def is_kept(self) -> bool:
        """Whether there are kept sums of just what matches: by days and categories."""
        return all(getattr(self, name) is None for name in self.field_names() if name not in _KEPT)

    @property
    def is_whole(self) -> bool:
        """Whether all matches, or all of some categories: whatever the day."""
        return self.is_kept and self.date_from is None and self.date_to is None

    @property
    def is_register(self) -> bool:
        """Whether it is all of an account, between days."""
        others = (name for name in self.field_names() if name not in _REGISTER)
        return self.account_id is not None and all(getattr(self, name) is None for name in others)

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions; with an account over transactions joined with its legs."""
        day = _own.date if self.account_id is None else _leg.date
        found = equal((_own.type, self.type), (_own.payee_id, self.payee_id), (_leg.account_id, self.account_id))
        found += within(day, self.date_from, self.date_to)
        if self.amount_min is not None and self.amount_max is not None:
            found.append(_found_by(func.book_transactions_between, self.amount_min, self.amount_max))
        else:
            found += within(_own.amount, self.amount_min, self.amount_max)
        if self.categories is not None:
            found.append(or_(_own.category_id == any_(self.categories), _own.id == any_(_split_of(self.categories))))  # type: ignore[arg-type]  # a parameter in templates
        if self.tag is not None:
            found.append(_found_by(func.book_transactions_tagged, self.tag))
        if self.status is not None:
            found.append(_has_status(self.status))
        if self.uncategorised is not None:
            found.append(_without_category() if self.uncategorised else ~_without_category())
        if self.words is not None:
            said = _found_by(func.book_transactions_saying, cast(self.words, TSQUERY))
            found.append(said if self.noted is None else or_(said, _own.id.in_(_noting(self.noted, self.noted_words))))
        if self.import_id is not None:
            found.append(_own.id.in_(_brought_by(self.import_id)))
        return found


def _found_by(search: Callable[..., ColumnElement[Any]], *wanted: object) -> ColumnElement[bool]:
    """Whether a function of the database finds a transaction, by an index that row security would keep from use."""
    book_id = parameter("book_id", int)
    return _own.id.in_(select(search(book_id, *wanted)))


def _noting(indexes: tuple[str, ...], number: int | None) -> Select[Any]:
    """Ids of the transactions whose notes have all of so many words."""
    word = NoteWord.__table__.c
    wanted = (word.book_id == parameter("book_id", int), word.word == any_(indexes))  # type: ignore[arg-type]  # as above
    return select(word.transaction_id).where(*wanted).group_by(word.transaction_id).having(func.count() == number)


def _split_of(categories: list[int]) -> ColumnElement[Any]:
    """Ids of transactions with a part of these categories: as one array, so that two indexes answer together."""
    of_one = _split.category_id == any_(categories)  # type: ignore[arg-type]  # a parameter in templates
    mine = (_split.book_id == parameter("book_id", int), of_one)
    return func.array(select(_split.transaction_id).where(*mine).scalar_subquery(), type_=ARRAY(BigInteger))


def _brought_by(import_id: int) -> Select[Any]:
    """Transactions that rows of an import made or confirmed."""
    in_book = import_line.book_id == parameter("book_id", int)
    wanted = (in_book, import_line.import_id == import_id, import_line.transaction_id.is_not(None))
    return select(import_line.transaction_id).where(*wanted)


def _has_status(status: object) -> ColumnElement[bool]:
    of_it = (_leg.transaction_id == _own.id, _leg.account_id == _own.account_id, _leg.status == status)
    return select(_leg.id).where(*of_it).correlate(Transaction).exists()


def _without_category() -> ColumnElement[bool]:
    unsplit = (_own.category_id.is_(None)) & (~_own.is_split) & (_own.type != TransactionType.TRANSFER)
    part = select(_split.id).where(
        _split.transaction_id == _own.id, _split.category_id.is_(None), _split.account_id.is_(None)
    )
    return or_(unsplit, _own.is_split & part.correlate(Transaction).exists())


def matching(criteria: TransactionFilter, *columns: ColumnElement[Any]) -> Select[Any]:
    """Statement of the columns of all that match; its transactions are of one book by `book_id`."""
    found = select(*columns).select_from(Transaction)
    if criteria.account_id is not None:
        found = found.join(TransactionLeg, _leg.transaction_id == _own.id)
        found = found.where(_leg.book_id == parameter("book_id", int))
    return found.where(_own.book_id == parameter("book_id", int), *criteria.conditions())
