"""Payments, what was received of them, and the progress of generating them."""

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
    ForeignKeyConstraint,
    Index,
    Numeric,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import (
    Amount,
    Prose,
    Tags,
    account_key,
    any_currency,
    at_most,
    one_among,
    one_of,
    positive,
    sane_day,
    tag_rules,
    tax_below_amount,
    tax_within_amount,
)
from app.kernel.money import COP_AND_USD, Currency
from app.suites.fresco.payments.rules import WITHHELD_COLUMNS, PaymentStatus, PaymentType, Withholding

_RATE = Decimal("0.000001")


class Payment(Keyed, Timestamps, Versioned, Base):
    """Money that a client owes or has paid for a project."""

    __tablename__ = "payments"

    project_id: Mapped[int] = mapped_column(BigInteger)
    client_id: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[Amount]
    currency: Mapped[Currency] = mapped_column(*one_among(Currency, "currency", COP_AND_USD))
    date: Mapped[day] = mapped_column()
    paid_date: Mapped[day | None] = mapped_column()
    status: Mapped[PaymentStatus] = mapped_column(
        one_of(PaymentStatus, "status"), default=PaymentStatus.PENDING, server_default=PaymentStatus.PENDING
    )
    invoice_number: Mapped[str | None] = mapped_column(String(100))
    invoice_url: Mapped[str | None] = mapped_column(String(500))
    issue_date: Mapped[day | None]
    service_from: Mapped[day | None]
    service_to: Mapped[day | None]
    type: Mapped[PaymentType] = mapped_column(one_of(PaymentType, "type"))
    installment_number: Mapped[int | None]
    notes: Mapped[Prose | None]
    tags: Mapped[Tags]
    tax_amount: Mapped[Amount | None]
    """Part of the amount that is IVA; NULL where nobody said."""
    generated: Mapped[bool] = mapped_column(default=False, server_default="false")
    paid_amount: Mapped[Amount] = mapped_column(default=Decimal(0), server_default="0")
    in_parts: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether it was received otherwise than by one receipt of the whole."""

    @property
    def balance(self) -> Decimal:
        """Part of the amount that is not received yet."""
        return self.amount - self.paid_amount

    __table_args__ = (
        ForeignKeyConstraint(["project_id", "client_id"], ["projects.id", "projects.client_id"], ondelete="RESTRICT"),
        UniqueConstraint("project_id", "type", "installment_number", name="uq_payments_installment"),
        positive("amount"),
        tax_below_amount(),
        sane_day("date"),
        sane_day("paid_date"),
        *(sane_day(column) for column in ("issue_date", "service_from", "service_to")),
        CheckConstraint("service_to >= service_from", name="service_ends_after_start"),
        at_most("notes"),
        *tag_rules("payments"),
        CheckConstraint("(status = 'Pagado') = (paid_date IS NOT NULL)", name="paid_has_date"),
        CheckConstraint("(status = 'Pagado') = (paid_amount = amount)", name="paid_is_whole"),
        CheckConstraint("paid_amount >= 0 AND paid_amount <= amount", name="paid_amount_range"),
        CheckConstraint(
            "CASE WHEN in_parts THEN paid_amount > 0 ELSE paid_amount = 0 OR paid_amount = amount END",
            name="parts_are_received",
        ),
        CheckConstraint("installment_number > 0", name="installment_number_positive"),
        CheckConstraint("NOT generated OR installment_number IS NOT NULL", name="generated_is_numbered"),
        # In the order of a client's page; without it a page would scan all payments by date.
        Index("ix_payments_client_id", "client_id", date.desc(), "id"),
        # The status is in no index, so that marking a payment overdue is a HOT update.
        Index("ix_payments_unpaid", "date", "id", postgresql_where=paid_date.is_(None)),
        Index("ix_payments_paid_date", "paid_date", "id", postgresql_where=paid_date.is_not(None)),
        Index("ix_payments_in_parts", "id", postgresql_where=text("in_parts")),
        Index("ix_payments_newest", date.desc(), "id"),
        Index("ix_payments_amount", "amount"),
        {"postgresql_with": {"fillfactor": 50}},
    )


class PaymentRecord(NamedTuple):
    """A payment."""

    id: int
    project_id: int
    client_id: int
    amount: Decimal
    currency: Currency
    date: day
    paid_date: day | None
    status: PaymentStatus
    invoice_number: str | None
    invoice_url: str | None
    issue_date: day | None
    service_from: day | None
    service_to: day | None
    type: PaymentType
    installment_number: int | None
    notes: str | None
    tags: list[str]
    tax_amount: Decimal | None
    generated: bool
    paid_amount: Decimal
    in_parts: bool
    created_at: datetime
    updated_at: datetime
    version: int

    @property
    def balance(self) -> Decimal:
        """Part of the amount that is not received yet."""
        return self.amount - self.paid_amount


class InvoiceNumber(Base):
    """Invoice number of a client, by its letters; triggers of payments keep it, and refuse that of another."""

    __tablename__ = "invoice_numbers"

    number: Mapped[str] = mapped_column(String(100), primary_key=True)
    client_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    payments: Mapped[int] = mapped_column(BigInteger)
    """Payments of the client that have the number."""
    inherited: Mapped[bool] = mapped_column(server_default="false")
    """Whether another client had it, too, before numbers belonged to one: it stays, and is given no more."""

    __table_args__ = (
        CheckConstraint("payments > 0", name="payments_positive"),
        Index("uq_invoice_numbers_number", "number", unique=True, postgresql_where=text("NOT inherited")),
    )


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


class ClientCredit(Keyed, Base):
    """Credit of a client in a currency; triggers of receipts and refunds keep its balance."""

    __tablename__ = "client_credits"

    client_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("clients.id", ondelete="RESTRICT"))
    currency: Mapped[Currency] = mapped_column(*one_among(Currency, "currency", COP_AND_USD))
    balance: Mapped[Decimal] = mapped_column(Numeric(14, 2))

    __table_args__ = (
        UniqueConstraint("client_id", "currency"),
        CheckConstraint("balance >= 0 AND balance < 1000000000000", name="balance_not_negative"),
    )


class CreditRecord(NamedTuple):
    """A client's credit in a currency."""

    id: int
    client_id: int
    currency: Currency
    balance: Decimal


