"""Tables of transactions."""

from datetime import date as day
from datetime import datetime
from decimal import Decimal
from typing import Annotated, NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    column,
    func,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.data_keys import ENCRYPTED
from app.infra.db import Base, Keyed, Timestamps, Versioned, id_in
from app.infra.db.columns import MAX_TAGS, Tags, any_currency, bounded, not_blank, one_of, sane_day
from app.infra.texts import BookText, at_most_unless_encrypted
from app.kernel.money import Currency
from app.kernel.rows import name_key
from app.suites.personal.transactions.rules import CategorySource, TransactionStatus, TransactionType, words_of

LONGEST_PAYEE = 200
LONGEST_DESCRIPTION = 500
_Money = Annotated[Decimal, mapped_column(Numeric(18, 4))]
_Book = Annotated[int, mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))]
_Account = Annotated[int, mapped_column(BigInteger, ForeignKey("personal_accounts.id", ondelete="RESTRICT"))]
_Category = Annotated[int, mapped_column(BigInteger, ForeignKey("categories.id", ondelete="RESTRICT"))]


def _notes_size() -> CheckConstraint:
    """CHECK of encrypted notes, which the schema limits to 10,000 characters."""
    return CheckConstraint("char_length(notes) <= 60000", name="notes_size")


class Payee(Keyed, Timestamps, Versioned, Base):
    """Somebody who is paid, or pays."""

    __tablename__ = "payees"

    book_id: Mapped[_Book]
    name: Mapped[str] = mapped_column(BookText(LONGEST_PAYEE, lambda name: [name_key(name)]))
    aliases: Mapped[list[str]] = mapped_column(ARRAY(BookText(LONGEST_PAYEE)), default=list, server_default="{}")
    default_category_id: Mapped[_Category | None]
    is_hidden: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    __table_args__ = (
        not_blank("name"),
        at_most_unless_encrypted("name", LONGEST_PAYEE),
        CheckConstraint("cardinality(aliases) <= 50", name="aliases_number"),
        Index("uq_payees_name", "book_id", func.payee_key(name), unique=True),
        Index("ix_payees_default_category_id", "default_category_id"),
    )


class Transaction(Timestamps, Versioned, Base):
    """An income, expense or transfer: an entry of the ledger, and what people tell of it."""

    __tablename__ = "transactions"

    id: Mapped[int] = id_in("entries")
    book_id: Mapped[_Book]
    type: Mapped[TransactionType] = mapped_column(one_of(TransactionType, "type"))
    date: Mapped[day]
    position: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """Place within its day."""
    amount: Mapped[_Money]
    currency: Mapped[Currency] = mapped_column(*any_currency("currency"))
    account_id: Mapped[_Account]
    to_account_id: Mapped[_Account | None]
    to_amount: Mapped[_Money | None]
    to_date: Mapped[day | None]
    category_id: Mapped[_Category | None]
    budget_category_id: Mapped[_Category | None]
    payee_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("payees.id", ondelete="RESTRICT"))
    description: Mapped[str | None] = mapped_column(BookText(LONGEST_DESCRIPTION, words_of))
    payment_method: Mapped[str | None] = mapped_column(String(100))
    location: Mapped[str | None] = mapped_column(Text, info={ENCRYPTED: "id"})
    notes: Mapped[str | None] = mapped_column(Text, info={ENCRYPTED: "id"})
    tags: Mapped[Tags]
    is_refund: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    refund_of_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("transactions.id", ondelete="SET NULL"))
    exclude_from_reports: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_split: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    category_source: Mapped[CategorySource | None] = mapped_column(one_of(CategorySource, "category_source"))
    confidence: Mapped[Decimal | None] = mapped_column(Numeric(4, 3))
    external_id: Mapped[str | None] = mapped_column(String(100))
    recurring_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("recurring_transactions.id", ondelete="SET NULL")
    )
    occurrence: Mapped[int | None]
    """Number of the occurrence of a recurring transaction."""
    counterpart_id: Mapped[int | None] = mapped_column(BigInteger)
    """The other side of a contribution, which is in another book."""
    paid_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))
    share: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    """Percent that the payer bears."""
    created_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))

    __table_args__ = (
        UniqueConstraint("book_id", "external_id", name="uq_transactions_external_id"),
        Index("ix_transactions_newest", "book_id", text("date DESC"), text("position DESC"), text("id DESC")),
        Index("ix_transactions_amount", "book_id", "amount"),
        Index("ix_transactions_category_id", "book_id", "category_id", "date"),
        Index("ix_transactions_payee_id", "book_id", "payee_id", "date"),
        Index("ix_transactions_tags", text("book_tags(book_id, tags)"), postgresql_using="gin"),
        Index("ix_transactions_words", text("book_words(book_id, description)"), postgresql_using="gin"),
        Index("ix_transactions_refund_of_id", "refund_of_id"),
        Index("ix_transactions_recurring_id", "recurring_id", "occurrence"),
        Index("ix_transactions_account_id", "account_id"),
        Index("ix_transactions_to_account_id", "to_account_id"),
        Index("ix_transactions_budget_category_id", "budget_category_id"),
        Index("ix_transactions_sent", "book_id", "account_id", "date", postgresql_where=text("type = 'transfer'")),
        Index(
            "ix_transactions_received",
            "book_id",
            "to_account_id",
            func.coalesce(text("to_date"), text("date")),
            postgresql_include=["to_date", "date"],
            postgresql_where=text("type = 'transfer'"),
        ),
        Index("ix_transactions_split", "book_id", "to_account_id", "type", postgresql_where=text("is_split")),
        CheckConstraint("amount > 0 AND amount < 10000000000", name="amount_positive"),
        CheckConstraint("to_amount > 0 AND to_amount < 10000000000", name="to_amount_positive"),
        CheckConstraint("(type = 'transfer') = (to_account_id IS NOT NULL)", name="transfer_has_account"),
        CheckConstraint("account_id <> to_account_id", name="accounts_differ"),
        CheckConstraint("NOT is_refund OR type = 'expense'", name="refund_is_expense"),
        CheckConstraint("category_id IS NULL OR (NOT is_split AND type <> 'transfer')", name="one_category"),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence_range"),
        CheckConstraint("share BETWEEN 0 AND 100", name="share_range"),
        CheckConstraint(f"cardinality(tags) <= {MAX_TAGS}", name="tags_number"),
        CheckConstraint("char_length(location) <= 2000", name="location_size"),
        at_most_unless_encrypted("description", LONGEST_DESCRIPTION),
        _notes_size(),
        sane_day("date"),
        sane_day("to_date"),
    )


