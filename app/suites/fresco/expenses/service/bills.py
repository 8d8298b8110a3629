"""Service of single accrued expenses: bills, and occurrences of recurring expenses."""

from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from app.core.cash_accounts.service import CashAccountService
from app.core.files.service import AttachedFiles
from app.infra.context import Context
from app.kernel.errors import Conflict, Invalid
from app.kernel.files import JudgedFile
from app.kernel.money import Currency
from app.suites.fresco.expenses.models import AccruedExpense, AccruedExpenseRecord
from app.suites.fresco.expenses.repository import AccruedRepository
from app.suites.fresco.expenses.rules import AccruedStatus, unpaid_status
from app.suites.fresco.expenses.service.resolving import ExpenseResolver

_KEPT_ONCE_PAID = ("amount", "currency", "due_date")


class BillValues(TypedDict, total=False):
    """The values of an accrued expense that a caller may set."""

    description: str
    due_date: date
    amount: Decimal
    currency: Currency
    tax_amount: Decimal | None
    category: str
    payment_method: str
    cash_account_id: int | None
    client_id: int | None
    project_id: int | None
    supplier_id: int | None
    invoice_number: str | None
    receipt_path: str | None
    notes: str | None


class PaidValues(TypedDict, total=False):
    """The values of an accrued expense that its payment may set; None keeps the stored one."""

    payment_method: str | None
    cash_account_id: int | None
    receipt_path: str | None


class PaymentRequest(PaidValues, total=False):
    """Payment of an accrued expense; None as day means today, as amount what is owed."""

    payment_date: date | None
    amount: Decimal | None


class BillService:
    """Enters, changes, pays and deletes accrued expenses; their status follows their dates."""

    def __init__(self, context: Context) -> None:
        self.accrued = AccruedRepository(context.session)
        self.resolver = ExpenseResolver(context)
        self.accounts = CashAccountService(context)
        self.files = AttachedFiles(context, "fresco.expenses")

    def get(self, accrued_id: int) -> AccruedExpenseRecord:
        """One accrued expense."""
        return self.accrued.get(accrued_id)

    def create(self, *, today: date, file: JudgedFile | None = None, **values: Unpack[BillValues]) -> AccruedExpense:
        """Create a bill that does not recur."""
        _require_unnamed(values)
        values = {**values, **self.resolver.resolved(values), **self.files.attached(values, file)}
        return self.accrued.add(AccruedExpense(**values, status=unpaid_status(values["due_date"], today)))

    def update(
        self, accrued_id: int, *, today: date, file: JudgedFile | None = None, **changes: Unpack[BillValues]
    ) -> AccruedExpense:
        """Change the given values; what was owed stays once it is paid. A replaced receipt is released."""
        expense = self.accrued.get_for_update(accrued_id)
        if expense.status is AccruedStatus.PAID:
            _require_same(expense, changes)
            self.accounts.check(changes, expense)
        else:
            _require_unnamed(changes)
            expense.status = unpaid_status(changes.get("due_date", expense.due_date), today)
        before = expense.receipt_path
        receipt = self.files.attached(changes, file, before)
        changes = {**changes, **self.resolver.resolved(changes, expense), **receipt}
        self.accrued.change(expense, changes)
        self.files.release_replaced(before, expense.receipt_path)
        return expense

    def delete(self, accrued_id: int) -> None:
        """Delete an unpaid accrued expense and its receipt."""
        expense = self.accrued.get_for_update(accrued_id)
        if expense.status is AccruedStatus.PAID:
            raise Conflict("A paid expense can't be deleted; undo its payment first.", code="expense_is_paid")
        self.accrued.delete(expense)
        self.files.release(expense.receipt_path)

    def pay(
        self,
        accrued_id: int,
        *,
        today: date,
        payment_date: date | None = None,
        amount: Decimal | None = None,
        file: JudgedFile | None = None,
        **given: Unpack[PaidValues],
    ) -> AccruedExpense:
        """Mark as paid once, today and with what is owed unless another day and amount are given."""
        expense = self.accrued.get_for_update(accrued_id)
        if expense.status is AccruedStatus.PAID:
            raise Conflict("It is already paid.", code="already_paid")
        paid_date = payment_date or today
        if paid_date > today:
            raise Invalid.field("payment_date", "Must not be in the future.")
        self.accounts.check(given, expense)
        known = {name: value for name, value in given.items() if value is not None}
        paid = {"status": AccruedStatus.PAID, "paid_date": paid_date, "paid_amount": amount or expense.amount}
        return self.accrued.change(expense, {**known, **self.files.attached(given, file), **paid})

    def undo_payment(self, accrued_id: int, *, today: date) -> AccruedExpense:
        """Mark a paid one as unpaid; its receipt stays."""
        expense = self.accrued.get_for_update(accrued_id)
        if expense.status is not AccruedStatus.PAID:
            raise Conflict("It is not paid.", code="not_paid")
        unpaid = dict.fromkeys(("paid_date", "paid_amount", "cash_account_id"))
        return self.accrued.change(expense, {**unpaid, "status": unpaid_status(expense.due_date, today)})


def _require_unnamed(values: BillValues) -> None:
    """Invalid if something that is not paid would name a cash account."""
    if values.get("cash_account_id") is not None:
        raise Invalid.field("cash_account_id", "Only for what is paid.")


def _require_same(expense: AccruedExpense, changes: BillValues) -> None:
    """Conflict if a paid expense would get another amount, currency or due date."""
    if any(changes.get(name, getattr(expense, name)) != getattr(expense, name) for name in _KEPT_ONCE_PAID):
        raise Conflict(
            "A paid expense keeps its amount, currency and due date; undo its payment first.", code="expense_is_paid"
        )
