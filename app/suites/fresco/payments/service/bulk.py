"""Changing many payments at once: all of them, or none."""

from collections.abc import Sequence
from datetime import date
from typing import NotRequired, TypedDict, Unpack

from app.core.periods.service import PeriodService
from app.infra.context import Context
from app.kernel.errors import Invalid, refuse_some
from app.suites.fresco.payments.models import Payment
from app.suites.fresco.payments.repository import TAKEN, InvoiceNumberRepository, PaymentRepository
from app.suites.fresco.payments.rules import BulkAction, PaymentStatus, paid_problem
from app.suites.fresco.payments.service.receipts import PAID, ReceiptService


class BulkRequest(TypedDict):
    """Payments, and what is done to all of them."""

    ids: list[int]
    action: BulkAction
    paid_date: NotRequired[date | None]
    invoice_number: NotRequired[str | None]
    invoice_url: NotRequired[str | None]


class BulkService:
    """Marks many payments as paid, undoes, invoices or deletes them."""

    def __init__(self, context: Context) -> None:
        self.payments = PaymentRepository(context.session)
        self.invoices = InvoiceNumberRepository(context.session)
        self.receipts = ReceiptService(context)
        self.periods = PeriodService(context)

    def change(self, *, today: date, **given: Unpack[BulkRequest]) -> int:
        """Do it, and return the number of payments; Conflict with a message by id if one of them can't be changed."""
        payments = self.payments.lock_all(given["ids"])
        match given["action"]:
            case BulkAction.MARK_PAID:
                self._mark_paid(payments, given.get("paid_date") or today, today)
            case BulkAction.UNDO:
                self._undo(payments, today)
            case BulkAction.SET_INVOICE:
                self._set_invoice(payments, given)
            case BulkAction.DELETE:
                self._delete(payments)
        self.payments.flush()
        return len(payments)

    def _mark_paid(self, payments: Sequence[Payment], day: date, today: date) -> None:
        if problem := paid_problem(day, today):
            raise Invalid.field(*problem)
        refuse_some({one.id: PAID.message for one in payments if one.status is PaymentStatus.PAID})
        self.receipts.receive_rests(payments, day)

    def _undo(self, payments: Sequence[Payment], today: date) -> None:
        refuse_some({one.id: "Nothing was received of it." for one in payments if not one.paid_amount})
        self.periods.refuse_closed(self.receipts.days(payments))
        self.receipts.undo_many(payments, today)

    def _delete(self, payments: Sequence[Payment]) -> None:
        refuse_some({one.id: "Has receipts; undo them first." for one in payments if one.paid_amount})
        self.periods.refuse_closed((payment.id, payment.date) for payment in payments)
        self.payments.delete_where(Payment.id.in_([payment.id for payment in payments]))

    def _set_invoice(self, payments: Sequence[Payment], given: BulkRequest) -> None:
        """Set the number and address of the invoice that are given; Invalid without either."""
        values = {name: value for name, value in given.items() if name in {"invoice_number", "invoice_url"}}
        if not values:
            raise Invalid.field("invoice_number", "Is needed to set an invoice.")
        if number := given.get("invoice_number"):
            owner = self.invoices.owners([number]).get(number, payments[0].client_id)
            others = (one for one in payments if one.client_id != owner and one.invoice_number != number)
            refuse_some({one.id: TAKEN.message for one in others}, code=TAKEN.code)
        for payment in payments:
            for name, value in values.items():
                setattr(payment, name, value)
