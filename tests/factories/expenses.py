"""Expenses of every kind."""

from datetime import date
from decimal import Decimal
from typing import Any

import factory

from app.kernel.money import Currency
from app.kernel.recurrence import Frequency
from app.suites.fresco.expenses.models import AccruedExpense, Expense, RecurringExpense
from app.suites.fresco.expenses.rules import AccruedStatus
from tests.factories import Examples, RowFactory
from tests.factories.files import with_receipt


class _Spending(RowFactory):
    """Fields common to every kind."""

    class Meta:
        abstract = True

    description = factory.Sequence(lambda n: f"Gasto {n:03}")
    amount = Decimal("1000.00")
    currency = Currency.COP
    category = "Software"
    payment_method = "Tarjeta"


class ExpenseFactory(_Spending):
    """An expense in pesos."""

    class Meta:
        model = Expense

    date = date(2025, 3, 10)


class RecurringExpenseFactory(_Spending):
    """A monthly expense of which nothing is accrued."""

    class Meta:
        model = RecurringExpense

    frequency = Frequency.MONTHLY
    start_date = date(2025, 1, 31)
    next_payment = factory.SelfAttribute("start_date")


class AccruedExpenseFactory(_Spending):
    """An expense that fell due; a recurring one if it has an origin."""

    class Meta:
        model = AccruedExpense

    due_date = date(2025, 3, 10)
    status = AccruedStatus.OVERDUE
    is_recurring = factory.LazyAttribute(lambda expense: expense.recurring_id is not None)
    recurring_id = None
    paid_date = None
    paid_amount = factory.LazyAttribute(lambda expense: expense.amount if expense.paid_date else None)
    occurrence_date = factory.LazyAttribute(lambda expense: expense.due_date if expense.is_recurring else None)


_ENTERED = {
    "description": "Algo",
    "date": "2025-03-01",
    "amount": "1500.50",
    "currency": "COP",
    "payment_method": "Transferencia",
    "category": "Software",
}
_RECURRING = {
    "description": "Arriendo",
    "amount": "10.00",
    "currency": "COP",
    "frequency": "Mensual",
    "start_date": "2026-01-31",
    "category": "Oficina",
    "payment_method": "Tarjeta",
}


_BILL = {
    "description": "Energía",
    "due_date": "2026-01-20",
    "amount": "412000.00",
    "currency": "COP",
    "category": "Servicios públicos",
    "payment_method": "PSE",
}


def _paid_bill() -> int:
    paid: int = AccruedExpenseFactory(status=AccruedStatus.PAID, paid_date=date(2025, 3, 12)).id
    return paid


def _recurring_address(_: Any) -> str:
    return f"/api/expenses/recurring/{RecurringExpenseFactory().id}"


EXAMPLES = Examples(
    rows={
        "AccruedExpense": lambda: AccruedExpenseFactory(recurring_id=RecurringExpenseFactory().id).id,
        "Expense": lambda: ExpenseFactory().id,
        "RecurringExpense": lambda: RecurringExpenseFactory().id,
    },
    existing={
        "/api/expenses/<id:expense_id>": lambda _: f"/api/expenses/{ExpenseFactory().id}",
        "/api/expenses/accrued/<id:accrued_id>": lambda _: f"/api/expenses/accrued/{AccruedExpenseFactory().id}",
        "/api/expenses/recurring/<id:recurring_id>": _recurring_address,
        "/api/expenses/recurring/<id:recurring_id>/status": lambda caller: f"{_recurring_address(caller)}/status",
    },
    changes={
        "/api/expenses/<id:expense_id>": {"description": "Otro"},
        "/api/expenses/accrued/<id:accrued_id>": {"description": "Otro"},
        "/api/expenses/recurring/<id:recurring_id>": {"description": "Otro"},
        "/api/expenses/recurring/<id:recurring_id>/status": {"status": "Pausado"},
    },
    posts={
        "/api/expenses/bulk": lambda: (
            "/api/expenses/bulk",
            {"json": {"ids": [ExpenseFactory().id], "action": "set", "category": "Viajes"}},
        ),
        "/api/expenses": lambda: ("/api/expenses", with_receipt(_ENTERED)),
        "/api/expenses/accrued": lambda: ("/api/expenses/accrued", with_receipt(_BILL)),
        "/api/expenses/accrued/<id:accrued_id>/undo-payment": lambda: (
            f"/api/expenses/accrued/{_paid_bill()}/undo-payment",
            {},
        ),
        "/api/expenses/accrued/<id:accrued_id>/mark-as-paid": lambda: (
            f"/api/expenses/accrued/{AccruedExpenseFactory().id}/mark-as-paid",
            with_receipt({"payment_date": "2026-01-05"}),
        ),
        "/api/expenses/recurring": lambda: ("/api/expenses/recurring", {"json": _RECURRING}),
    },
)
