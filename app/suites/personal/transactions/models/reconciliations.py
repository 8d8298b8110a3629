"""Tables of comparisons of accounts with their statements."""

from datetime import date as day
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import bounded, sane_day


class Reconciliation(Keyed, Timestamps, Versioned, Base):
    """A comparison of an account with a statement of the bank."""

    __tablename__ = "reconciliations"

    book_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("personal_accounts.id", ondelete="RESTRICT"))
    statement_date: Mapped[day]
    statement_balance: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    adjustment: Mapped[Decimal] = mapped_column(Numeric(18, 4), default=0, server_default="0")
    """Amount that was entered so that the balance is that of the statement."""
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))

    __table_args__ = (
        Index("ix_reconciliations_account_id", "book_id", "account_id", "statement_date"),
        Index("uq_reconciliations_open", "account_id", unique=True, postgresql_where=text("finished_at IS NULL")),
        bounded("statement_balance"),
        bounded("adjustment"),
        sane_day("statement_date"),
    )


class ReconciledTransaction(Keyed, Base):
    """A transaction that a statement shows."""

    __tablename__ = "reconciled_transactions"

    book_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))
    reconciliation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("reconciliations.id", ondelete="CASCADE"))
    transaction_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("transactions.id", ondelete="CASCADE"))

    __table_args__ = (
        UniqueConstraint("reconciliation_id", "transaction_id", name="uq_reconciled_transactions_transaction_id"),
        Index("ix_reconciled_transactions_transaction_id", "transaction_id"),
    )


class ReconciliationRecord(NamedTuple):
    """A comparison of an account with a statement of the bank."""

    id: int
    book_id: int
    account_id: int
    statement_date: day
    statement_balance: Decimal
    adjustment: Decimal
    finished_at: datetime | None
    created_by: int | None
    created_at: datetime
    updated_at: datetime
    version: int


class ReconciledTransactionRecord(NamedTuple):
    """A transaction that a statement shows."""

    reconciliation_id: int
    transaction_id: int
