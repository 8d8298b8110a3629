"""Repository of receipts."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import ColumnElement, Insert, Select, bindparam, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.infra import clock
from app.infra.locks import lock_key
from app.infra.queries.amounts import Exchange
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.records import columns_of
from app.infra.queries.repository import Repository, within
from app.kernel.cash_accounts import UNKNOWN_CASH_ACCOUNT
from app.kernel.files import UNKNOWN_RECEIPT
from app.kernel.money import Currency
from app.suites.fresco.payments.models import Payment, PaymentReceipt, PaymentRecord, ReceiptRecord
from app.suites.fresco.payments.repository.credits import BELOW_ZERO
from app.suites.fresco.payments.repository.invoices import CONFLICTS as INVOICE_CONFLICTS
from app.suites.fresco.payments.rules import WITHHELD_COLUMNS, PaymentStatus, Received

_TABLE = PaymentReceipt.__table__
MOST_LISTED = 20
"""Receipts that are listed one by one where a month is not ready to be closed."""


class _Removed(NamedTuple):
    """A removed receipt."""

    receipt_path: str | None


class ReceiptRepository(Repository[PaymentReceipt, ReceiptRecord]):
    """Receipts of payments. Whoever changes those of a payment has locked it."""

    model = PaymentReceipt
    record = ReceiptRecord
    conflicts: ClassVar = {
        "fk_payment_receipts_cash_account_id_cash_currency_cash_accounts": UNKNOWN_CASH_ACCOUNT,
        "fk_payment_receipts_receipt_path_stored_files": UNKNOWN_RECEIPT,
        **BELOW_ZERO,
        **INVOICE_CONFLICTS,
    }

    def of(self, payment_id: int) -> list[ReceiptRecord]:
        """Receipts of a payment, earliest first."""
        return _of_payment(payment_id=payment_id).all(self.session, ReceiptRecord)

    def amounts(self, payment_id: int) -> list[Received]:
        """Amounts and days of the receipts of a payment."""
        return [Received(one.amount, one.date) for one in self.of(payment_id)]

    def days(self, payment_ids: Sequence[int]) -> list[tuple[int, date]]:
        """Payments and days of the receipts of these payments."""
        found = select(PaymentReceipt.payment_id, PaymentReceipt.date).where(PaymentReceipt.payment_id.in_(payment_ids))
        return [(payment_id, day) for payment_id, day in self.session.execute(found)]

    def receive(self, payment: Payment | PaymentRecord, values: Mapping[str, object]) -> ReceiptRecord:
        """Insert a receipt of a payment, whose status already says whether it completes it."""
        return self.insert({**_NOTHING, **values, **_repeated(payment), "payment_id": payment.id})

    def receive_at_once(self, payment: PaymentRecord, day: date) -> ReceiptRecord:
        """Insert the one receipt of a payment that is paid at once, or date the one that there is on that day."""
        own = {"payment_id": payment.id, "amount": payment.amount, "date": day, "now": clock.now()}
        row = self.session.execute(_AT_ONCE, _repeated(payment) | own).one()
        return ReceiptRecord._make(row)

    def receive_many(self, payments: Sequence[Payment]) -> None:
        """Insert the one receipt of each of these paid payments, in a few statements."""
        self.add_all(
            [
                PaymentReceipt(**_repeated(one), payment_id=one.id, amount=one.amount, date=one.paid_date)
                for one in payments
            ]
        )

    def remove_all(self, payment_ids: Sequence[int]) -> list[str]:
        """Delete the receipts of these payments; return the paths of their files."""
        with self.translated():
            found = self.delete_returning(_Removed, PaymentReceipt.payment_id.in_(payment_ids))
        return [one.receipt_path for one in found if one.receipt_path is not None]

    def move(self, payment_id: int, day: date) -> None:
        """Date the receipts of a payment on another day."""
        for receipt in self.session.scalars(select(PaymentReceipt).where(PaymentReceipt.payment_id == payment_id)):
            receipt.date = day
        self.flush()

    def remove(self, payment_id: int, receipt_id: int | None = None) -> list[str]:
        """Delete all receipts of a payment, or one; return the paths of their files."""
        conditions = [PaymentReceipt.payment_id == payment_id]
        if receipt_id is not None:
            conditions.append(PaymentReceipt.id == receipt_id)
        with self.translated():
            found = self.delete_returning(_Removed, *conditions)
        if receipt_id is not None and not found:
            raise self._not_found(receipt_id)
        return [one.receipt_path for one in found if one.receipt_path is not None]

    def share_rates(self) -> None:
        """Wait for whoever changes rates, and let them wait: the rates that are read now stay as they are."""
        self.session.execute(select(func.pg_advisory_xact_lock_shared(_RATES)))

    def change_rates(self) -> None:
        """Wait for all who convert receipts at rates, and let them wait."""
        self.session.execute(select(func.pg_advisory_xact_lock(_RATES)))

    def received_currencies(self) -> list[Currency]:
        """Currencies in which payments of other currencies were received."""
        foreign = _TABLE.c.received_currency
        return list(self.session.scalars(select(foreign).where(foreign.is_not(None)).distinct().order_by(foreign)))

    def without_difference(self, last: date) -> list[tuple[int, date]]:
        """Payments and days of receipts up to a day whose exchange difference is not known; by day."""
        own = _TABLE.c
        unknown = (own.received_currency.is_not(None), own.exchange_difference.is_(None), own.date <= last)
        found = select(own.payment_id, own.date).where(*unknown).order_by(own.date, own.id).limit(MOST_LISTED)
        return [(payment_id, day) for payment_id, day in self.session.execute(found)]

    def update_differences(self, exchange: Exchange, target: Currency, since: date | None) -> None:
        """Store the exchange differences in this currency, of that day and later, by the rates of now."""
        own = _TABLE.c
        withheld = sum((own[column] for column in WITHHELD_COLUMNS.values()), own.bank_charge)
        amount, currency, day = (own.amount + own.credit_amount - withheld, own.currency, own.date)
        named = (amount.label("amount"), currency.label("own_currency"), day.label("own_day"))
        rows = select(own.id, *named).where(own.received_currency == target, *within(own.date, since, None))
        received = rows.subquery("received")
        joined, worth = exchange.convert(received, target)
        found = select(received.c.id, worth.label("worth")).select_from(joined).subquery("found")
        difference = func.round(own.received_amount - found.c.worth, target.digits)
        changed = own.exchange_difference.is_distinct_from(difference)
        statement = update(PaymentReceipt).values(exchange_difference=difference)
        self.session.execute(
            statement.where(own.id == found.c.id, changed), execution_options={"synchronize_session": False}
        )

    def store_difference(self, receipt_id: int, difference: Decimal | None) -> None:
        """Store the exchange difference of a receipt."""
        own = update(PaymentReceipt).where(PaymentReceipt.id == receipt_id).values(exchange_difference=difference)
        self.session.execute(own, execution_options={"synchronize_session": False})

    def violations(self) -> list[str]:
        """Messages about payments that are not as their receipts say, and receipts that are not as their payments."""
        unlike = [f"payment {row_id} is not as its receipts say" for row_id in self.session.scalars(_UNLIKE_RECEIPTS)]
        strange = select(PaymentReceipt.id).join(Payment, Payment.id == PaymentReceipt.payment_id).where(_differs())
        found = self.session.scalars(strange.order_by(PaymentReceipt.id))
        return unlike + [f"receipt {row_id} is not as its payment" for row_id in found]


_RATES = lock_key("rates of receipts")
_NOTHING = {"payment_method": None, "reference": None, "notes": None, "receipt_path": None}
_UNLIKE_RECEIPTS = text(
    """
    SELECT p.id FROM payments p
    LEFT JOIN (SELECT payment_id, sum(amount) AS amount, max(date) AS last, count(*) AS receipts,
                      count(*) FILTER (WHERE completes) AS completing
               FROM payment_receipts GROUP BY 1) r ON r.payment_id = p.id
    WHERE (p.paid_amount, p.in_parts, p.status = 'Pagado')
          IS DISTINCT FROM (coalesce(r.amount, 0), coalesce(r.receipts > 1 OR r.amount < p.amount, false),
                            coalesce(r.completing, 0) = 1)
       OR p.paid_date <> r.last
    ORDER BY p.id
    """
)


def _repeated(payment: Payment | PaymentRecord) -> dict[str, object]:
    """Values that a new receipt repeats of its payment."""
    return {
        "currency": payment.currency,
        "project_id": payment.project_id,
        "client_id": payment.client_id,
        "due_date": payment.date,
        "payment_type": payment.type,
        "payment_status": payment.status,
        "completes": payment.status is PaymentStatus.PAID,
    }


def _at_once() -> Insert:
    names = ("payment_id", "amount", "date", "currency", "project_id", "client_id", "due_date")
    given = (*names, "payment_type", "payment_status", "completes")
    new = insert(PaymentReceipt).values({name: bindparam(name, type_=_TABLE.c[name].type) for name in given})
    again = {"date": new.excluded.date, "updated_at": bindparam("now", type_=_TABLE.c.updated_at.type)}
    upserted = new.on_conflict_do_update(index_elements=["payment_id"], index_where=text("completes"), set_=again)
    return upserted.returning(*columns_of(ReceiptRecord, _TABLE))


_AT_ONCE = _at_once()


def _differs() -> ColumnElement[bool]:
    """Whether a receipt repeats its payment wrongly."""
    repeated = {"currency": "currency", "project_id": "project_id", "client_id": "client_id", "due_date": "date"}
    repeated |= {"payment_type": "type", "payment_status": "status"}
    payment = Payment.__table__.c
    return or_(*(_TABLE.c[name] != payment[other] for name, other in repeated.items()))


@cached_query
def _of_payment() -> Select[Any]:
    columns = [_TABLE.c[name] for name in ReceiptRecord._fields]
    statement = select(*columns).where(_TABLE.c.payment_id == parameter("payment_id", int))
    return statement.order_by(_TABLE.c.date, _TABLE.c.id)
