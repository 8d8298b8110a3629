"""Sums of lines by account: by day, and by month and year so that a balance reads few rows however old its book is."""

from datetime import date as day
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Index,
    Integer,
    Numeric,
    Select,
    String,
    case,
    cast,
    extract,
    func,
    literal,
    null,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ledger.models.entries import EntryLine
from app.infra.db import Base, Keyed
from app.infra.queries.rollups import MarkedRollup

SUMMED = ("amount", "base_amount", "debit")
_READ = ["currency", *SUMMED, "movements"]
_OF_LINES = ("book_id", "account_id", "date", "currency", "facet", "amount")
"""Columns in the index of a table, from which balances are read."""


class _SumColumns(Keyed):
    """Columns of both."""

    book_id: Mapped[int] = mapped_column(BigInteger)
    account_id: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    facet: Mapped[str] = mapped_column(String(20))
    amount: Mapped[Decimal] = mapped_column(Numeric(24, 4), sort_order=95)
    base_amount: Mapped[Decimal] = mapped_column(Numeric(24, 4), sort_order=96)
    debit: Mapped[Decimal] = mapped_column(Numeric(24, 4), sort_order=97)
    """The part of the base amount that was debited."""
    movements: Mapped[int] = mapped_column(BigInteger, sort_order=98)
    folded: Mapped[bool] = mapped_column(default=False, server_default="false", sort_order=99)


class AccountDaySum(_SumColumns, Base):
    """Sum of the lines of an account by counterpart, day, currency and facet."""

    __tablename__ = "account_day_sums"

    counterpart_id: Mapped[int | None] = mapped_column(BigInteger)
    date: Mapped[day]

    __table_args__ = (
        Index(
            "ix_account_day_sums_cell", *("book_id", "account_id", "date", "counterpart_id"), postgresql_include=_READ
        ),
        Index(
            "ix_account_day_sums_counterpart",
            "book_id",
            "counterpart_id",
            "date",
            postgresql_include=["account_id", "currency", "facet", "amount", "movements"],
        ),
        Index("ix_account_day_sums_fresh", "id", postgresql_where=text("NOT folded")),
    )


class AccountSpanSum(_SumColumns, Base):
    """Sum of the lines of an account by month and counterpart, and once more by year, by currency and facet."""

    __tablename__ = "account_span_sums"

    months: Mapped[int]
    """1 or 12."""
    since: Mapped[day]
    """First day of the month or year."""
    counterpart_id: Mapped[int | None] = mapped_column(BigInteger)
    """Set in months only: a book has few years, of which balances read all."""

    __table_args__ = (
        Index(
            "ix_account_span_sums_cell",
            *("book_id", "account_id", "months", "since", "counterpart_id"),
            postgresql_include=_READ,
        ),
        Index("ix_account_span_sums_fresh", "id", postgresql_where=text("NOT folded")),
    )


def _lines(*more: ColumnElement[Any]) -> Select[Any]:
    """Lines with the columns of the cells and of the sums, as the trigger writes them."""
    table = EntryLine.__table__
    base: ColumnElement[Any] = func.coalesce(table.c.base_amount, 0)
    debit = case((base > 0, base), else_=0).label("debit")
    return select(*(table.c[name] for name in _OF_LINES), base.label("base_amount"), debit, *more)


def _spans() -> FromClause:
    """Lines once by their month and once by their year."""
    date, counterpart = EntryLine.__table__.c.date, EntryLine.__table__.c.counterpart_id
    year = func.make_date(cast(extract("year", date), Integer), 1, 1)
    spans = ((1, func.month_of(date, type_=Date), counterpart), (12, year, cast(null(), BigInteger)))
    parts = (
        _lines(literal(months).label("months"), since.label("since"), other.label("counterpart_id"))
        for months, since, other in spans
    )
    return union_all(*parts).subquery("lines")


DAY_SUMS = MarkedRollup(AccountDaySum, _lines(EntryLine.__table__.c.counterpart_id).subquery("lines"), SUMMED)
SPAN_SUMS = MarkedRollup(AccountSpanSum, _spans(), SUMMED)
