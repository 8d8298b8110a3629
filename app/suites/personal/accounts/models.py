"""Tables of accounts."""

from datetime import date as day
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.infra.data_keys import ENCRYPTED
from app.infra.db import Base, Keyed, Timestamps, Versioned, id_in
from app.infra.db.columns import NOT_AUDITED, bounded, one_of, sane_day
from app.kernel.money import Currency
from app.suites.personal.accounts.rules import AccountType

SignedMoney = Annotated[Decimal, mapped_column(Numeric(18, 4))]


class PersonalAccount(Timestamps, Versioned, Base):
    """An account of a book: an account of the ledger, and what its owner tells of it."""

    __tablename__ = "personal_accounts"

    id: Mapped[int] = id_in("accounts")
    book_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))
    type: Mapped[AccountType] = mapped_column(one_of(AccountType, "type"))
    on_budget: Mapped[bool]
    opening_balance: Mapped[SignedMoney] = mapped_column(server_default="0")
    opening_date: Mapped[day | None]
    credit_limit: Mapped[SignedMoney | None]
    statement_day: Mapped[int | None] = mapped_column(SmallInteger)
    due_day: Mapped[int | None] = mapped_column(SmallInteger)
    apr: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    """Interest in percent a year."""
    minimum_amount: Mapped[SignedMoney | None]
    minimum_percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    institution: Mapped[str | None] = mapped_column(String(100))
    account_number: Mapped[str | None] = mapped_column(Text, info={ENCRYPTED: "id"})
    account_number_index: Mapped[str | None] = mapped_column(String(64), comment=NOT_AUDITED)
    """Blind index of the number, by which statements find the account."""
    low_balance: Mapped[SignedMoney | None]
    original_amount: Mapped[SignedMoney | None]
    term_months: Mapped[int | None] = mapped_column(SmallInteger)
    color: Mapped[str | None] = mapped_column(String(7))
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    is_closed: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    reconciled_through: Mapped[day | None]
    created_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))

    account: Mapped[Any] = relationship("Account", lazy="joined", innerjoin=True)
    """The account of the ledger; its values can also be read and set here."""
    name: AssociationProxy[str] = association_proxy("account", "name")
    currency: AssociationProxy[str] = association_proxy("account", "currency")

    __table_args__ = (
        Index("ix_personal_accounts_book_id", "book_id", "position", "id"),
        Index("ix_personal_accounts_number", "book_id", "account_number_index"),
        CheckConstraint("char_length(account_number) <= 1000", name="account_number_size"),
        CheckConstraint("statement_day BETWEEN 1 AND 31", name="statement_day_range"),
        CheckConstraint("due_day BETWEEN 1 AND 31", name="due_day_range"),
        CheckConstraint("apr BETWEEN 0 AND 100", name="apr_range"),
        CheckConstraint("minimum_percent BETWEEN 0 AND 100", name="minimum_percent_range"),
        CheckConstraint("term_months BETWEEN 1 AND 1200", name="term_months_range"),
        CheckConstraint("color ~ '^#[0-9a-fA-F]{6}$'", name="color_code"),
        *(bounded(name) for name in ("opening_balance", "credit_limit", "minimum_amount", "low_balance")),
        bounded("original_amount"),
        sane_day("opening_date"),
        sane_day("reconciled_through"),
    )


class AccountValuation(Keyed, Timestamps, Versioned, Base):
    """The value of an account on a day, as of a flat or of shares: the difference is an entry of the ledger."""

    __tablename__ = "account_valuations"

    book_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("personal_accounts.id", ondelete="RESTRICT"))
    date: Mapped[day]
    value: Mapped[SignedMoney]
    difference: Mapped[SignedMoney]
    """Amount by which the balance of that day was less."""
    created_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))

    __table_args__ = (
        UniqueConstraint("account_id", "date", name="uq_account_valuations_date"),
        bounded("value"),
        bounded("difference"),
        sane_day("date"),
    )


class AccountValuationRecord(NamedTuple):
    """The value of an account on a day."""

    id: int
    book_id: int
    account_id: int
    date: day
    value: Decimal
    difference: Decimal
    created_by: int | None
    created_at: datetime
    updated_at: datetime
    version: int


class PersonalAccountRecord(NamedTuple):
    """An account of a book."""

    id: int
    book_id: int
    name: str
    type: AccountType
    currency: Currency
    on_budget: bool
    opening_balance: Decimal
    opening_date: day | None
    credit_limit: Decimal | None
    statement_day: int | None
    due_day: int | None
    apr: Decimal | None
    minimum_amount: Decimal | None
    minimum_percent: Decimal | None
    institution: str | None
    account_number: str | None
    low_balance: Decimal | None
    original_amount: Decimal | None
    term_months: int | None
    color: str | None
    position: int
    is_closed: bool
    reconciled_through: day | None
    created_by: int | None
    created_at: datetime
    updated_at: datetime
    version: int
