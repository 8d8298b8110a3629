"""Queries about the future: receivables, payables, and plans that will generate more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.kernel.money import Currency
from app.kernel.recurrence import Frequency
from app.suites.fresco.expenses.models import AccruedExpense, RecurringExpense
from app.suites.fresco.expenses.rules import RecurringStatus
from app.suites.fresco.payments.models import PaymentProgress, PaymentSum


@dataclass(frozen=True, slots=True)
class Due:
    """An amount on a day."""

    day: date
    amount: Decimal
    currency: Currency


@dataclass(frozen=True, slots=True)
class Repeating:
    """A recurring expense, from its next occurrence on."""

    start: date
    frequency: Frequency
    next_payment: date
    amount: Decimal
    currency: Currency


@dataclass(frozen=True, slots=True)
class Reached:
    """Last generated payment of a project."""

    charged_through: date
    fee_through: date | None
    numbers_from: int


class ComingQueries:
    """Queries of future amounts."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def unpaid_payments(self, last: date) -> list[Due]:
        """Receivables due through that day, overdue included, by day and currency."""
        model = PaymentSum
        return self._by_day(model.date, model, model.paid_date.is_(None), model.date <= last)

    def unpaid_expenses(self, last: date) -> list[Due]:
        """Payables due through that day, overdue included, by day and currency."""
        model = AccruedExpense
        return self._by_day(model.due_date, model, model.paid_date.is_(None), model.due_date <= last)

    def _by_day(
        self,
        day: InstrumentedAttribute[date],
        model: type[PaymentSum] | type[AccruedExpense],
        *conditions: ColumnElement[bool],
    ) -> list[Due]:
        sums = select(day, func.sum(model.amount), model.currency).where(*conditions).group_by(day, model.currency)
        return [Due(*row) for row in self.session.execute(sums)]

    def repeating_expenses(self) -> Sequence[Repeating]:
        """Every active recurring expense."""
        model = RecurringExpense
        statement = select(model.start_date, model.frequency, model.next_payment, model.amount, model.currency).where(
            model.status == RecurringStatus.ACTIVE
        )
        return [Repeating(*row) for row in self.session.execute(statement)]

    def progress(self) -> dict[int, Reached]:
        """Last generated payment of each project."""
        model = PaymentProgress
        statement = select(model.id, model.charged_through, model.fee_through, model.numbers_from)
        return {row[0]: Reached(*row[1:]) for row in self.session.execute(statement)}
