"""Books, their accounts and cost centres."""

from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ledger.rules import AccountKind, BookKind
from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import Line, currency_code, not_blank, one_of


class Book(Keyed, Timestamps, Versioned, Base):
    """A book of account: a person's or household's, or one of a company."""

    __tablename__ = "books"

    kind: Mapped[BookKind] = mapped_column(one_of(BookKind, "kind"))
    code: Mapped[str | None] = mapped_column(String(40))
    """The word by which programs find a company's book; `company` is the one of the company itself."""
    name: Mapped[Line]
    base_currency: Mapped[str] = mapped_column(String(3))
    cost_center_required: Mapped[bool] = mapped_column(default=False, server_default="false")

    __table_args__ = (
        UniqueConstraint("code", name="uq_books_code"),
        CheckConstraint("(kind = 'company') = (code IS NOT NULL)", name="company_has_code"),
        CheckConstraint("code ~ '^[a-z][a-z0-9_-]*$'", name="code_word"),
        not_blank("name"),
        currency_code("base_currency"),
    )


class BookRecord(NamedTuple):
    """A book of account."""

    id: int
    kind: BookKind
    code: str | None
    name: str
    base_currency: str
    cost_center_required: bool
    version: int


class Account(Keyed, Timestamps, Versioned, Base):
    """An account of a book, in a tree of accounts of its kind."""

    __tablename__ = "accounts"

    book_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("books.id", ondelete="RESTRICT"))
    parent_id: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[AccountKind] = mapped_column(one_of(AccountKind, "kind"))
    code: Mapped[str | None] = mapped_column(String(40))
    name: Mapped[Line]
    currency: Mapped[str | None] = mapped_column(String(3))
    """The only currency of its lines, or NULL if they may have any."""
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    postable: Mapped[bool] = mapped_column(default=True, server_default="true")

    __table_args__ = (
        UniqueConstraint("id", "book_id", "kind", name="uq_accounts_kind"),
        ForeignKeyConstraint(
            ["parent_id", "book_id", "kind"], ["accounts.id", "accounts.book_id", "accounts.kind"], ondelete="RESTRICT"
        ),
        UniqueConstraint("book_id", "code", name="uq_accounts_code"),
        Index("ix_accounts_parent_id", "parent_id"),
        Index(
            "uq_accounts_category_name",
            "book_id",
            "kind",
            text("coalesce(parent_id, 0)"),
            text("name_key(name)"),
            unique=True,
            postgresql_where=text("code IS NULL AND kind IN ('income', 'expense')"),
        ),
        CheckConstraint("parent_id <> id", name="parent_other"),
        not_blank("code"),
        not_blank("name"),
        currency_code("currency"),
    )


class AccountRecord(NamedTuple):
    """An account of a book."""

    id: int
    book_id: int
    parent_id: int | None
    kind: AccountKind
    code: str | None
    name: str
    currency: str | None
    active: bool
    postable: bool
    version: int


class CostCenter(Keyed, Timestamps, Versioned, Base):
    """A part of the company to which costs are assigned."""

    __tablename__ = "cost_centers"

    book_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("books.id", ondelete="RESTRICT"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[Line]
    active: Mapped[bool] = mapped_column(default=True, server_default="true")

    __table_args__ = (
        UniqueConstraint("book_id", "code", name="uq_cost_centers_code"),
        not_blank("code"),
        not_blank("name"),
    )


class CostCenterRecord(NamedTuple):
    """A part of the company to which costs are assigned."""

    id: int
    book_id: int
    code: str
    name: str
    active: bool
    version: int
