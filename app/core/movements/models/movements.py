"""Movements and open items. Triggers of the attached tables write them, so the program only reads them."""

from datetime import date as day
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, Numeric, String, Text, false, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.movements.rules import Kind, Nature, Target
from app.infra.db import Base
from app.infra.db.columns import currency_code, letter_groups, one_of, tax_within_amount


class MovementSource(Base):
    """A table that feeds movements or open items, and the expressions by which its rows map; written by migrations."""

    __tablename__ = "movement_sources"

    target: Mapped[Target] = mapped_column(one_of(Target, "target"), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    """Name under which the table is attached; one that is attached twice has two."""
    source_table: Mapped[str] = mapped_column(String(63))
    suite: Mapped[str] = mapped_column(String(40))
    counted: Mapped[str] = mapped_column(Text)
    """Condition over the row `r` for it to be kept."""
    mapping: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Expressions over the row `r`, by column."""


class _Kept:
    """Columns of movements and of open items."""

    origin: Mapped[str] = mapped_column(String(60), primary_key=True)
    """Name of the source, and with `row_id` the row in its table."""
    row_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    book: Mapped[str] = mapped_column(String(40), server_default="company")
    """Code of the company's book that it belongs to."""
    suite: Mapped[str] = mapped_column(String(40))
    kind: Mapped[Kind] = mapped_column(one_of(Kind, "kind"))
    source: Mapped[str] = mapped_column(String(40))
    """Word of the API for where it comes from; with `source_id` the object that is shown for it."""
    source_id: Mapped[int] = mapped_column(BigInteger)
    nature: Mapped[Nature] = mapped_column(one_of(Nature, "nature"), server_default=Nature.OPERATING)
    amount: Mapped[Decimal] = mapped_column(Numeric())
    """Amount with its own number of decimals: currencies have up to four."""
    currency: Mapped[str] = mapped_column(String(3))
    category: Mapped[str] = mapped_column(String(100))
    party_id: Mapped[int | None] = mapped_column(BigInteger)
    project_id: Mapped[int | None] = mapped_column(BigInteger)
    description: Mapped[str | None] = mapped_column(String(500))
    recurring: Mapped[bool] = mapped_column(server_default=false())
    facet: Mapped[str | None] = mapped_column(String(40))
    """A word of the suite by which it tells its rows apart."""


def _checks(positive: str = "amount > 0") -> tuple[CheckConstraint, ...]:
    return (
        # Less than infinity, and not NaN, which PostgreSQL sorts above everything.
        CheckConstraint(f"{positive} AND amount < 10000000000000000", name="amount_positive"),
        currency_code("currency"),
    )


def _newest(name: str, *first: str, where: str | None = None) -> Index:
    """An index in the order in which movements are listed, within its first columns; also to sum from it alone."""
    order = (Movement.date.desc(), Movement.source_id.desc(), Movement.source)
    if where is None:
        return Index(name, *first, *order)
    return Index(name, *first, *order, postgresql_include=["currency", "amount"], postgresql_where=text(where))


class Movement(_Kept, Base):
    """An amount of the company's money that moved."""

    __tablename__ = "movements"

    date: Mapped[day]
    payment_id: Mapped[int | None] = mapped_column(BigInteger)
    """Payment that it belongs to, with the receipt: what was withheld of it, what receiving it cost."""
    receipt_id: Mapped[int | None] = mapped_column(BigInteger)
    due_date: Mapped[day | None]
    """Day on which it was due, of what settles something that was owed."""
    due_amount: Mapped[Decimal | None] = mapped_column(Numeric())
    """Amount owed, where another one may have been paid; NULL means `amount`."""
    supplier_id: Mapped[int | None] = mapped_column(BigInteger)
    """Party that was paid, where `party_id` is the one that it counts for."""
    payment_method: Mapped[str | None] = mapped_column(String(100))
    cash_account_id: Mapped[int | None] = mapped_column(BigInteger)
    """Cash account that it reached or left."""
    party_name: Mapped[str | None] = mapped_column(String(200))
    """Name of who is not stored as a party."""
    with_party: Mapped[bool] = mapped_column(server_default=false())
    """Whether it counts for a client, be that a stored one, a name, or nobody in particular."""
    account_amount: Mapped[Decimal | None] = mapped_column(Numeric())
    """Its part in what reached or left the cash account, in that one's currency; NULL means `amount`."""

    __table_args__ = (
        # Of a cent that was paid, the IVA or the rest is zero, and yet it settles what was owed.
        *_checks("(amount > 0 OR (amount = 0 AND due_date IS NOT NULL))"),
        CheckConstraint("due_amount > 0 AND due_amount < 10000000000000000", name="due_amount_positive"),
        CheckConstraint("account_amount >= 0 AND account_amount < 10000000000000000", name="account_amount_range"),
    )


_newest("ix_movements_newest", "suite", "kind")
_newest("ix_movements_category", "suite", "kind", "category")
_newest("ix_movements_party", "suite", "kind", "party_id", where="party_id IS NOT NULL")
_newest("ix_movements_account", "suite", "kind", "cash_account_id", where="cash_account_id IS NOT NULL")
_newest("ix_movements_payment_method", "suite", "kind", "payment_method", where="payment_method IS NOT NULL")
_newest("ix_movements_supplier", "suite", "kind", "supplier_id", where="supplier_id IS NOT NULL")
Index("ix_movements_project", Movement.project_id, postgresql_where=text("project_id IS NOT NULL"))
Index("ix_movements_amount", Movement.amount)
Index(
    "ix_movements_letters",
    letter_groups(Movement.description, Movement.party_name),
    postgresql_using="gin",
    postgresql_where=text("description IS NOT NULL OR party_name IS NOT NULL"),
)


class OpenItem(_Kept, Base):
    """An amount that is owed to the company, or by it."""

    __tablename__ = "open_items"

    due_date: Mapped[day]
    status: Mapped[str | None] = mapped_column(String(40))
    """Status in the words of its suite."""
    tax_amount: Mapped[Decimal] = mapped_column(Numeric(), server_default="0")
    """Part of the amount that is tax on sales; a movement of its own once the amount moves."""

    __table_args__ = (*_checks(), tax_within_amount())


# The largest of a currency that are overdue are found without reading the others.
Index(
    "ix_open_items_largest",
    OpenItem.suite,
    OpenItem.kind,
    OpenItem.currency,
    OpenItem.amount.desc(),
    OpenItem.due_date,
)
