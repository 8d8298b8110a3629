"""Generating payments from plans."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Required, TypedDict

from app.infra.context import Context
from app.kernel.errors import Conflict
from app.kernel.periods import LAST_DAY, add_months
from app.suites.fresco.payments.models import Payment
from app.suites.fresco.payments.repository import PaymentRepository, Progress
from app.suites.fresco.payments.rules import (
    PaymentType,
    PlannedPayment,
    charges,
    installments,
    last_day,
)
from app.suites.fresco.projects.rules import Terms
from app.suites.fresco.projects.service import ProjectService

MAX_PER_PLAN_AND_RUN = 400
"""Payments that one run of the job may generate for a plan: a guard against a wrong clock."""

_A_DAY = timedelta(days=1)


class GenerationRequest(TypedDict, total=False):
    """The project, the number of months and the first day to generate payments for."""

    project_id: Required[int]
    months: Required[int]
    start_from: date | None


class GenerationResult(TypedDict):
    """Numbers of projects looked at, of payments generated, and of projects cut at `MAX_PER_PLAN_AND_RUN`."""

    projects: int
    payments: int
    cut: int


class GenerationService:
    """Generates missing payments; a unique constraint prevents duplicates."""

    def __init__(self, context: Context) -> None:
        self.payments = PaymentRepository(context.session)
        self.projects = ProjectService(context)

    def generate(
        self, project_id: int, *, months: int, today: date, start_from: date | None = None
    ) -> Sequence[Payment]:
        """Generate all installments of the fee and the charges of these months; return the payments that are new."""
        terms = self.projects.lock_terms(project_id)
        if not terms.active:
            raise Conflict("Payments are generated only for an active project.", code="project_not_active")
        if not terms.has_plan:
            raise Conflict("The project has no payment plan.", code="project_without_plan")
        progress = self._progress(terms)
        first = start_from or max(terms.start, today)
        last = min(add_months(first, months) - _A_DAY, LAST_DAY)
        planned = [*installments(terms), *charges(terms, first, last)]
        new = self._store(terms, planned, today)
        # A window that starts later leaves a gap, which the job still has to fill.
        contiguous = first <= max(progress.charged_through + _A_DAY, terms.start)
        through = max(progress.charged_through, min(last, last_day(terms))) if contiguous else progress.charged_through
        self._save_progress(progress, planned, through)
        return self.payments.by_ids(new)

    def delete_unsettled(self, project_id: int) -> None:
        """Delete the payments of a project that may go with it; Conflict if something was received for it."""
        if self.payments.has_receipts(project_id):
            raise Conflict("The project has payments with receipts, which are kept.", code="payment_has_receipts")
        self.payments.delete_unsettled(project_id)

    def generate_due(self, *, today: date, horizon: timedelta) -> GenerationResult:
        """Generate the payments of all active projects from their last progress up to the horizon."""
        progress = self.payments.progress_of()
        reached: list[Progress] = []
        cut = 0

        def rows() -> Iterator[tuple[int, int, PlannedPayment]]:  # a generator, so that not all payments are in memory
            nonlocal cut
            for terms in self.projects.lock_active_terms():
                before = progress.get(terms.project_id) or _initial_progress(terms)
                last = min(today + horizon, last_day(terms))
                due = installments(terms, after=before.fee_through)
                due += charges(terms, before.charged_through + _A_DAY, last)
                kept = due[:MAX_PER_PLAN_AND_RUN]
                cut += len(due) > len(kept)
                through = max(before.charged_through, kept[-1].date if len(due) > len(kept) else last)
                reached.append(progress_after(before, kept, through))
                yield from ((terms.project_id, terms.client_id, planned) for planned in kept)

        new = self.payments.insert_planned(rows(), today)
        self.payments.save_progress(after for after in reached if after != progress.get(after.project_id))
        return {"projects": len(reached), "payments": len(new), "cut": cut}

    def _progress(self, terms: Terms) -> Progress:
        return self.payments.progress_of([terms.project_id]).get(terms.project_id) or _initial_progress(terms)

    def _store(self, terms: Terms, planned: Iterable[PlannedPayment], today: date) -> list[int]:
        rows = ((terms.project_id, terms.client_id, payment) for payment in planned)
        return self.payments.insert_planned(rows, today)

    def _save_progress(self, progress: Progress, planned: Sequence[PlannedPayment], through: date) -> None:
        self.payments.save_progress([progress_after(progress, planned, through)])


def _initial_progress(terms: Terms) -> Progress:
    """Progress before the first generation: charges begin on the day on which the project was entered."""
    return Progress(terms.project_id, terms.entered - _A_DAY, None)


def progress_after(before: Progress, planned: Sequence[PlannedPayment], through: date) -> Progress:
    """Progress once these payments are stored."""
    fee_through = before.fee_through
    for payment in planned:
        if payment.type is PaymentType.IMPLEMENTATION and (fee_through is None or payment.date > fee_through):
            fee_through = payment.date
    return Progress(before.project_id, through, fee_through)
