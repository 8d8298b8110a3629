"""Making payments from plans, and letting them follow when a plan changes."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from app.domains.payments.models import Payment
from app.domains.payments.repository import PaymentRepository, Progress
from app.domains.payments.rules import (
    MOST_MONTHS,
    PaymentType,
    Planned,
    charges,
    first_number,
    installments,
    last_day,
)
from app.domains.projects.rules import Terms
from app.domains.projects.service import ProjectService
from app.infra.context import Context
from app.kernel.errors import Conflict
from app.kernel.periods import LAST_DAY, add_months

MOST_IN_ONE_RUN = 400
"""Payments that one plan may get in one run of the job: a clock gone wild must not fill the table."""

_A_DAY = timedelta(days=1)


class GenerationService:
    """Generates what is missing; a unique key makes sure that nothing is there twice."""

    def __init__(self, context: Context) -> None:
        self.payments = PaymentRepository(context.session)
        self.projects = ProjectService(context)

    def generate(
        self, project_id: int, *, months: int, today: date, start_from: date | None = None
    ) -> Sequence[Payment]:
        """Every installment of the fee, and the charges of so many months; those that are new."""
        terms = self.projects.terms_of(project_id)
        if not terms.active:
            raise Conflict("Only an active project is charged.", code="project_not_active")
        if not terms.has_plan:
            raise Conflict("The project has no payment plan.", code="project_without_plan")
        progress = self._progress(terms)
        first = start_from or max(terms.start, today)
        last = min(add_months(first, months) - _A_DAY, LAST_DAY)
        planned = [*installments(terms), *charges(terms, first, last, numbers_from=progress.numbers_from)]
        new = self._store(terms, planned, today)
        # A window further on leaves a gap that the job still has to fill.
        joins = first <= max(progress.charged_through + _A_DAY, terms.start)
        through = max(progress.charged_through, min(last, last_day(terms))) if joins else progress.charged_through
        self._advance(terms, progress, planned, through)
        return self.payments.by_ids(new)

    def follow(self, project_id: int, *, new_calendar: bool, today: date) -> None:
        """The plan, dates or status changed: coming payments follow, everything else stays untouched."""
        removed = self.payments.remove_coming(project_id, today)
        progress = self.payments.progress_of([project_id]).get(project_id)
        if progress is None:
            return  # nothing was ever generated, so nothing follows
        terms = self.projects.terms_of(project_id)
        first = self._first_to_follow(terms, today, new_calendar=new_calendar)
        numbers_from = progress.numbers_from
        if new_calendar:
            numbers_from = first_number(terms, first, self.payments.highest_number(project_id))
        fee_through = None if progress.fee_through is None else min(progress.fee_through, today)
        furthest = max((day for kind, _, day in removed if not kind.is_fee), default=today)
        # One that was moved by hand into another century must not draw all between with it.
        reach = max(progress.charged_through, min(furthest, add_months(today, MOST_MONTHS)))
        # Days up to today that the job has yet to charge stay so; after a later end, those past the former one too.
        behind = progress.charged_through < today
        through = progress.charged_through if behind else max(today, min(reach, last_day(terms)))
        planned: list[Planned] = []
        if terms.active and terms.has_plan:
            again = {number for kind, number, _ in removed if kind.is_fee}
            owed = installments(terms, after=fee_through, again=again)
            planned = [*owed, *charges(terms, first, reach, numbers_from=numbers_from)]
            self._store(terms, planned, today)
        self._advance(terms, Progress(project_id, through, fee_through, numbers_from), planned, through)

    def _first_to_follow(self, terms: Terms, today: date, *, new_calendar: bool) -> date:
        """Tomorrow; or today, where the project resumes or now starts today, and today is not charged yet."""
        resumes = any(pause.first < today == pause.until for pause in terms.pauses)
        begins = resumes or (new_calendar and terms.start == today)
        return today if begins and not self.payments.charged_on(terms.project_id, today) else today + _A_DAY

    def let_go(self, project_id: int) -> None:
        """The project is leaving: remove what is neither paid nor invoiced; the rest keeps the project."""
        self.payments.remove_unsettled(project_id)

    def generate_due(self, *, today: date, horizon: timedelta) -> dict[str, int]:
        """For every active project, from where it was left to the horizon; what was missed is caught up."""
        progress = self.payments.progress_of()
        reached: list[Progress] = []
        cut = 0

        def rows() -> Iterator[tuple[int, int, Planned]]:  # stored on the way: fewer objects for Python to look after
            nonlocal cut
            for terms in self.projects.active_terms():
                before = progress.get(terms.project_id) or _untouched(terms)
                last = min(today + horizon, last_day(terms))
                due = installments(terms, after=before.fee_through)
                due += charges(terms, before.charged_through + _A_DAY, last, numbers_from=before.numbers_from)
                kept = due[:MOST_IN_ONE_RUN]
                cut += len(due) > len(kept)
                through = max(before.charged_through, kept[-1].date if len(due) > len(kept) else last)
                reached.append(_advanced(before, kept, through))
                yield from ((terms.project_id, terms.client_id, planned) for planned in kept)

        new = self.payments.insert_planned(rows(), today)
        self.payments.save_progress(after for after in reached if after != progress.get(after.project_id))
        return {"projects": len(reached), "payments": len(new), "cut": cut}

    def _progress(self, terms: Terms) -> Progress:
        return self.payments.progress_of([terms.project_id]).get(terms.project_id) or _untouched(terms)

    def _store(self, terms: Terms, planned: Iterable[Planned], today: date) -> list[int]:
        rows = ((terms.project_id, terms.client_id, payment) for payment in planned)
        return self.payments.insert_planned(rows, today)

    def _advance(self, terms: Terms, progress: Progress, planned: Sequence[Planned], through: date) -> None:
        self.payments.save_progress([_advanced(progress, planned, through)])


def _untouched(terms: Terms) -> Progress:
    """Nothing was generated yet: charges count from the start, but none from before the project was entered."""
    return Progress(terms.project_id, terms.entered - _A_DAY, None)


def _advanced(before: Progress, planned: Sequence[Planned], through: date) -> Progress:
    """The progress once these are stored."""
    fee_through = before.fee_through
    for payment in planned:
        if payment.type is PaymentType.IMPLEMENTATION and (fee_through is None or payment.date > fee_through):
            fee_through = payment.date
    return Progress(before.project_id, through, fee_through, before.numbers_from)
