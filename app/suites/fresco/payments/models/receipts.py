"""Receipts of payments."""

from datetime import date as day
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    FetchedValue,
    ForeignKey,
    Index,
    Numeric,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps
from app.infra.db.columns import (
    Amount,
    Prose,
    account_key,
    any_currency,
    at_most,
    one_among,
    one_of,
    positive,
    sane_day,
    tax_within_amount,
)
from app.kernel.money import COP_AND_USD, Currency
from app.suites.fresco.payments.rules import WITHHELD_COLUMNS, PaymentStatus, PaymentType, Withholding

_RATE = Decimal("0.000001")
_RATE = Decimal("0.000001")


class PaymentReceipt(Keyed, Timestamps, Base):
    """Money that was received for a payment: all of it or a part."""

    __tablename__ = "payment_receipts"

    payment_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("payments.id", ondelete="RESTRICT"), index=True)
    amount: Mapped[Amount]
    """Part of the payment that is settled by it."""
    date: Mapped[day]
    payment_method: Mapped[str | None] = mapped_column(String(100))
    reference: Mapped[str | None] = mapped_column(String(100))
    notes: Mapped[Prose | None]
    receipt_path: Mapped[str | None] = mapped_column(
        String(100), ForeignKey("stored_files.path", ondelete="RESTRICT"), index=True
    )
    retefuente: Mapped[Amount] = mapped_column(server_default="0")
    reteica: Mapped[Amount] = mapped_column(server_default="0")
    reteiva: Mapped[Amount] = mapped_column(server_default="0")
    other_withheld: Mapped[Amount] = mapped_column(server_default="0")
    bank_charge: Mapped[Amount] = mapped_column(server_default="0")
    received_currency: Mapped[Currency | None] = mapped_column(*any_currency("received_currency"))
    received_amount: Mapped[Decimal | None] = mapped_column(Numeric())
    """Amount that reached the bank, if in another currency than the payment's."""
    exchange_difference: Mapped[Decimal | None] = mapped_column(Numeric())
    """Received amount less its worth on its day, in its currency; NULL without a rate."""
    credit_amount: Mapped[Amount] = mapped_column(server_default="0")
    """Amount received beyond the balance, which is the client's credit since."""
    uses_credit: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether it is paid by the client's credit, and moves no cash."""
    cash_account_id: Mapped[int | None] = mapped_column(BigInteger)
    cash_currency: Mapped[Currency] = mapped_column(
        String(40), Computed("coalesce(received_currency, currency)", persisted=True)
    )
    """Currency of the cash that was received."""
    # The rest repeats the payment, for movements and their sums; a trigger of payments keeps type and status.
    currency: Mapped[Currency] = mapped_column(*one_among(Currency, "currency", COP_AND_USD))
    project_id: Mapped[int] = mapped_column(BigInteger)
    client_id: Mapped[int] = mapped_column(BigInteger)
    due_date: Mapped[day]
    payment_type: Mapped[PaymentType] = mapped_column(one_of(PaymentType, "payment_type"))
    payment_status: Mapped[PaymentStatus] = mapped_column(one_of(PaymentStatus, "payment_status"))
    tax_amount: Mapped[Amount | None] = mapped_column(server_default=FetchedValue())
    """Its proportion of the payment's IVA, kept by triggers."""
    completes: Mapped[bool]
    """Whether the payment is paid since this receipt."""

    __table_args__ = (
        positive("amount"),
        tax_within_amount(),
        sane_day("date"),
        at_most("notes"),
        CheckConstraint("NOT completes OR payment_status = 'Pagado'", name="completes_what_is_paid"),
        CheckConstraint(
            "retefuente >= 0 AND reteica >= 0 AND reteiva >= 0 AND other_withheld >= 0 AND bank_charge >= 0"
            " AND credit_amount >= 0 AND retefuente + reteica + reteiva + other_withheld + bank_charge"
            " <= amount + credit_amount AND credit_amount < 10000000000",
            name="parts_within_received",
        ),
        CheckConstraint(
            "NOT uses_credit OR (retefuente + reteica + reteiva + other_withheld + bank_charge + credit_amount = 0"
            " AND received_amount IS NULL)",
            name="credit_used_alone",
        ),
        CheckConstraint("NOT uses_credit OR cash_account_id IS NULL", name="credit_reaches_no_account"),
        account_key("cash_currency"),
        Index("ix_payment_receipts_cash_account_id", "cash_account_id"),
        CheckConstraint("received_currency <> currency", name="received_currency_other"),
        CheckConstraint("received_amount >= 0 AND received_amount < 10000000000000000", name="received_amount_range"),
        CheckConstraint("(received_currency IS NULL) = (received_amount IS NULL)", name="received_whole"),
        CheckConstraint(
            "exchange_difference > -100000000000000000000 AND exchange_difference < 100000000000000000000",
            name="exchange_difference_range",
        ),
        CheckConstraint(
            "exchange_difference IS NULL OR received_amount IS NOT NULL", name="exchange_difference_of_received"
        ),
        Index(
            "ix_payment_receipts_credit",
            "client_id",
            "currency",
            postgresql_where=text("uses_credit OR credit_amount > 0"),
        ),
        Index(
            "ix_payment_receipts_foreign",
            "received_currency",
            "date",
            postgresql_where=text("received_currency IS NOT NULL"),
        ),
        Index(
            "ix_payment_receipts_payment_method",
            "payment_method",
            "payment_id",
            postgresql_where=text("payment_method IS NOT NULL"),
        ),
        Index("uq_payment_receipts_completing", "payment_id", unique=True, postgresql_where=text("completes")),
    )


