"""Tables of categories."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.infra.db import Base, Timestamps, Versioned, id_in
from app.infra.db.columns import one_of
from app.suites.personal.categories.rules import CategoryFlag, CategoryType, Overspending

_FLAGS = ", ".join(f"'{flag.value}'" for flag in CategoryFlag)


class Category(Timestamps, Versioned, Base):
    """A category of a book: an income or expense account of the ledger, and what people tell of it."""

    __tablename__ = "categories"

    id: Mapped[int] = id_in("accounts")
    book_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))
    color: Mapped[str | None] = mapped_column(String(7))
    icon: Mapped[str | None] = mapped_column(String(40))
    budget_limit: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    is_default: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    is_archived: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    overspending: Mapped[Overspending] = mapped_column(
        one_of(Overspending, "overspending"), default=Overspending.DEDUCT, server_default=Overspending.DEDUCT.value
    )
    flags: Mapped[list[str]] = mapped_column(ARRAY(String(20)), default=list, server_default="{}")
    created_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))

    account: Mapped[Any] = relationship("Account", lazy="joined", innerjoin=True)
    """The account of the ledger; its values can also be read and set here."""
    name: AssociationProxy[str] = association_proxy("account", "name")
    parent_id: AssociationProxy[int | None] = association_proxy("account", "parent_id")
    kind: AssociationProxy[str] = association_proxy("account", "kind")

    __table_args__ = (
        Index("ix_categories_book_id", "book_id", "position", "id"),
        CheckConstraint("budget_limit > 0 AND budget_limit < 10000000000", name="budget_limit_range"),
        CheckConstraint("color ~ '^#[0-9a-fA-F]{6}$'", name="color_code"),
        CheckConstraint(f"flags <@ ARRAY[{_FLAGS}]::varchar[]", name="flags_known"),
    )

    @property
    def type(self) -> CategoryType:
        """Income or expense."""
        return CategoryType(self.kind)


class CategoryRecord(NamedTuple):
    """A category of a book."""

    id: int
    book_id: int
    parent_id: int | None
    type: CategoryType
    name: str
    color: str | None
    icon: str | None
    budget_limit: Decimal | None
    is_default: bool
    position: int
    is_archived: bool
    overspending: Overspending
    flags: list[str]
    created_by: int | None
    created_at: datetime
    updated_at: datetime
    version: int


class CategoryUse(NamedTuple):
    """Use of a category."""

    category_id: int
    transactions: int
    last_used: date | None
