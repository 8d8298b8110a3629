"""Sums of movements and open items by day, which triggers keep."""

from datetime import date as day
from decimal import Decimal

from sqlalchemy import BigInteger, Index, Numeric, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core.movements.models.movements import Movement, OpenItem
from app.infra.db import Base, Keyed
from app.infra.queries.rollups import Rollup


class _SumColumns(Keyed):
    """Columns of each of them."""

    currency: Mapped[str] = mapped_column(String(3))
    suite: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(40))
    amount: Mapped[Decimal] = mapped_column(Numeric(), sort_order=98)
    movements: Mapped[int] = mapped_column(BigInteger, sort_order=99)


class MovementDaySum(_SumColumns, Base):
    """Sum of movements by day, and by all else that figures of cash group by."""

    __tablename__ = "movement_day_sums"

    date: Mapped[day]
    nature: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(40))
    category: Mapped[str] = mapped_column(String(100))
    recurring: Mapped[bool]
    settles: Mapped[bool]
    """Whether they settle what was owed, and so are accrued on another day."""

    __table_args__ = (Index(None, "date"),)


class MovementAccountSum(_SumColumns, Base):
    """Sum of the movements of a cash account by day, and by all else that figures of cash group by."""

    __tablename__ = "movement_account_sums"

    cash_account_id: Mapped[int] = mapped_column(BigInteger)
    date: Mapped[day]
    nature: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(40))
    category: Mapped[str] = mapped_column(String(100))
    recurring: Mapped[bool]
    settles: Mapped[bool]
    account_amount: Mapped[Decimal] = mapped_column(Numeric(), sort_order=98)
    """Amount that reached or left the account, in its currency."""

    __table_args__ = (Index("ix_movement_account_sums_cash_account_id", "cash_account_id", "date"),)


class MovementMethodSum(_SumColumns, Base):
    """Sum of the movements of a payment method by day."""

    __tablename__ = "movement_method_sums"

    payment_method: Mapped[str] = mapped_column(String(100))
    date: Mapped[day]
    nature: Mapped[str] = mapped_column(String(40))

    __table_args__ = (Index("ix_movement_method_sums_payment_method", "payment_method", "date"),)


class MovementPartySum(_SumColumns, Base):
    """Sum of movements by day and party (a stored one, or only a name)."""

    __tablename__ = "movement_party_sums"

    date: Mapped[day]
    nature: Mapped[str] = mapped_column(String(40))
    party_id: Mapped[int | None] = mapped_column(BigInteger)
    party_name: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (Index(None, "date"),)


class MovementDueSum(_SumColumns, Base):
    """Sum of what was owed of the movements that settle it, by the day it was due and the day it moved."""

    __tablename__ = "movement_due_sums"

    due_date: Mapped[day]
    date: Mapped[day]
    nature: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(40))
    category: Mapped[str] = mapped_column(String(100))
    facet: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = (Index(None, "due_date"),)


class OpenItemSum(_SumColumns, Base):
    """Sum of open items by the day they are due."""

    __tablename__ = "open_item_sums"

    due_date: Mapped[day]
    nature: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(40))
    category: Mapped[str] = mapped_column(String(100))
    facet: Mapped[str | None] = mapped_column(String(40))
    status: Mapped[str | None] = mapped_column(String(40))
    tax_amount: Mapped[Decimal] = mapped_column(Numeric(), sort_order=98)

    __table_args__ = (Index(None, "due_date"),)


class OpenItemPartySum(_SumColumns, Base):
    """Sum of open items by the day they are due and by who owes them, or is owed."""

    __tablename__ = "open_item_party_sums"

    due_date: Mapped[day]
    party_id: Mapped[int | None] = mapped_column(BigInteger)


_moved = Movement.__table__
_settles = _moved.c.due_date.is_not(None)
_others = [column for column in _moved.c if column.name != "amount"]
_owed = func.coalesce(_moved.c.due_amount, _moved.c.amount).label("amount")
_reached = func.coalesce(_moved.c.account_amount, _moved.c.amount).label("account_amount")
_without_reached = [column for column in _moved.c if column.name != "account_amount"]
_of_accounts = select(*_without_reached, _settles.label("settles"), _reached).where(
    _moved.c.cash_account_id.is_not(None)
)

SUMS = (
    Rollup(MovementDaySum, select(*_moved.c, _settles.label("settles")).subquery()),
    Rollup(MovementAccountSum, _of_accounts.subquery(), ("amount", "account_amount")),
    Rollup(MovementMethodSum, select(*_moved.c).where(_moved.c.payment_method.is_not(None)).subquery()),
    Rollup(MovementPartySum, select(*_moved.c).where(_moved.c.with_party).subquery()),
    Rollup(MovementDueSum, select(*_others, _owed).where(_settles).subquery()),
    Rollup(OpenItemSum, OpenItem.__table__, ("amount", "tax_amount")),
    Rollup(OpenItemPartySum, OpenItem.__table__),
)