class NamedCredit(NamedTuple):
    """A client's credit in a currency, with the client's name."""

    client_id: int
    client: str
    currency: Currency
    balance: Decimal


class CreditRefund(Keyed, Timestamps, Base):
    """A part of a client's credit that was given back."""

    __tablename__ = "credit_refunds"

    client_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("clients.id", ondelete="RESTRICT"), index=True)
    amount: Mapped[Amount]
    currency: Mapped[Currency] = mapped_column(*one_among(Currency, "currency", COP_AND_USD))
    date: Mapped[day]
    payment_method: Mapped[str | None] = mapped_column(String(100))
    notes: Mapped[Prose | None]
    cash_account_id: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        positive("amount"),
        sane_day("date"),
        at_most("notes"),
        account_key(),
        Index("ix_credit_refunds_cash_account_id", "cash_account_id"),
    )


class RefundRecord(NamedTuple):
    """A refund of a client's credit."""

    id: int
    client_id: int
    amount: Decimal
    currency: Currency
    date: day
    payment_method: str | None
    cash_account_id: int | None
    notes: str | None
    created_at: datetime


class UnpaidPayment(NamedTuple):
    """An unpaid payment, with the names that people know it by."""

    id: int
    due: day
    amount: Decimal
    currency: Currency
    client: str
    project: str


class PaymentProgress(Base):
    """Days up to which a project's payments were generated; no day is skipped, and deleted payments do not return."""

    __tablename__ = "payment_progress"

    id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    charged_through: Mapped[day]
    """Recurring charges due up to this day were generated."""
    fee_through: Mapped[day | None]
    """Installments due up to this day were generated; NULL if none was."""