_SEARCHED = (
    "id",
    "book_id",
    "type",
    "date",
    "position",
    "amount",
    "currency",
    "account_id",
    "category_id",
    "payee_id",
    "description",
    "tags",
    "is_refund",
    "is_split",
    "exclude_from_reports",
)
searched_transactions = table(
    "searched_transactions", *(column(name, Transaction.__table__.c[name].type) for name in _SEARCHED)
)
"""View of the rows that the policy of the table shows, for criteria whose indexes a policy would keep from use."""


class TransactionSplit(Keyed, Base):
    """A part of a transaction, of a category or of another account."""

    __tablename__ = "transaction_splits"

    book_id: Mapped[_Book]
    transaction_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("transactions.id", ondelete="CASCADE"))
    place: Mapped[int]
    amount: Mapped[_Money]
    category_id: Mapped[_Category | None]
    account_id: Mapped[_Account | None]
    notes: Mapped[str | None] = mapped_column(Text, info={ENCRYPTED: "transaction_id"})
    tags: Mapped[Tags]

    __table_args__ = (
        UniqueConstraint("transaction_id", "place", name="uq_transaction_splits_place"),
        Index("ix_transaction_splits_category_id", "book_id", "category_id"),
        Index("ix_transaction_splits_account_id", "account_id"),
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        CheckConstraint("category_id IS NULL OR account_id IS NULL", name="one_side"),
        CheckConstraint(f"cardinality(tags) <= {MAX_TAGS}", name="tags_number"),
        bounded("amount"),
        _notes_size(),
    )


class TransactionLeg(Keyed, Base):
    """The part of a transaction that one account shows in its register: its amount, day and place there."""

    __tablename__ = "transaction_legs"

    book_id: Mapped[_Book]
    transaction_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("transactions.id", ondelete="CASCADE"))
    account_id: Mapped[_Account]
    date: Mapped[day]
    position: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[_Money]
    """Signed: what the account gains."""
    status: Mapped[TransactionStatus] = mapped_column(one_of(TransactionStatus, "status"))

    __table_args__ = (
        UniqueConstraint("transaction_id", "account_id", name="uq_transaction_legs_account_id"),
        Index(
            "ix_transaction_legs_register",
            "book_id",
            "account_id",
            text("date DESC"),
            text("position DESC"),
            text("transaction_id DESC"),
        ),
        bounded("amount"),
        sane_day("date"),
    )


class TransactionRecord(NamedTuple):
    """A transaction."""

    id: int
    book_id: int
    type: TransactionType
    date: day
    position: int
    amount: Decimal
    currency: Currency
    account_id: int
    to_account_id: int | None
    to_amount: Decimal | None
    to_date: day | None
    category_id: int | None
    budget_category_id: int | None
    payee_id: int | None
    description: str | None
    payment_method: str | None
    location: str | None
    notes: str | None
    tags: list[str]
    is_refund: bool
    refund_of_id: int | None
    exclude_from_reports: bool
    is_split: bool
    category_source: CategorySource | None
    confidence: Decimal | None
    external_id: str | None
    recurring_id: int | None
    occurrence: int | None
    counterpart_id: int | None
    paid_by: int | None
    share: Decimal | None
    created_by: int | None
    created_at: datetime
    updated_at: datetime
    version: int


class SplitRecord(NamedTuple):
    """A part of a transaction."""

    transaction_id: int
    amount: Decimal
    category_id: int | None
    account_id: int | None
    notes: str | None
    tags: list[str]


class LegRecord(NamedTuple):
    """The part of a transaction that one account shows."""

    transaction_id: int
    account_id: int
    date: day
    position: int
    amount: Decimal
    status: TransactionStatus
