"""Receiving money for payments, whole or in parts, and undoing it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypedDict, Unpack

from app.core.cash_accounts.service import CashAccountService
from app.core.files.service import AttachedFiles
from app.infra.context import Context
from app.kernel.errors import Conflict, Invalid
from app.kernel.money import Currency
from app.suites.fresco.payments.models import Payment, PaymentRecord, ReceiptRecord
from app.suites.fresco.payments.repository import INSUFFICIENT, PaymentRepository, ReceiptRepository
from app.suites.fresco.payments.rules import (
    FROM_CREDIT,
    Excess,
    PaymentStatus,
    Received,
    Withholding,
    exchanged,
    paid_problem,
    settlement,
    withheld_columns,
)
from app.suites.fresco.payments.service.differences import DifferenceService

_COMPUTED = ("withholdings", "currency_received", "reached_bank", "bank_rate", "excess")
PAID = Conflict("The payment is paid; undo it first.", code="payment_is_paid")


class ReceiptValues(TypedDict, total=False):
    """The values of a new receipt."""

    amount: Decimal
    date: date
    payment_method: str | None
    cash_account_id: int | None
    reference: str | None
    notes: str | None
    receipt_path: str | None
    withholdings: list[Withholding]
    bank_charge: Decimal
    currency_received: Currency
    reached_bank: Decimal
    bank_rate: Decimal
    excess: Excess


class ReceiptsOf(NamedTuple):
    """The receipts of a payment, with the payment."""

    record: PaymentRecord
    parts: list[ReceiptRecord]


class ReceiptOf(NamedTuple):
    """One receipt of a payment, with the payment as it is then."""

    record: Payment | PaymentRecord
    part: ReceiptRecord


class ReceiptService:
    """Receives money for payments; what is received never exceeds the amount of a payment.

    A payment is locked before its receipts, so that two at once are received one after the other.
    """

    def __init__(self, context: Context) -> None:
        self.payments = PaymentRepository(context.session)
        self.receipts = ReceiptRepository(context.session)
        self.files = AttachedFiles(context, "fresco.payments")
        self.differences = DifferenceService(context)
        self.accounts = CashAccountService(context)

    def of(self, payment_id: int) -> ReceiptsOf:
        """The receipts of a payment, earliest first."""
        return ReceiptsOf(self.payments.get(payment_id), self.receipts.of(payment_id))

    def get(self, payment_id: int, receipt_id: int) -> ReceiptOf:
        """One receipt of a payment."""
        return ReceiptOf(self.payments.get(payment_id), self.receipts.get_below(receipt_id, payment_id=payment_id))

    def add(self, payment_id: int, *, today: date, **values: Unpack[ReceiptValues]) -> ReceiptOf:
        """Receive a part of a payment, or all that is left of it."""
        payment = self.payments.get_for_update(payment_id)
        if payment.status is PaymentStatus.PAID:
            raise Conflict(PAID.message, code=PAID.code)
        day, amount = values.get("date", today), values["amount"]
        if paid_problem(day, today):
            raise Invalid.field("date", "Must not be in the future.")
        settled = min(amount, payment.balance)
        if amount > settled and "excess" not in values:
            raise Invalid.field("amount", f"Exceeds the balance of {payment.balance}.")
        self.files.attach_receipt(values.get("receipt_path"))
        columns = self._columns(payment, values, day)
        parts = {"amount": settled, "credit_amount": amount - settled}
        self._settle(payment, [*self._amounts(payment), Received(settled, day)], today)
        return ReceiptOf(payment, self.receipts.receive(payment, {**columns, **parts}))

    def _columns(self, payment: Payment, values: ReceiptValues, day: date) -> dict[str, object]:
        """The columns of a new receipt; Invalid if its values contradict each other."""
        details = {name: value for name, value in values.items() if name not in _COMPUTED}
        if values.get("payment_method") == FROM_CREDIT:
            return {**details, "date": day, "uses_credit": _used_alone(values)}
        withheld = withheld_columns(values.get("withholdings", []))
        net = values["amount"] - sum(withheld.values(), values.get("bank_charge", Decimal(0)))
        if net < 0:
            raise Invalid.field("amount", "Is less than the withholdings and the bank's charge.")
        currency = values.get("currency_received", payment.currency)
        self.accounts.check({**values, "currency": currency})
        received = _received(values, net, payment.currency)
        if received is not None:
            difference = self.differences.of(received, currency, net, payment.currency, day)
            foreign = {"received_currency": currency, "received_amount": received, "exchange_difference": difference}
            return {**details, **withheld, **foreign, "date": day}
        return {**details, **withheld, "date": day}

    def receive_rest(self, payment: Payment, day: date) -> None:
        """Receive the whole balance of a locked payment."""
        received, rest = self._amounts(payment), payment.balance
        self._settle(payment, [*received, Received(rest, day)], day)
        self.receipts.receive(payment, {"amount": rest, "date": day})

    def receive_many(self, payments: Sequence[Payment]) -> None:
        """Receive these payments, which are paid, whole and at once."""
        self.receipts.receive_many(payments)

    def remove_all(self, payment_ids: Sequence[int]) -> None:
        """Delete the receipts of payments that are deleted with them."""
        with _giving_credit_back():
            self._release(self.receipts.remove_all(payment_ids))

    def receive_rests(self, payments: Sequence[Payment], day: date) -> None:
        """Receive the whole balances of locked payments: in a few statements, but for those received in parts."""
        whole = [payment for payment in payments if not payment.paid_amount]
        for payment in whole:
            self._settle(payment, [Received(payment.amount, day)], day)
        self.receipts.receive_many(whole)
        for payment in payments:
            if payment.balance:
                self.receive_rest(payment, day)

    def days(self, payments: Sequence[Payment]) -> list[tuple[int, date]]:
        """Ids of these payments, each with the day of every receipt."""
        return self.receipts.days([payment.id for payment in payments])

    def undo_many(self, payments: Sequence[Payment], today: date) -> None:
        """Undo all receipts of locked payments."""
        self.remove_all([payment.id for payment in payments])
        for payment in payments:
            self._settle(payment, [], today)

    def receive_at_once(self, payment: PaymentRecord, day: date) -> ReceiptRecord:
        """The one receipt of a payment that was just marked as paid on a day."""
        receipt = self.receipts.receive_at_once(payment, day)
        return self._compute_again([receipt])[0]

    def _compute_again(self, receipts: list[ReceiptRecord]) -> list[ReceiptRecord]:
        """The receipts, with exchange differences of the days that they are dated on now."""
        return [self._at_rate_of_day(one) for one in receipts]

    def _at_rate_of_day(self, one: ReceiptRecord) -> ReceiptRecord:
        if one.received_currency is None or one.received_amount is None:
            return one
        difference = self.differences.of(one.received_amount, one.received_currency, one.net, one.currency, one.date)
        self.receipts.store_difference(one.id, difference)
        return one._replace(exchange_difference=difference)

    def of_payment(self, payment: PaymentRecord) -> list[ReceiptRecord]:
        """The receipts of a payment that is known, earliest first."""
        return self.receipts.of(payment.id) if payment.paid_amount else []

    def violations(self) -> list[str]:
        """Messages about payments and receipts that disagree."""
        return self.receipts.violations()

    def move(self, payment: Payment, day: date) -> None:
        """Date the one receipt of a paid payment on another day; Conflict if there are several."""
        if payment.in_parts:
            raise Conflict("The payment has several receipts, each with its own date.", code="payment_has_receipts")
        payment.paid_date = day
        self.receipts.move(payment.id, day)
        self._compute_again(self.receipts.of(payment.id))

    def undo(self, payment_id: int, receipt_id: int, *, today: date) -> None:
        """Undo a receipt: its payment is owed again."""
        payment = self.payments.get_for_update(payment_id)
        self._remove(payment_id, receipt_id)
        self._settle(payment, self.receipts.amounts(payment_id), today)
        self.payments.flush()

    def undo_all(self, payment: Payment, today: date) -> None:
        """Undo all receipts of a locked payment."""
        self._remove(payment.id)
        self._settle(payment, [], today)

    def _remove(self, payment_id: int, receipt_id: int | None = None) -> None:
        with _giving_credit_back():
            self._release(self.receipts.remove(payment_id, receipt_id))

    def _amounts(self, payment: Payment) -> list[Received]:
        return self.receipts.amounts(payment.id) if payment.paid_amount else []

    def _settle(self, payment: Payment, received: list[Received], today: date) -> None:
        for name, value in settlement(payment.amount, payment.date, received, today)._asdict().items():
            setattr(payment, name, value)

    def _release(self, paths: list[str]) -> None:
        for path in paths:
            self.files.release(path)


@contextmanager
def _giving_credit_back() -> Iterator[None]:
    """Raise Conflict if the excess of a receipt that is removed is needed elsewhere."""
    try:
        yield
    except Conflict as error:
        if error.code != INSUFFICIENT.code:
            raise
        raise Conflict("The excess of the receipt was used or given back.", code="credit_used") from error


def _used_alone(values: ReceiptValues) -> bool:
    """Whether a receipt uses credit; Invalid if it has values of cash that moves."""
    wrong = next((name for name in (*_COMPUTED, "bank_charge", "cash_account_id") if values.get(name)), None)
    if wrong is not None:
        raise Invalid.field(_NAMES.get(wrong, wrong), f"Not with «{FROM_CREDIT}».")
    return True


def _received(values: ReceiptValues, net: Decimal, currency: Currency) -> Decimal | None:
    """Amount received in another currency than the payment's; None if it was received in that one."""
    target = values.get("currency_received", currency)
    given = [name for name in ("reached_bank", "bank_rate") if name in values]
    if target is currency:
        if given:
            raise Invalid.field(_NAMES[given[0]], "Only for what is received in another currency.")
        return None
    if len(given) != 1:
        raise Invalid.field("received_amount", "Give either this or exchange_rate for another currency.")
    return values["reached_bank"] if "reached_bank" in values else exchanged(net, values["bank_rate"], target)


_NAMES = {"currency_received": "currency", "reached_bank": "received_amount", "bank_rate": "exchange_rate"}
