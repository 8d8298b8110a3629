"""Entering, changing, paying and undoing single payments."""

from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from app.domains.payments.models import Payment, PaymentRecord
from app.domains.payments.queries import CLIENT_OF_PROJECT
from app.domains.payments.repository import PaymentRepository
from app.domains.payments.rules import PaymentStatus, PaymentType, paid_problem, status_problem, unpaid_status
from app.domains.projects.service import ProjectService
from app.infra.context import Context
from app.kernel.errors import Conflict, Invalid
from app.kernel.money import Currency


class PaymentValues(TypedDict, total=False):
    """The values of a payment that a caller may set."""

    project_id: int
    client_id: int
    amount: Decimal
    currency: Currency
    date: date
    paid_date: date | None
    status: PaymentStatus
    invoice_number: str | None
    invoice_url: str | None
    type: PaymentType
    installment_number: int | None
    notes: str | None


class PaymentService:
    """Keeps payments; their status always fits their dates."""

    def __init__(self, context: Context) -> None:
        self.payments = PaymentRepository(context.session)
        self.projects = ProjectService(context)

    def get(self, payment_id: int) -> PaymentRecord:
        """One payment."""
        return self.payments.get(payment_id)

    def create(self, *, today: date, **values: Unpack[PaymentValues]) -> PaymentRecord:
        """A payment entered by hand."""
        status, paid_date = _settled(values, values["date"], today)
        settled = {**values, "status": status, "paid_date": paid_date}
        if "client_id" in values:
            settled["client_id"] = self._client_of(values["project_id"], values)
            return self.payments.insert(settled)
        return self.payments.insert({**settled, "of_project": values["project_id"]}, client_id=CLIENT_OF_PROJECT)

    def update(self, payment_id: int, *, today: date, **changes: Unpack[PaymentValues]) -> Payment:
        """Change what is given; the status follows the dates."""
        payment = self.payments.get_for_update(payment_id)
        if {"project_id", "client_id"} & changes.keys():
            payment.client_id = self._client_of(changes.get("project_id", payment.project_id), changes)
        for name, value in changes.items():
            if name not in {"client_id", "status", "paid_date"}:
                setattr(payment, name, value)
        before = (payment.status, payment.paid_date)
        payment.status, payment.paid_date = _settled(changes, payment.date, today, *before)
        self.payments.flush()
        return payment

    def change_status(
        self, payment_id: int, *, today: date, **changes: Unpack[PaymentValues]
    ) -> Payment | PaymentRecord:
        """Mark a payment as paid, or undo that."""
        return self._mark_paid(payment_id, changes, today) or self.update(payment_id, today=today, **changes)

    def _mark_paid(self, payment_id: int, changes: PaymentValues, today: date) -> PaymentRecord | None:
        """Fast path: mark as paid on a given day without reading the payment. None if other rules apply."""
        paid_date = changes.get("paid_date")
        if changes["status"] is not PaymentStatus.PAID or paid_date is None or paid_problem(paid_date, today):
            return None
        if changes.keys() != {"status", "paid_date"}:
            return None
        return self.payments.update_versioned(payment_id, changes)

    def delete(self, payment_id: int) -> None:
        """Remove a payment that is not paid."""
        payment = self.payments.get_for_update(payment_id)
        if payment.status is PaymentStatus.PAID:
            raise Conflict("A paid payment can't be deleted; undo it first.", code="payment_is_paid")
        self.payments.delete(payment)

    def mark_overdue(self, today: date) -> int:
        """Turn overdue what is unpaid and was due before today."""
        return self.payments.mark_overdue(today)

    def violations(self, today: date) -> list[str]:
        """Payments whose status contradicts their date."""
        return self.payments.misjudged(today)

    def _client_of(self, project_id: int, given: PaymentValues) -> int:
        """The client is the project's, whether it was given or not."""
        client_id = self.projects.client_of(project_id)
        if given.get("client_id") is not None:
            self.projects.clients.get(given["client_id"])
            if given["client_id"] != client_id:
                raise Invalid.field("client_id", "Is not the project's client.")
        return client_id


def _settled(
    given: PaymentValues, day: date, today: date, status: PaymentStatus | None = None, paid: date | None = None
) -> tuple[PaymentStatus, date | None]:
    """Status and paid date as asked, or as they follow; asking for what contradicts the dates is Invalid."""
    asked = given.get("status", status if status is PaymentStatus.PAID else None)
    settled = asked or unpaid_status(day, today)
    paid_date = given.get("paid_date")
    if settled is PaymentStatus.PAID and paid_date is None:
        paid_date = paid or today
    if problem := status_problem(settled, day, paid_date, today):
        raise Invalid.field(*problem)
    return settled, paid_date
