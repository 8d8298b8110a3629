"""Cash accounts, transfers between them, and the sums that are kept of these."""

from datetime import date as day
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Numeric,
    String,
    UniqueConstraint,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.cash_accounts.rules import CashAccountKind
from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import Prose, any_currency, at_most, not_blank, one_of, sane_day
from app.infra.queries.rollups import Rollup
from app.kernel.money import Currency

_MOST_DIGITS = 4


class CashAccount(Keyed, Timestamps, Versioned, Base):
    """An account at a bank, or a till. What refers to it has its currency, which so can't change meanwhile."""

    __tablename__ = "cash_accounts"

    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[CashAccountKind] = mapped_column(one_of(CashAccountKind, "kind"))
    currency: Mapped[Currency] = mapped_column(*any_currency("currency"))
    opening_balance: Mapped[Decimal] = mapped_column(Numeric(), default=Decimal(0), server_default="0")
    opening_date: Mapped[day | None]
    """Day at whose start the opening balance counts; NULL is before everything."""
    active: Mapped[bool] = mapped_column(default=True, server_default=true())
    notes: Mapped[Prose | None]

    __table_args__ = (
        UniqueConstraint("id", "currency"),
        not_blank("name"),
        CheckConstraint("opening_balance BETWEEN -1000000000000000 AND 1000000000000000", name="opening_balance_range"),
        CheckConstraint(f"scale(opening_balance) <= {_MOST_DIGITS}", name="opening_balance_scale"),
        sane_day("opening_date"),
        at_most("notes"),
    )


class CashAccountRecord(NamedTuple):
    """A cash account, with its balance at the end of a day."""

    id: int
    name: str
    kind: CashAccountKind
    currency: Currency
    opening_balance: Decimal
    opening_date: day | None
    active: bool
    notes: str | None
    balance: Decimal
    created_at: datetime
    updated_at: datetime
    version: int


class NamedAccount(NamedTuple):
    """A cash account as others name it."""

    id: int
    currency: Currency
    active: bool


class CashTransfer(Keyed, Timestamps, Versioned, Base):
    """Money that was carried from one cash account to another: no income and no expense."""

    __tablename__ = "cash_transfers"

    from_account_id: Mapped[int] = mapped_column(BigInteger)
    to_account_id: Mapped[int] = mapped_column(BigInteger)
    date: Mapped[day]
    amount: Mapped[Decimal] = mapped_column(Numeric())
    """Amount that left the one account, in its currency."""
    currency: Mapped[Currency] = mapped_column(*any_currency("currency"))
    received_amount: Mapped[Decimal] = mapped_column(Numeric())
    """Amount that reached the other one, in its currency."""
    received_currency: Mapped[Currency] = mapped_column(*any_currency("received_currency"))
    notes: Mapped[Prose | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["from_account_id", "currency"], ["cash_accounts.id", "cash_accounts.currency"], ondelete="RESTRICT"
        ),
        ForeignKeyConstraint(
            ["to_account_id", "received_currency"], ["cash_accounts.id", "cash_accounts.currency"], ondelete="RESTRICT"
        ),
        CheckConstraint("from_account_id <> to_account_id", name="between_two_accounts"),
        CheckConstraint("amount > 0 AND amount < 10000000000", name="amount_positive"),
        CheckConstraint("received_amount > 0 AND received_amount < 10000000000", name="received_amount_positive"),
        CheckConstraint("currency <> received_currency OR amount = received_amount", name="all_arrives"),
        sane_day("date"),
        at_most("notes"),
        Index("ix_cash_transfers_date", "date", "id"),
        Index("ix_cash_transfers_from_account_id", "from_account_id", "date"),
        Index("ix_cash_transfers_to_account_id", "to_account_id", "date"),
    )


class CashTransferRecord(NamedTuple):
    """A transfer, with the names of its accounts."""

    id: int
    from_account_id: int
    from_account: str
    to_account_id: int
    to_account: str
    date: day
    amount: Decimal
    currency: Currency
    received_amount: Decimal
    received_currency: Currency
    notes: str | None
    created_at: datetime
    updated_at: datetime
    version: int


class CashTransferSum(Keyed, Base):
    """Net of the transfers to and from an account on a day."""

    __tablename__ = "cash_transfer_sums"

    cash_account_id: Mapped[int] = mapped_column(BigInteger)
    date: Mapped[day]
    amount: Mapped[Decimal] = mapped_column(Numeric())
    movements: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (Index("ix_cash_transfer_sums_cash_account_id", "cash_account_id", "date"),)


_moved = CashTransfer.__table__.c
_BOTH_SIDES = union_all(
    select(_moved.from_account_id.label("cash_account_id"), _moved.date, (-_moved.amount).label("amount")),
    select(_moved.to_account_id, _moved.date, _moved.received_amount),
)

SUMS = (Rollup(CashTransferSum, _BOTH_SIDES.subquery()),)
