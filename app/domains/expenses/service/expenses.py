"""Expenses that are entered one by one."""

from datetime import date
from typing import Any

from app.domains.expenses.models import Expense
from app.domains.expenses.repository import ExpenseRepository
from app.domains.expenses.service.belonging import Belonging
from app.domains.files.service import FileService
from app.domains.projects.service import ProjectService
from app.infra.context import Context
from app.kernel.files import GivenFile


class ExpenseService:
    """Keeps money that was spent."""

    def __init__(self, context: Context) -> None:
        self.expenses = ExpenseRepository(context.session)
        self.belonging = Belonging(ProjectService(context))
        self.files = FileService(context)

    def get(self, expense_id: int) -> Any:
        """One expense."""
        return self.expenses.get(expense_id)

    def create(self, *, file: GivenFile | None = None, **values: Any) -> Expense:
        """A new expense."""
        settled = self.belonging.settled(values)
        return self.expenses.add(Expense(**self.files.attached(settled, file)))

    def update(self, expense_id: int, *, file: GivenFile | None = None, **changes: Any) -> Expense:
        """Change what is given; a receipt that is replaced goes."""
        expense = self.expenses.get_for_update(expense_id)
        settled = self.belonging.settled(changes, expense)
        before = expense.receipt_path
        self.expenses.change(expense, self.files.attached(settled, file))
        if expense.receipt_path != before:
            self.files.release(before)
        return expense

    def delete(self, expense_id: int) -> None:
        """Remove an expense and its receipt."""
        expense = self.expenses.get_for_update(expense_id)
        self.expenses.delete(expense)
        self.files.release(expense.receipt_path)


class ExpenseLoader:
    """Expenses by the hundred thousand, for benchmarks."""

    def __init__(self, context: Context) -> None:
        self.expenses = ExpenseRepository(context.session)

    def load(self, first: int, count: int, today: date) -> None:
        """So many from the first-th on."""
        self.expenses.add_many(first, count, today)
