"""Credits of clients, and their refunds."""

from datetime import date as day
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps
from app.infra.db.columns import (
    Amount,
    Prose,
    account_key,
    at_most,
    one_among,
    positive,
    sane_day,
)
from app.kernel.money import COP_AND_USD, Currency

_RATE = Decimal("0.000001")


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
