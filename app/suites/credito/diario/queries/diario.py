"""Lines of the suite's book, and the accounts they are posted to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, FromClause, Numeric, Select, any_, cast, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.ledger.models import Account, Book, Entry, EntryLine
from app.core.ledger.rules import BookKind, BookTerms
from app.core.periods.models import AccountingPeriod
from app.infra.locks import lock_key
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.repository import Filter, Repository, equal, within
from app.suites.credito.diario.models import LineaRecord
from app.suites.credito.diario.rules import BOOK

_COMPANY = "company"
_CLOSED = "closed"


class Abierta(NamedTuple):
    """An account of the book."""

    id: int
    code: str
    book_id: int


@dataclass(frozen=True, slots=True)
class DiarioFilter(Filter):
    """Criteria of lines."""

    desde: date | None = None
    hasta: date | None = None
    cuenta: str | None = None
    origen: str | None = None
    origen_id: int | None = None
    concepto: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        same = equal(
            (Account.code, self.cuenta),
            (Entry.source, self.origen),
            (_origin_id(), self.origen_id),
            (Entry.memo, self.concepto),
        )
        return [_own(), *within(Entry.date, self.desde, self.hasta), *same]


class DiarioRepository(Repository[EntryLine, LineaRecord]):
    """Lines of the suite's book, with the words of the suite."""

    model = EntryLine
    record = LineaRecord
    joined_columns: ClassVar[dict[str, InstrumentedAttribute[Any]]] = {"fecha": Entry.date}

    @classmethod
    def base_query(cls) -> Select[Any]:
        line, entry = EntryLine.__table__.c, Entry.__table__.c
        amount = cast(line.base_amount, Numeric(14, 2))
        columns: tuple[ColumnElement[Any], ...] = (
            line.id,
            line.entry_id,
            entry.date,
            entry.value_date,
            entry.memo,
            Account.__table__.c.code,
            func.greatest(amount, 0),
            func.greatest(-amount, 0),
            entry.source,
            _origin_id(),
        )
        return select(*columns).select_from(_lines())

    @classmethod
    def count_query(cls, criteria: Filter) -> Select[Any]:
        return select(func.count()).select_from(_lines()).where(*criteria.conditions())


def _lines() -> FromClause:
    with_entry = EntryLine.__table__.join(Entry.__table__, Entry.id == EntryLine.entry_id)
    return with_entry.join(Account.__table__, Account.id == EntryLine.account_id)


def _own() -> ColumnElement[bool]:
    """Condition that a line is in the suite's book."""
    return EntryLine.book_id == select(Book.id).where(Book.code == BOOK).scalar_subquery()


def _origin_id() -> ColumnElement[int]:
    """Id of the row that an entry is of: the part of its key before the colon."""
    return cast(func.split_part(Entry.source_key, ":", 1), BigInteger)


class Libro(NamedTuple):
    """The suite's book."""

    id: int
    kind: BookKind
    base_currency: str
    cost_center_required: bool
    cerrado: date | None
    """First day of the last closed month, of this book or of the company's, or None."""

    @property
    def terms(self) -> BookTerms:
        """Demands of the book on its entries."""
        return BookTerms(self.kind, self.base_currency, self.cost_center_required)


def libro_de(session: Session) -> Libro:
    """The suite's book, which a migration made."""
    found = _libro().first(session, Libro)
    if found is None:
        raise LookupError(f"the book {BOOK} is missing: flask db upgrade makes it")
    return found


def open_accounts(session: Session, codes: Collection[str]) -> dict[str, Abierta]:
    """Accounts of these codes that are open, by code."""
    return {one.code: one for one in _accounts(codes=sorted(codes)).all(session, Abierta)}


def lock_accounts(session: Session) -> None:
    """Let one transaction at a time open accounts of the book."""
    session.execute(select(func.pg_advisory_xact_lock(lock_key("credito-cuentas"))))


def lock_account(session: Session, code: str) -> None:
    """Let one transaction at a time go on that judges the balance of an account."""
    session.execute(select(func.pg_advisory_xact_lock(lock_key(f"credito-cuenta-{code}"))))


@cached_query
def _libro() -> Select[Any]:
    book = Book.__table__.c
    own = (book.id, book.kind, book.base_currency, book.cost_center_required)
    return select(*own, _last_closed().scalar_subquery()).where(book.code == BOOK)


@cached_query
def _accounts() -> Select[Any]:
    account = Account.__table__.c
    in_book = account.book_id == select(Book.id).where(Book.code == BOOK).scalar_subquery()
    of_codes = account.code == any_(parameter("codes", tuple))
    return select(account.id, account.code, account.book_id).where(in_book, of_codes)


def _last_closed() -> Select[tuple[date]]:
    """Last closed month of each of the two books by an index, and the later of them."""
    period, book = AccountingPeriod.__table__.c, Book.__table__.alias()
    closed = select(period.month).where(period.book_id == book.c.id, period.state == _CLOSED)
    last = closed.order_by(period.month.desc()).limit(1).lateral()
    own = or_(book.c.code == BOOK, book.c.code == _COMPANY)
    return select(func.max(last.c.month)).select_from(book.join(last, true())).where(own)
