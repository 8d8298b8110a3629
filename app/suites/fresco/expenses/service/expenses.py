"""Service of single expenses."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from app.core.cash_accounts.service import CashAccountService
from app.core.files.service import AttachedFiles
from app.core.imports.rules import LeftReason
from app.core.imports.service import UntouchedRows
from app.infra.context import Context
from app.kernel.files import JudgedFile
from app.kernel.money import Currency
from app.suites.fresco.expenses.models import Expense, ExpenseRecord
from app.suites.fresco.expenses.repository import ExpenseRepository
from app.suites.fresco.expenses.service.resolving import ExpenseResolver


class ExpenseValues(TypedDict, total=False):
    """The values of an expense that a caller may set."""

    description: str
    date: date
    amount: Decimal
    currency: Currency
    tax_amount: Decimal | None
    category: str
    payment_method: str
    cash_account_id: int | None
    client_id: int | None
    project_id: int | None
    supplier_id: int | None
    receipt_path: str | None
    notes: str | None
    tags: list[str]


class ExpenseService:
    """Creates, changes and deletes single expenses."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.expenses = ExpenseRepository(context.session)
        self.resolver = ExpenseResolver(context)
        self.accounts = CashAccountService(context)
        self.files = AttachedFiles(context, "fresco.expenses")

    def get(self, expense_id: int) -> ExpenseRecord:
        """One expense."""
        return self.expenses.get(expense_id)

    def create(self, *, file: JudgedFile | None = None, **values: Unpack[ExpenseValues]) -> Expense:
        """Create an expense."""
        self.accounts.check(values)
        values = {**values, **self.resolver.resolved(values), **self.files.attached(values, file)}
        return self.expenses.add(Expense(**values))

    def create_many(self, rows: Sequence[ExpenseValues]) -> list[int]:
        """Create expenses without receipts, whose clients and projects are resolved, in a few statements."""
        return self.expenses.add_all([Expense(**values) for values in rows])

    def take_back(self, ids: Collection[int], left: dict[int, LeftReason]) -> None:
        """Delete imported expenses that nobody changed; adds the others to `left`."""
        gone = UntouchedRows(self.context).among(Expense, ids, left)
        self.expenses.delete_where(Expense.id.in_(gone))

    def update(self, expense_id: int, *, file: JudgedFile | None = None, **changes: Unpack[ExpenseValues]) -> Expense:
        """Change the given values; a replaced receipt is released."""
        expense = self.expenses.get_for_update(expense_id)
        self.accounts.check(changes, expense)
        before = expense.receipt_path
        receipt = self.files.attached(changes, file, before)
        changes = {**changes, **self.resolver.resolved(changes, expense), **receipt}
        self.expenses.change(expense, changes)
        self.files.release_replaced(before, expense.receipt_path)
        return expense

    def delete(self, expense_id: int) -> None:
        """Delete an expense and its receipt."""
        expense = self.expenses.get_for_update(expense_id)
        self.expenses.delete(expense)
        self.files.release(expense.receipt_path)


class ExpenseLoader:
    """Inserts many expenses, for benchmarks."""

    def __init__(self, context: Context) -> None:
        self.expenses = ExpenseRepository(context.session)

    def load(self, first: int, count: int, today: date) -> None:
        """Insert `count` expenses, numbered from `first` on."""
        self.expenses.add_many(first, count, today)
