"""Lines of the ledger for exports, and names."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.core.ledger.models import Account, AccountDaySum, Entry, EntryLine
from app.core.ledger.rules import AccountKind
from app.infra.queries.cached import cached_query, parameter
from app.infra.texts import encrypted_texts
from app.kernel.money import Currency
from app.kernel.periods import DateRange
from app.suites.personal.exports.rules.ledger import PostedLine
from app.suites.personal.transactions.models import Payee, Transaction

_line, _entry, _account = EntryLine.__table__.c, Entry.__table__.c, Account.__table__.c


class LedgerAccount(NamedTuple):
    """An account of the ledger."""

    id: int
    parent_id: int | None
    kind: AccountKind
    code: str | None
    name: str


class CurrencyDay(NamedTuple):
    """A day on which something in a currency was posted."""

    currency: Currency
    date: date


class PayeeRow(NamedTuple):
    """A payee."""

    id: int
    name: str
    aliases: list[str]
    default_category_id: int | None
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class ExportQueries:
    """Reads all of one book."""

    session: Session
    book_id: int

    def lines(self, days: DateRange) -> Iterator[PostedLine]:
        """Lines of a range of days in the order of their entries, streamed."""
        values = {"book_id": self.book_id, "first": days.start, "last": days.end}
        return _lines(**values).stream(self.session, PostedLine)

    def accounts(self) -> list[LedgerAccount]:
        """All accounts of the ledger, parents and children."""
        return _accounts(book_id=self.book_id).all(self.session, LedgerAccount)

    def days_of_currencies(self, days: DateRange) -> list[CurrencyDay]:
        """Days of a range by the currencies of what was posted."""
        values = {"book_id": self.book_id, "first": days.start, "last": days.end}
        return _days(**values).all(self.session, CurrencyDay)

    def first_day(self) -> date | None:
        """The first day of a transaction."""
        return _ends(False, book_id=self.book_id).scalar(self.session, date)

    def last_day(self) -> date | None:
        """The last day on which anything was posted."""
        return _ends(True, book_id=self.book_id).scalar(self.session, date)

    def payees(self) -> list[PayeeRow]:
        """All payees by name."""
        found = _payees(book_id=self.book_id).all(self.session, PayeeRow)
        return found if encrypted_texts(self.session) is None else sorted(found, key=lambda one: (one.name, one.id))


@cached_query
def _lines() -> Select[Any]:
    own, payee = Transaction.__table__, Payee.__table__
    joined = (
        EntryLine.__table__.join(Entry.__table__, _entry.id == _line.entry_id)
        .outerjoin(own, own.c.id == _line.entry_id)
        .outerjoin(payee, payee.c.id == own.c.payee_id)
    )
    columns = (
        _line.entry_id,
        _entry.date.label("entry_date"),
        _line.position,
        _line.account_id,
        _line.date,
        _line.amount,
        _line.currency,
        own.c.description,
        payee.c.name,
    )
    within = _line.date.between(parameter("first", date), parameter("last", date))
    found = select(*columns).select_from(joined).where(_line.book_id == parameter("book_id", int), within)
    return found.order_by(_entry.date, _line.entry_id, _line.position)


@cached_query
def _accounts() -> Select[Any]:
    columns = (_account.id, _account.parent_id, _account.kind, _account.code, _account.name)
    return select(*columns).where(_account.book_id == parameter("book_id", int)).order_by(_account.kind, _account.id)


@cached_query
def _days() -> Select[Any]:
    sums = AccountDaySum.__table__.c
    within = sums.date.between(parameter("first", date), parameter("last", date))
    found = select(sums.currency, sums.date).where(sums.book_id == parameter("book_id", int), within)
    return found.distinct().order_by(sums.currency, sums.date)


@cached_query
def _payees() -> Select[Any]:
    own = Payee.__table__.c
    columns = (own.id, own.name, own.aliases, own.default_category_id, own.is_hidden)
    return select(*columns).where(own.book_id == parameter("book_id", int)).order_by(own.name, own.id)


@cached_query
def _ends(last: bool) -> Select[Any]:
    if last:
        return select(func.max(_line.date)).where(_line.book_id == parameter("book_id", int))
    own = Transaction.__table__.c
    return select(func.min(own.date)).where(own.book_id == parameter("book_id", int))
