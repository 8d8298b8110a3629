"""Reading payments."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from app.domains.clients.models import Client
from app.domains.payments.models import Payment, PaymentRecord, PaymentSum
from app.domains.payments.rules import PaymentStatus, PaymentType
from app.domains.projects.models import Project
from app.infra.db.columns import containing
from app.infra.queries.amounts import AmountTable
from app.infra.queries.cached import parameter
from app.infra.queries.repository import Filter, equal, within

CLIENT_OF_PROJECT = select(Project.client_id).where(Project.id == parameter("of_project", int)).scalar_subquery()
"""The client of the project that a new payment names."""

# Converted at the rate of the day it was paid, else of the day it is due.
PAYMENTS = AmountTable(
    Payment,
    PaymentRecord,
    day=func.coalesce(Payment.paid_date, Payment.date),
    kept=PaymentSum,
)


@dataclass(frozen=True, slots=True)
class PaymentFilter(Filter):
    """Which payments are meant; every condition that is given must hold."""

    project_id: int | None = None
    client_id: int | None = None
    status: PaymentStatus | None = None
    type: PaymentType | None = None
    date_from: date | None = None
    date_to: date | None = None
    q: str | None = None
    overdue_on: date | None = None
    unpaid: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same as SQL."""
        given = equal(
            (Payment.project_id, self.project_id),
            (Payment.client_id, self.client_id),
            (Payment.status, self.status),
            (Payment.type, self.type),
        )
        if self.unpaid or self.overdue_on is not None or self.status in {PaymentStatus.PENDING, PaymentStatus.OVERDUE}:
            given.append(Payment.paid_date.is_(None))  # said so that the index of what is unpaid serves
        elif self.status is PaymentStatus.PAID:
            given.append(Payment.paid_date.is_not(None))  # and that of paid dates
        given += within(Payment.date, self.date_from, self.date_to)
        if self.overdue_on is not None:
            # Be it marked so already or only by tonight's job: nothing else may be marked.
            given.append(Payment.date < self.overdue_on)
        if self.q is not None:
            given.append(_found(self.q))
        return given


def _found(q: Any) -> ColumnElement[bool]:
    projects = select(Project.id).where(containing(q, Project.name))
    clients = select(Client.id).where(containing(q, Client.name))
    own = containing(q, Payment.invoice_number, Payment.notes)
    return or_(own, Payment.project_id.in_(projects), Payment.client_id.in_(clients))


def in_the_next(days: int, today: date) -> PaymentFilter:
    """Unpaid payments from today to `days` from now, both included."""
    return PaymentFilter(unpaid=True, date_from=today, date_to=today + timedelta(days=days))
