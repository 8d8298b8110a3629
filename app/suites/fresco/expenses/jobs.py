"""Scheduled jobs of expenses."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.infra.context import Context
from app.infra.scheduler import Daily, Job, Monthly
from app.suites.fresco.expenses.service import AccruedService


def accrue_expenses(context: Context, today: date) -> Mapping[str, object]:
    """Accrue every occurrence due this month."""
    return AccruedService(context).accrue(today)


def mark_overdue_expenses(context: Context, today: date) -> Mapping[str, object]:
    """Accrue expenses entered or resumed since the month began, then mark late ones overdue."""
    service = AccruedService(context)
    return {"accrued": service.accrue(today)["expenses"], "overdue": service.mark_overdue(today)}


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain."""
    return (
        Job(
            "accrue-expenses",
            "Accrue the recurring expenses up to the end of the month",
            accrue_expenses,
            Monthly(config["ACCRUE_EXPENSES_AT"]),
            at_start=True,
        ),
        Job(
            "mark-overdue-expenses",
            "Accrue expenses entered or resumed this month, and mark unpaid ones of earlier days as overdue",
            mark_overdue_expenses,
            Daily(config["MARK_OVERDUE_AT"]),
        ),
    )
