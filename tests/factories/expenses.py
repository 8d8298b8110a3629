"""Expenses of every kind."""

from datetime import date
from decimal import Decimal

import factory

from app.domains.expenses.models import AccruedExpense, Expense, RecurringExpense
from app.domains.expenses.rules import AccruedStatus
from app.kernel.money import Currency
from app.kernel.recurrence import Frequency
from tests.factories import RowFactory


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
