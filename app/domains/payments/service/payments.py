"""Entering, changing, paying and undoing single payments."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.domains.payments.models import Payment
from app.domains.payments.queries import WHOSE_PROJECT
from app.domains.payments.repository import PaymentRepository
from app.domains.payments.rules import PaymentStatus, paid_problem, status_problem, unpaid_status
from app.domains.projects.service import ProjectService
from app.kernel.errors import Conflict, Invalid


class PaymentService:
    """Keeps payments; their status always fits their dates."""

    def __init__(self, session: Session, projects: ProjectService) -> None:
        self.payments = PaymentRepository(session)
        self.projects = projects

    def get(self, payment_id: int) -> Any:
        """One payment."""
        return self.payments.get(payment_id)

    def create(self, *, today: date, **values: Any) -> Any:
        """A payment entered by hand."""
        if "client_id" in values:
            self._client_of(values["project_id"], values)
        status, paid_date = _settled(values, values["date"], today)
        settled = {"status": status, "paid_date": paid_date}
        return self.payments.enter(**{"client_id": WHOSE_PROJECT, **values, **settled})

    def update(self, payment_id: int, *, today: date, **changes: Any) -> Payment:
        """Change what is given; the status follows the dates."""
        payment = self.payments.take(payment_id)
        if {"project_id", "client_id"} & changes.keys():
            payment.client_id = self._client_of(changes.get("project_id", payment.project_id), changes)
        for name, value in changes.items():
            if name not in {"client_id", "status", "paid_date"}:
                setattr(payment, name, value)
        before = (payment.status, payment.paid_date)
        payment.status, payment.paid_date = _settled(changes, payment.date, today, *before)
        self.payments.flush()
        return payment

    def change_status(self, payment_id: int, *, today: date, **changes: Any) -> Any:
        """Mark a payment as paid, or undo that."""
        paid = self._pay(payment_id, changes, today)
        return self.update(payment_id, today=today, **changes) if paid is None else paid

    def _pay(self, payment_id: int, changes: dict[str, Any], today: date) -> Any | None:
        """Any payment may be paid on a day that is given, and so need not be looked at; None where more is asked."""
        status, paid_date = changes["status"], changes.get("paid_date")
        alone = status is PaymentStatus.PAID and paid_date is not None and changes.keys() == {"status", "paid_date"}
        right = alone and not paid_problem(paid_date, today)
        return self.payments.overwrite(payment_id, changes) if right else None

    def delete(self, payment_id: int) -> None:
        """Remove a payment that is not paid."""
        payment = self.payments.take(payment_id)
        if payment.status is PaymentStatus.PAID:
            raise Conflict("A paid payment can't be deleted; undo it first.", code="payment_is_paid")
        self.payments.delete(payment)

    def mark_overdue(self, today: date) -> int:
        """Turn overdue what is unpaid and was due before today."""
        return self.payments.mark_overdue(today)

    def violations(self, today: date) -> list[str]:
        """Payments whose status contradicts their date."""
        return self.payments.misjudged(today)

    def _client_of(self, project_id: int, given: Mapping[str, Any]) -> int:
        """The client is the project's, whether it was given or not."""
        client_id = self.projects.client_of(project_id)
        if given.get("client_id") is not None:
            self.projects.clients.get(given["client_id"])
            if given["client_id"] != client_id:
                raise Invalid.field("client_id", "Is not the project's client.")
        return client_id


def _settled(
    given: Mapping[str, Any], day: date, today: date, status: PaymentStatus | None = None, paid: date | None = None
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
