"""Handlers of the events of months."""

from typing import Any

from app.core.imports.service import ImportService
from app.core.periods.events import Finding, PeriodClosing, Severity
from app.core.periods.service import PeriodService
from app.infra.context import Context, Subscription

DATED = ("payments", "incomes", "expenses")
"""Kinds of imports whose rows lie in months."""


def find_failed_imports(context: Context, event: PeriodClosing) -> None:
    """Refuse to close months of which an import failed, until it went through or somebody took it back."""
    if event.book_id != PeriodService(context).company_book():
        return
    for one in ImportService(context).failed_between(DATED, event.first.first_day, event.month.last_day):
        message = (
            f"The import {one.id} of {one.file_name} failed: correct the file and import it, then delete this one."
        )
        event.findings.append(Finding(Severity.ERROR, "import_failed", message))


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (Subscription(PeriodClosing, find_failed_imports),)
