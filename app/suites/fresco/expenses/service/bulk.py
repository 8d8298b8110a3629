"""Changing many expenses at once: all of them, or none."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict, Unpack

from app.core.files.service import AttachedFiles
from app.core.periods.service import PeriodService
from app.infra.context import Context
from app.kernel.errors import Invalid, refuse_some
from app.suites.fresco.expenses.models import Expense
from app.suites.fresco.expenses.repository import ExpenseRepository
from app.suites.fresco.expenses.rules import BulkAction
from app.suites.fresco.expenses.service.expenses import ExpenseValues
from app.suites.fresco.expenses.service.resolving import ExpenseResolver, StoredValues

_PARTIES = {"client_id", "project_id"}


class BulkRequest(TypedDict):
    """Expenses, and what is set in all of them."""

    ids: list[int]
    action: BulkAction
    category: NotRequired[str]
    client_id: NotRequired[int | None]
    project_id: NotRequired[int | None]
    tags: NotRequired[list[str]]


class BulkService:
    """Sets category, client, project or tags of many expenses, or deletes them."""

    def __init__(self, context: Context) -> None:
        self.expenses = ExpenseRepository(context.session)
        self.resolver = ExpenseResolver(context)
        self.files = AttachedFiles(context, "fresco.expenses")
        self.periods = PeriodService(context)

    def change(self, *, ids: list[int], action: BulkAction, **values: Unpack[ExpenseValues]) -> int:
        """Do it, and return the number of expenses; Conflict with a message by id if one of them can't be changed."""
        expenses = self.expenses.lock_all(ids)
        if action is BulkAction.DELETE:
            self._delete(expenses)
        elif not values:
            raise Invalid.field("action", "Needs a category, client, project or tags to set.")
        else:
            self._set(expenses, values)
        self.expenses.flush()
        return len(expenses)

    def _set(self, expenses: Sequence[Expense], values: ExpenseValues) -> None:
        """Set the values; client and project are resolved once for all expenses that have the same ones before."""
        resolved: dict[tuple[int | None, int | None], StoredValues] = {}
        problems: dict[int, str] = {}
        for expense in expenses:
            before = (expense.client_id, expense.project_id) if _PARTIES & values.keys() else (None, None)
            try:
                if before not in resolved:
                    resolved[before] = self.resolver.resolved(values, expense)
            except Invalid as problem:
                problems[expense.id] = next(iter(problem.errors.values()))[0]
                continue
            for name, value in {**values, **resolved[before]}.items():
                setattr(expense, name, value)
        refuse_some(problems)

    def _delete(self, expenses: Sequence[Expense]) -> None:
        """Delete the expenses and their receipts."""
        self.periods.refuse_closed((expense.id, expense.date) for expense in expenses)
        self.expenses.delete_where(Expense.id.in_([expense.id for expense in expenses]))
        for expense in expenses:
            self.files.release(expense.receipt_path)
