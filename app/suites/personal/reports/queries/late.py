"""Sums of categories that were entered after the month that they are of."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, cast, func, select
from sqlalchemy.orm import Session

from app.core.ledger.models import Account, EntryLine
from app.core.ledger.rules import AccountKind
from app.infra.queries.amounts import Exchange, Sum, grouped_sums, month_of, sums_in
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.repository import among
from app.kernel.money import Currency
from app.kernel.periods import DateRange
from app.suites.personal.transactions.models import Transaction
from app.suites.personal.transactions.rules import Facet

_own, _line, _account = Transaction.__table__.c, EntryLine.__table__.c, Account.__table__.c
_RESULTS = (AccountKind.INCOME, AccountKind.EXPENSE)


@dataclass(frozen=True, slots=True)
class LateQueries:
    """Reads when the transactions of one book were entered."""

    session: Session
    book_id: int
    month_start_day: int
    zone: str

    def begun(self, days: DateRange) -> datetime | None:
        """Time at which the first of the transactions of these days was entered."""
        return _begun(book_id=self.book_id, first=days.start, last=days.end).scalar(self.session, datetime)

    def sums(self, days: DateRange, since: datetime, exchange: Exchange, target: Currency) -> list[Sum]:
        """Sums of what was entered from a time on and after its own month.

        By account, its kind and code, and the calendar months of the shifted days of the line and of its entering.
        """
        values: dict[str, object] = {
            "book_id": self.book_id,
            "first": days.start,
            "last": days.end,
            "since": since,
            "shift": self.month_start_day - 1,
            "zone": self.zone,
        }
        return list(sums_in(_late(exchange, target, **values).rows(self.session)))


@cached_query
def _begun() -> Select[Any]:
    days = _own.date.between(parameter("first", date), parameter("last", date))
    return select(func.min(_own.created_at)).where(_own.book_id == parameter("book_id", int), days)


@cached_query
def _late(exchange: Exchange, target: Currency) -> Select[Any]:
    """Statement; its lines are of one `book_id`."""
    entered = cast(func.timezone(parameter("zone", str), _own.created_at), Date)
    own = [
        _own.book_id == parameter("book_id", int),
        _line.book_id == parameter("book_id", int),
        _line.entry_id == _own.id,
        _line.account_id == _account.id,
        _line.date.between(parameter("first", date), parameter("last", date)),
        _own.created_at >= parameter("since", datetime),
        _month(entered) > _month(_line.date),
        *among((_account.kind, _RESULTS)),
        _line.facet != Facet.EXCLUDED.value,
    ]
    key = (_line.account_id, _account.kind, _account.code, _month(_line.date), _month(entered))
    return grouped_sums((_line.amount, _line.currency, _line.date), own, exchange, target, *key)


def _month(day: ColumnElement[date]) -> ColumnElement[date]:
    """The first day of the calendar month of a day that is moved back by the days before the start of a month."""
    return month_of(day - parameter("shift", int))