class ReceiptRecord(NamedTuple):
    """A receipt of a payment."""

    id: int
    payment_id: int
    amount: Decimal
    currency: Currency
    date: day
    payment_method: str | None
    reference: str | None
    notes: str | None
    receipt_path: str | None
    retefuente: Decimal
    reteica: Decimal
    reteiva: Decimal
    other_withheld: Decimal
    bank_charge: Decimal
    received_currency: Currency | None
    received_amount: Decimal | None
    exchange_difference: Decimal | None
    credit_amount: Decimal
    uses_credit: bool
    cash_account_id: int | None
    created_at: datetime

    @property
    def withholdings(self) -> list[Withholding]:
        """Amounts that were withheld."""
        found = ((kind, getattr(self, column)) for kind, column in WITHHELD_COLUMNS.items())
        return [Withholding(kind, amount) for kind, amount in found if amount]

    @property
    def net(self) -> Decimal:
        """Amount, and excess, less withholdings and charge, in the payment's currency."""
        return self.amount + self.credit_amount - sum((one.amount for one in self.withholdings), self.bank_charge)

    @property
    def currency_received(self) -> Currency:
        """Currency that it was received in."""
        return self.received_currency or self.currency

    @property
    def reached_bank(self) -> Decimal:
        """Amount that reached the bank, in the currency that it was received in."""
        if self.uses_credit:
            return Decimal(0)
        return self.net if self.received_amount is None else self.received_amount

    @property
    def bank_rate(self) -> Decimal | None:
        """Price of the payment's currency in the received one, by what was received; None for the same currency."""
        if self.received_amount is None or self.net == 0:
            return None
        return (self.received_amount / self.net).quantize(_RATE)

    @property
    def difference(self) -> Decimal:
        """Exchange difference; 0 where there is none, or no rate."""
        return self.exchange_difference or Decimal(0)

    @property
    def warnings(self) -> list[str]:
        """Warning that there is no rate for the exchange difference."""
        if self.received_currency is None or self.exchange_difference is not None:
            return []
        pair = f"{self.currency} to {self.received_currency}"
        return [f"There is no exchange rate from {pair} for {self.date}: the exchange difference is unknown."]
