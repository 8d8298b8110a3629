"""Closing and reopening months."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypedDict

from app.core.periods.events import Finding, PeriodClosing, Severity
from app.core.periods.models import PeriodRecord
from app.core.periods.repository import PeriodFilter, PeriodRepository
from app.core.periods.rules import PeriodState, closing_problem, reopening_problem
from app.infra.context import Context
from app.kernel.errors import Conflict, NotFound, refuse_some
from app.kernel.paging import Page, PageRequest, Sort
from app.kernel.periods import FIRST_DAY, DateRange, Month

NEWEST_FIRST = (Sort("month", descending=True),)


class Reopening(TypedDict):
    """Why a month is reopened."""

    reason: str


@dataclass(frozen=True, slots=True)
class Closing:
    """A closed month, and what was found undone that did not keep it open."""

    period: PeriodRecord
    warnings: list[Finding]


class PeriodService:
    """The months of a company's book. Whoever posts into a month and whoever closes it wait for each other."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.periods = PeriodRepository(context.session)

    def get(self, book_id: int, month: Month) -> PeriodRecord:
        """One month; NotFound in a book without periods."""
        period = self.periods.find(book_id, month.first_day)
        if period is None:
            raise NotFound(f"Book {book_id} has no period {month}.")
        return period

    def company_book(self) -> int:
        """Id of the company's own book."""
        return self.periods.company_book()

    def first_day(self, book_id: int) -> date | None:
        """The first day of anything that lies in the book's months, or None."""
        return self.periods.first_day(book_id)

    def page(self, book_id: int, request: PageRequest) -> Page[PeriodRecord]:
        """The months of a book from its first row, or the last closed one, up to this month; newest first."""
        this_month = Month.of(self.context.clock.today())
        known = (self.periods.first_day(book_id), self.periods.last_closed(book_id), this_month.first_day)
        first = Month.of(min(day for day in known if day is not None)).first_day
        criteria = PeriodFilter(book_id, first, this_month.first_day)
        return self.periods.page(criteria, replace(request, sort=request.sort or NEWEST_FIRST))

    def list_between(self, book_id: int, first: Month, last: Month) -> list[PeriodRecord]:
        """Months of a range, in order."""
        return self.periods.list_between(book_id, first.first_day, last.first_day)

    def first_open_day(self, book_id: int, day: date) -> date:
        """The day itself, or the first one after the last closed month if it lies in a closed one."""
        last = self._last_closed(book_id)
        return day if last is None or Month.of(day) > last else last.next.first_day

    def refuse_closed(self, days: Iterable[tuple[int, date]]) -> None:
        """Raise Conflict, with a message by id, if one of these rows has a day in a closed month of the company."""
        first_open = self.first_open_day(self.company_book(), FIRST_DAY)
        closed = {row_id: f"The month {Month.of(day)} is closed." for row_id, day in days if day < first_open}
        refuse_some(closed, code="period_closed")

    def findings(self, book_id: int, month: Month) -> list[Finding]:
        """Everything undone in a month and the open ones before it, as the domains find it."""
        last_closed = self._last_closed(book_id)
        event = PeriodClosing(book_id, Month.of(FIRST_DAY) if last_closed is None else last_closed.next, month)
        self.context.publish(event)
        return event.findings

    def close(self, book_id: int, month: Month) -> Closing:
        """Close a month that is over, the next after the last closed one; the first close closes all months before it.

        Conflict with what is undone, by code, if a domain finds an error.
        """
        self.get(book_id, month)
        locked = self.periods.lock_open_until(book_id, month.first_day)
        this_month = Month.of(self.context.clock.today())
        # Read now: the wait for the lock may have been for somebody else who closed the month.
        _refuse(closing_problem(month, self._last_closed(book_id), this_month))
        findings = self.findings(book_id, month)
        _refuse_undone(month, findings)
        identity = self.context.identity
        by = None if identity is None else identity.user_id
        self.periods.close(book_id, DateRange(min(locked), month.last_day), by=by, at=self.context.clock.now())
        return Closing(self.get(book_id, month), findings)

    def reopen(self, book_id: int, month: Month, reason: str) -> PeriodRecord:
        """Open the last closed month again, for a reason that is kept."""
        self.get(book_id, month)
        _refuse(reopening_problem(month, self._last_closed(book_id)))
        self.periods.reopen(book_id, month.first_day, reason)
        return self.get(book_id, month)

    def reopen_since(self, book_id: int, first: Month, reason: str) -> None:
        """Open all closed months from one on, for a reason that is kept."""
        self.periods.reopen_since(book_id, first.first_day, reason)

    def is_closed(self, book_id: int, day: date) -> bool:
        """Whether a day lies in a closed month."""
        period = self.periods.find(book_id, Month.of(day).first_day)
        return period is not None and period.state is PeriodState.CLOSED

    def violations(self) -> list[str]:
        """Closed months that are not as they were, and guards that are not whole."""
        return self.periods.violations()

    def _last_closed(self, book_id: int) -> Month | None:
        day = self.periods.last_closed(book_id)
        return None if day is None else Month.of(day)


def _refuse_undone(month: Month, findings: Sequence[Finding]) -> None:
    undone: dict[str, list[str]] = defaultdict(list)
    for one in findings:
        if one.severity is Severity.ERROR:
            undone[one.code].append(one.message)
    if undone:
        raise Conflict(f"{month} is not ready to be closed.", code="period_not_ready", errors=undone)


def _refuse(problem: tuple[str, str] | None) -> None:
    if problem is not None:
        code, message = problem
        raise Conflict(message, code=code)
