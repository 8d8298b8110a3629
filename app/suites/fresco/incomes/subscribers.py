"""Handlers of the events of imports."""

from typing import Any

from app.core.imports.events import ImportUndoing
from app.infra.context import Context, Subscription
from app.suites.fresco.incomes.service import IncomeImporter, IncomeService


def undo_import(context: Context, event: ImportUndoing) -> None:
    """Delete the incomes of an import that nobody changed or uses."""
    if event.kind == IncomeImporter.kind:
        IncomeService(context).take_back(event.ids, event.left)


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (Subscription(ImportUndoing, undo_import),)
