"""Criteria of lists of transactions."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Text,
    any_,
    cast,
    column,
    func,
    or_,
    select,
    table,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY, array
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from app.infra.queries.cached import parameter
from app.infra.queries.repository import Filter, equal, within
from app.suites.personal.transactions.models import (
    NoteWord,
    Transaction,
    TransactionLeg,
    TransactionSplit,
    searched_transactions,
)
from app.suites.personal.transactions.rules import TransactionStatus, TransactionType

Columns = ReadOnlyColumnCollection[str, Any]
_leg, _split = TransactionLeg.__table__.c, TransactionSplit.__table__.c
_LINE = ("id", "book_id", "import_id", "transaction_id")
import_line = table("import_lines", *(column(name, BigInteger) for name in _LINE)).c
"""Rows of imports, which are of a higher domain."""
_KEPT = frozenset({"date_from", "date_to", "categories"})
"""Criteria by which the kept sums can be told apart."""
_SEARCHED = ("tag", "words", "amount_min", "amount_max")
"""Criteria whose indexes a policy would keep from use."""
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

    @property
    def source(self) -> FromClause:
        """The table of transactions, or the view of them for criteria that are found there by indexes."""
        is_searched = any(getattr(self, name) is not None for name in _SEARCHED)
        return searched_transactions if is_searched else Transaction.__table__

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions on the source; with an account it is joined with the legs."""
        own = self.source.c
        day = own.date if self.account_id is None else _leg.date
        found = equal((own.type, self.type), (own.payee_id, self.payee_id), (_leg.account_id, self.account_id))
        found += within(day, self.date_from, self.date_to)
        found += within(own.amount, self.amount_min, self.amount_max)
        if self.categories is not None:
            found.append(or_(own.category_id == any_(self.categories), own.id == any_(_split_of(self.categories))))  # type: ignore[arg-type]  # a parameter in templates
        if self.tag is not None:
            found.append(_tagged(own, self.tag))
        if self.status is not None:
            found.append(_has_status(own, self.status))
        if self.uncategorised is not None:
            found.append(_without_category(own) if self.uncategorised else ~_without_category(own))
        if self.words is not None:
            found.append(self._worded(own, self.words))
        if self.import_id is not None:
            found.append(own.id.in_(_brought_by(self.import_id)))
        return found

    def _worded(self, own: Columns, words: str) -> ColumnElement[bool]:
        """Whether the description has these words, or the notes have all that are noted."""
        if self.noted is None:
            return _saying(own, words)
        said = searched_transactions.alias("said").c
        saying = select(said.id).where(said.book_id == parameter("book_id", int), _saying(said, words))
        found: ColumnElement[bool] = own.id.in_(union_all(saying, _noting(self.noted, self.noted_words)))
        return found


def _tagged(own: Columns, tag: str) -> ColumnElement[bool]:
    """Whether a transaction has a tag, as the index on tags tells it."""
    wanted = func.book_tags(parameter("book_id", int), cast(array([tag]), ARRAY(Text)))
    found: ColumnElement[bool] = func.book_tags(own.book_id, own.tags).op("@>", is_comparison=True)(wanted)
    return found


def _saying(own: Columns, words: str) -> ColumnElement[bool]:
    """Whether the description of a transaction has these words, as the index on words tells it."""
    found: ColumnElement[bool] = func.book_words(own.book_id, own.description).op("@@", is_comparison=True)(
        cast(words, TSQUERY)
    )
    return found


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


def _has_status(own: Columns, status: object) -> ColumnElement[bool]:
    leg = TransactionLeg.__table__.alias("own_leg")
    of_it = (leg.c.transaction_id == own.id, leg.c.account_id == own.account_id, leg.c.status == status)
    return select(leg.c.id).where(*of_it).correlate_except(leg).exists()


def _without_category(own: Columns) -> ColumnElement[bool]:
    unsplit = (own.category_id.is_(None)) & (~own.is_split) & (own.type != TransactionType.TRANSFER)
    part = select(_split.id).where(
        _split.transaction_id == own.id, _split.category_id.is_(None), _split.account_id.is_(None)
    )
    return or_(unsplit, own.is_split & part.correlate_except(TransactionSplit).exists())


def matching(criteria: TransactionFilter, *columns: ColumnElement[Any]) -> Select[Any]:
    """Statement of the columns, of the criteria's source, of all that match; they are of one book by `book_id`."""
    own = criteria.source.c
    found = select(*columns).select_from(criteria.source)
    if criteria.account_id is not None:
        found = found.join(TransactionLeg, _leg.transaction_id == own.id)
        found = found.where(_leg.book_id == parameter("book_id", int))
    return found.where(own.book_id == parameter("book_id", int), *criteria.conditions())
