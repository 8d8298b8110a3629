"""Generating payments again when the plan, the dates or the status of a project change."""

from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from app.infra.context import Context
from app.kernel.periods import add_months
from app.suites.fresco.payments.repository import PaymentRepository, Progress
from app.suites.fresco.payments.rules import (
    MAX_MONTHS,
    CalendarChange,
    KeptFee,
    PlannedPayment,
    basis_after_change,
    calendar_change,
    charges,
    fee_basis,
    installments,
    last_day,
    left_as_they_were,
    reach_on_other_day,
    require_chargeable,
)
from app.suites.fresco.payments.service.generating import progress_after
from app.suites.fresco.projects.events import ScheduleEffect
from app.suites.fresco.projects.rules import PlanBasis, ScheduledPayment, Terms
from app.suites.fresco.projects.service import ProjectService

_A_DAY = timedelta(days=1)


class _Change(NamedTuple):
    """A change of a project that has generated payments, once its coming payments are removed."""

    before: Terms
    after: Terms
    progress: Progress
    removed: list[ScheduledPayment]
    today: date

    @property
    def reached(self) -> date:
        """Day up to which recurring charges were generated before the change."""
        furthest = max((one.date for one in self.removed if not one.type.is_fee), default=self.today)
        # A payment that was moved by hand to a distant day must not generate every payment in between.
        return max(self.progress.charged_through, min(furthest, add_months(self.today, MAX_MONTHS)))


class PlanChangeService:
    """Replaces the coming payments of a project whose schedule changed; what is kept stays as it is."""

    def __init__(self, context: Context) -> None:
        self.payments = PaymentRepository(context.session)
        self.projects = ProjectService(context)

    def regenerate(self, project_id: int, before: Terms, effect: ScheduleEffect, today: date) -> None:
        """Replace the coming payments of a project whose schedule changed from the terms `before`."""
        after = self.projects.lock_terms(project_id)
        progress = self.payments.progress_of([project_id]).get(project_id)
        caught_up: list[int] = []
        if progress is not None:
            progress, caught_up = self._catch_up(before, after, progress, today)
        effect.removed = self.payments.delete_coming(project_id, today)
        fee = self.payments.kept_fee(project_id)
        require_chargeable(before, after, fee)
        effect.kept = self.payments.count_of(project_id) - len(caught_up)
        if progress is None:
            effect.basis = PlanBasis()  # nothing was ever generated: the plan begins anew
            return
        change = _Change(before, after, progress, effect.removed, today)
        new = self._replace(change, fee, effect)
        effect.created = self.payments.scheduled([*caught_up, *new])

    def count(self, project_id: int) -> int:
        """Number of the project's payments."""
        return self.payments.count_of(project_id)

    def _catch_up(self, before: Terms, after: Terms, progress: Progress, today: date) -> tuple[Progress, list[int]]:
        """Generate what the job has not generated yet of the days up to today, by the terms that were in force."""
        if not before.active or before.recurring is None or progress.charged_through >= today:
            return progress, []
        terms = replace(before, client_id=after.client_id, end=after.end)
        planned = list(charges(terms, progress.charged_through + _A_DAY, today))
        new = self._store(terms, planned, today)
        return replace(progress, charged_through=max(progress.charged_through, min(today, last_day(terms)))), new

    def _replace(self, change: _Change, fee: KeptFee, effect: ScheduleEffect) -> list[int]:
        """Generate the coming payments by the changed terms, as far ahead as they reached before."""
        before, today = change.before, change.today
        last = self.payments.last_charge(before.project_id)
        first = self._first_open_day(change)
        charged = sum(not one.type.is_fee for one in change.removed)
        basis = basis_after_change(before, change.after, last=last, removed=charged, first_open=first, today=today)
        effect.basis = fee_basis(before, change.after, basis, fee, today)
        terms = replace(change.after, basis=effect.basis)
        recurs_anew = calendar_change(before, terms) is not CalendarChange.NONE
        begins = recurs_anew and basis.not_before is None
        if recurs_anew:
            first = today + _A_DAY if begins and self.payments.has_charge_on(terms.project_id, today) else today
        reached = reach_on_other_day(before, terms, change.reached)
        fee_through = change.progress.fee_through and min(change.progress.fee_through, today)
        if terms.fee != before.fee:
            fee_through = None  # the rest was split anew
        planned: list[PlannedPayment] = []
        if terms.active and terms.has_plan:
            numbers = {one.installment_number for one in change.removed if one.type.is_fee}
            planned = [*installments(terms, after=fee_through, include_numbers=numbers)]
            planned += charges(terms, first, reached)
            planned += left_as_they_were(change.removed, terms, first, begins=begins)
        new = self._store(terms, planned, today)
        # Days up to today that the job has not charged yet remain for it; so do days that a later end date adds.
        through = max(today, min(reached, last_day(terms)))
        if not recurs_anew and change.progress.charged_through < today:
            through = change.progress.charged_through
        progress = Progress(before.project_id, through, fee_through)
        self.payments.save_progress([progress_after(progress, planned, through)])
        return new

    def _first_open_day(self, change: _Change) -> date:
        """Tomorrow; or today, if the project resumes today and is not charged for today yet."""
        today, after = change.today, change.after
        resumes = any(pause.first < today == pause.until for pause in after.pauses)
        return today if resumes and not self.payments.has_charge_on(after.project_id, today) else today + _A_DAY

    def _store(self, terms: Terms, planned: list[PlannedPayment], today: date) -> list[int]:
        rows = ((terms.project_id, terms.client_id, payment) for payment in planned)
        return self.payments.insert_planned(rows, today)
