"""Entering, changing, paying and undoing single payments."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from app.core.imports.rules import LeftReason
from app.core.imports.service import UntouchedRows
from app.infra.context import Context
from app.infra.queries.records import Item
from app.kernel.errors import Conflict, Invalid
from app.kernel.money import Currency
from app.suites.fresco.payments.models import Payment, PaymentRecord
from app.suites.fresco.payments.queries import CLIENT_OF_PROJECT, overcharged_fees
from app.suites.fresco.payments.repository import InvoiceNumberRepository, PaymentRepository, SharedNumber
from app.suites.fresco.payments.rules import PaymentStatus, PaymentType, paid_problem, status_problem, unpaid_status
from app.suites.fresco.payments.service.credits import CreditService
from app.suites.fresco.payments.service.receipts import ReceiptService
from app.suites.fresco.projects.service import ProjectService


class PaymentValues(TypedDict, total=False):
    """The values of a payment that a caller may set."""

    project_id: int
    client_id: int
    amount: Decimal
    currency: Currency
    tax_amount: Decimal | None
    date: date
    paid_date: date | None
    status: PaymentStatus
    invoice_number: str | None
    invoice_url: str | None
    issue_date: date | None
    service_from: date | None
    service_to: date | None
    type: PaymentType
    installment_number: int | None
    notes: str | None
    tags: list[str]


PaymentWithReceipts = Item[PaymentRecord]
"""A payment, with its receipts beside."""


class PaymentService:
    """Creates, changes, pays and deletes payments; their status always agrees with their dates and receipts."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.payments = PaymentRepository(context.session)
        self.invoices = InvoiceNumberRepository(context.session)
        self.projects = ProjectService(context)
        self.receipts = ReceiptService(context)
        self.credits = CreditService(context)

    def get(self, payment_id: int) -> PaymentWithReceipts:
        """One payment, with its receipts."""
        return self._with_receipts(self.payments.get(payment_id))

    def create(self, *, today: date, **values: Unpack[PaymentValues]) -> PaymentWithReceipts:
        """Create a payment entered by hand; a paid one is received at once."""
        status, paid_date = resolved_status(values, values["date"], today)
        resolved = {**values, "status": status, "paid_date": paid_date}
        resolved["paid_amount"] = _received_of({"amount": values["amount"], "paid_date": paid_date})
        if "client_id" in values:
            resolved["client_id"] = self._client_of(values["project_id"], values)
            payment = self.payments.insert(resolved)
        else:
            of_project = {"of_project": values["project_id"]}
            payment = self.payments.insert({**resolved, **of_project}, client_id=CLIENT_OF_PROJECT)
        receipts = [] if paid_date is None else [self.receipts.receive_at_once(payment, paid_date)]
        return Item(payment, {"receipts": receipts})

    def create_many(self, rows: Sequence[PaymentValues]) -> list[int]:
        """Create payments whose clients and statuses are resolved, in a few statements; returns their ids.

        Paid ones are received at once.
        """
        payments = [Payment(**values, paid_amount=_received_of(values)) for values in rows]
        ids = self.payments.add_all(payments)
        self.receipts.receive_many([payment for payment in payments if payment.status is PaymentStatus.PAID])
        return ids

    def take_back(self, ids: Collection[int], left: dict[int, LeftReason]) -> None:
        """Delete imported payments that nobody changed, with their receipts; adds the others to `left`."""
        gone = UntouchedRows(self.context).among(Payment, ids, left, parts=("payment_receipts",))
        self.receipts.remove_all(gone)
        self.payments.delete_where(Payment.id.in_(gone))

    def update(self, payment_id: int, *, today: date, **changes: Unpack[PaymentValues]) -> PaymentWithReceipts:
        """Change the given values; the status follows the dates, and receipts follow the status."""
        payment = self.payments.get_for_update(payment_id)
        day = changes.get("date", payment.date)
        status, paid_date = resolved_status(changes, day, today, payment.status, payment.paid_date)
        if payment.status is PaymentStatus.PAID and paid_date is None:
            self.receipts.undo_all(payment, today)
        if {"project_id", "client_id"} & changes.keys():
            payment.client_id = self._client_of(changes.get("project_id", payment.project_id), changes)
        for name, value in changes.items():
            if name not in {"client_id", "status", "paid_date"}:
                setattr(payment, name, value)
        self._settle(payment, status, paid_date)
        self.payments.flush()
        return self._with_receipts(payment)

    def _settle(self, payment: Payment, status: PaymentStatus, paid_date: date | None) -> None:
        """Receive what is left of a payment that becomes paid; date it anew if it was paid on another day."""
        if paid_date is None:
            payment.status = status
        elif payment.status is not PaymentStatus.PAID:
            self.receipts.receive_rest(payment, paid_date)
        elif payment.paid_date != paid_date:
            self.receipts.move(payment, paid_date)

    def change_status(self, payment_id: int, *, today: date, **changes: Unpack[PaymentValues]) -> PaymentWithReceipts:
        """Mark a payment as paid or as unpaid."""
        return self._mark_paid(payment_id, changes, today) or self.update(payment_id, today=today, **changes)

    def _mark_paid(self, payment_id: int, changes: PaymentValues, today: date) -> PaymentWithReceipts | None:
        """Fast path: mark as paid on a given day without reading the payment. None if other rules apply."""
        paid_date = changes.get("paid_date")
        if changes["status"] is not PaymentStatus.PAID or paid_date is None or paid_problem(paid_date, today):
            return None
        if changes.keys() != {"status", "paid_date"}:
            return None
        payment = self.payments.mark_paid(payment_id, paid_date)
        if payment is None:
            return None
        return Item(payment, {"receipts": [self.receipts.receive_at_once(payment, paid_date)]})

    def delete(self, payment_id: int) -> None:
        """Delete a payment of which nothing is received."""
        payment = self.payments.get_for_update(payment_id)
        if payment.status is PaymentStatus.PAID:
            raise Conflict("A paid payment can't be deleted; undo it first.", code="payment_is_paid")
        self.payments.delete(payment)

    def mark_overdue(self, today: date) -> int:
        """Mark unpaid payments due before today as overdue and return their number."""
        return self.payments.mark_overdue(today)

    def shared_invoices(self) -> list[SharedNumber]:
        """Invoice numbers that several clients have since before numbers belonged to one."""
        return self.invoices.shared()

    def violations(self, today: date) -> list[str]:
        """Messages about statuses that contradict the due date or the receipts, and fees that are overcharged."""
        found = self.payments.status_violations(today) + self.receipts.violations() + self.credits.violations()
        return found + self.invoices.violations() + overcharged_fees(self.payments.session)

    def _with_receipts(self, payment: Payment | PaymentRecord) -> PaymentWithReceipts:
        record = _record_of(payment)
        return Item(record, {"receipts": self.receipts.of_payment(record)})

    def _client_of(self, project_id: int, values: PaymentValues) -> int:
        """The client of the project; Invalid if the given client is another one."""
        client_id = self.projects.client_of(project_id)
        if values.get("client_id") is not None:
            self.projects.clients.get(values["client_id"])
            if values["client_id"] != client_id:
                raise Invalid.field("client_id", "Is not the project's client.")
        return client_id


def without_receipts(payment: Payment) -> PaymentWithReceipts:
    """A payment that has none yet."""
    return Item(_record_of(payment), {"receipts": []})


def _received_of(values: PaymentValues) -> Decimal:
    """Amount that is received of a new payment: all of it or nothing."""
    return Decimal(0) if values.get("paid_date") is None else values["amount"]


def _record_of(payment: Payment | PaymentRecord) -> PaymentRecord:
    return PaymentRecord._make(getattr(payment, name) for name in PaymentRecord._fields)


def resolved_status(
    values: PaymentValues, day: date, today: date, status: PaymentStatus | None = None, paid: date | None = None
) -> tuple[PaymentStatus, date | None]:
    """Status and paid date from the given values, else from the stored ones; Invalid if they contradict the dates."""
    requested = values.get("status", status if status is PaymentStatus.PAID else None)
    resolved = requested or unpaid_status(day, today)
    paid_date = values.get("paid_date")
    if resolved is PaymentStatus.PAID and paid_date is None:
        paid_date = paid or today
    if problem := status_problem(resolved, day, paid_date, today):
        raise Invalid.field(*problem)
    return resolved, paid_date
