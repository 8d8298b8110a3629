"""Repository of periods."""

from dataclasses import dataclass
from datetime import date as day
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, Select, String, column, func, select, table, text, update
from sqlalchemy.dialects.postgresql import JSONB

from app.core.periods.models import AccountingPeriod, PeriodRecord
from app.core.periods.rules import PeriodState
from app.infra.db import require_writable
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.repository import Filter, Repository
from app.kernel.periods import DateRange

COMPANY = "company"
"""Code of the company's own book."""

_BOOKS = table("books", column("id", BigInteger), column("code", String))


@dataclass(frozen=True, slots=True)
class PeriodFilter(Filter):
    """Criteria of the months of a book."""

    book_id: int
    first: day
    last: day

    def conditions(self) -> list[ColumnElement[bool]]:
        within = AccountingPeriod.month.between(self.first, self.last)
        return [AccountingPeriod.book_id == self.book_id, within]


class PeriodRepository(Repository[AccountingPeriod, PeriodRecord]):
    """Months of companies' books."""

    model = AccountingPeriod
    record = PeriodRecord

    def find(self, book_id: int, month: day) -> PeriodRecord | None:
        """The month that begins on this day, or None in a book without periods."""
        return _of_month(book_id=book_id, month=month).first(self.session, PeriodRecord)

    def list_between(self, book_id: int, first: day, last: day) -> list[PeriodRecord]:
        """The months that begin between two days, in order."""
        return _between(book_id=book_id, first=first, last=last).all(self.session, PeriodRecord)

    def company_book(self) -> int:
        """Id of the company's own book."""
        return _company_book(code=COMPANY).scalar(self.session, int) or 0

    def first_day(self, book_id: int) -> day | None:
        """The first day of anything that lies in the book's months, or None."""
        found: day | None = self.session.scalar(select(func.period_first_day(book_id)))
        return found

    def last_closed(self, book_id: int) -> day | None:
        """The first day of the last closed month, or None."""
        return _last_closed(book_id=book_id).scalar(self.session, day)

    def lock_open_until(self, book_id: int, month: day) -> list[day]:
        """Lock the open months up to this one, once everybody who is posting in them is done; returns their days."""
        require_writable(self.session)
        period = AccountingPeriod
        statement = (
            select(period.month)
            .where(period.book_id == book_id, period.month <= month, period.state == PeriodState.OPEN)
            .order_by(period.month)
            .with_for_update()
        )
        return list(self.session.scalars(statement))

    def close(self, book_id: int, months: DateRange, *, by: int | None, at: datetime) -> None:
        """Close the months that begin within the range, each with the digest of what it keeps."""
        period = AccountingPeriod
        digests = (
            func.period_digests(book_id, months.start, months.end)
            .table_valued(column("month", Date()), column("digest", JSONB()))
            .alias("digests")
        )
        statement = (
            update(period)
            .where(period.book_id == book_id, period.month == digests.c.month)
            .values(state=PeriodState.CLOSED, closed_by=by, closed_at=at, digest=digests.c.digest)
        )
        with self.translated():
            self.session.execute(statement, execution_options={"synchronize_session": False})

    def reopen(self, book_id: int, month: day, reason: str) -> None:
        """Open a closed month again."""
        self._open(reason, AccountingPeriod.book_id == book_id, AccountingPeriod.month == month)

    def reopen_since(self, book_id: int, first: day, reason: str) -> None:
        """Open all closed months again that begin on this day or later."""
        closed = AccountingPeriod.state == PeriodState.CLOSED
        self._open(reason, AccountingPeriod.book_id == book_id, AccountingPeriod.month >= first, closed)

    def _open(self, reason: str, *conditions: ColumnElement[bool]) -> None:
        require_writable(self.session)
        opened = {"state": PeriodState.OPEN, "closed_by": None, "closed_at": None, "digest": None, "reason": reason}
        statement = update(AccountingPeriod).where(*conditions).values(opened)
        with self.translated():
            self.session.execute(statement, execution_options={"synchronize_session": False})

    def violations(self) -> list[str]:
        """A sentence for each table of a closed month that is not as it was, and for guards that are not whole."""
        return list(self.session.scalars(text("SELECT problem FROM period_disagreements()")))


@cached_query
def _company_book() -> Select[Any]:
    return select(_BOOKS.c.id).where(_BOOKS.c.code == parameter("code", str))


@cached_query
def _of_month() -> Select[Any]:
    period = AccountingPeriod
    own = period.book_id == parameter("book_id", int)
    return PeriodRepository.base_query().where(own, period.month == parameter("month", day))


@cached_query
def _between() -> Select[Any]:
    period = AccountingPeriod
    days = period.month.between(parameter("first", day), parameter("last", day))
    own = period.book_id == parameter("book_id", int)
    return PeriodRepository.base_query().where(own, days).order_by(period.month)


@cached_query
def _last_closed() -> Select[Any]:
    period = AccountingPeriod
    own = period.book_id == parameter("book_id", int)
    return select(func.max(period.month)).where(own, period.state == PeriodState.CLOSED)
