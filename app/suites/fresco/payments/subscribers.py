"""Handlers of the events of projects, cash flow, rates, months and imports."""

from typing import Any

from app.core.cashflow.events import ForecastBeginning, Planned
from app.core.currencies.events import RatesChanged
from app.core.imports.events import ImportUndoing
from app.core.movements.rules import Kind
from app.core.periods.events import Finding, PeriodClosing, Severity
from app.core.periods.service import PeriodService
from app.infra.context import Context, Subscription
from app.suites.fresco.payments.service import (
    DifferenceService,
    GenerationService,
    PaymentImporter,
    PaymentService,
    PlanChangeService,
    PlannedService,
)
from app.suites.fresco.projects.events import ProjectLeaving, ScheduleChanged, ScheduleKept


def regenerate(context: Context, event: ScheduleChanged) -> None:
    """Generate the payments of a project whose schedule changed anew."""
    PlanChangeService(context).regenerate(event.project_id, event.before, event.effect, context.clock.today())


def count_kept(context: Context, event: ScheduleKept) -> None:
    """Count the payments of a project that a previewed change leaves alone."""
    event.effect.kept = PlanChangeService(context).count(event.project_id)


def delete_payments(context: Context, event: ProjectLeaving) -> None:
    """Delete the payments of a project that are not invoiced or received; the others keep it from being deleted."""
    GenerationService(context).delete_unsettled(event.project_id)


def plan_charges(context: Context, event: ForecastBeginning) -> None:
    """Add the charges of plans that have no payment yet."""
    for day, currency, amount in PlannedService(context).charges_through(event.last):
        event.planned.append(Planned("fresco", Kind.INCOME, day, amount, currency))


def compute_differences(context: Context, event: RatesChanged) -> None:
    """Compute exchange differences of receipts anew."""
    DifferenceService(context).compute_again(event.since)


def find_unknown_differences(context: Context, event: PeriodClosing) -> None:
    """Refuse to close months with receipts in another currency for which there is no rate."""
    if event.book_id != PeriodService(context).company_book():
        return
    for payment_id, day in DifferenceService(context).unknown_until(event.month.last_day):
        message = f"The exchange difference of what was received for payment {payment_id} on {day} lacks a rate."
        event.findings.append(Finding(Severity.ERROR, "exchange_rate_missing", message))


def undo_import(context: Context, event: ImportUndoing) -> None:
    """Delete the payments of an import that nobody changed or uses."""
    if event.kind == PaymentImporter.kind:
        PaymentService(context).take_back(event.ids, event.left)


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (
    Subscription(ImportUndoing, undo_import),
    Subscription(ScheduleChanged, regenerate),
    Subscription(ScheduleKept, count_kept),
    Subscription(ProjectLeaving, delete_payments),
    Subscription(ForecastBeginning, plan_charges),
    Subscription(RatesChanged, compute_differences),
    Subscription(PeriodClosing, find_unknown_differences),
)
