"""Tables of amounts: pages of them, and what all that match come to in one currency."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Select,
    case,
    cast,
    func,
    literal_column,
    null,
    select,
)
from sqlalchemy.sql import visitors

from app.infra.pages import ordered
from app.infra.repository import Filter
from app.kernel.money import Currency
from app.kernel.paging import Part, Sort

Worth = Callable[[FromClause, Currency], tuple[FromClause, ColumnElement[Decimal]]]
"""Rows of `amount`, `own_currency` and `own_day` to the same rows, perhaps joined, and what each is worth."""

ItemColumns = Callable[..., tuple[ColumnElement[Any], ...]]
"""From amount, currency, day and target: what an item of a list gets beside its own amount."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """How amounts are converted where the rows are."""

    worth: Worth
    columns: ItemColumns


class Sum(NamedTuple):
    """What the rows of one key come to: unrounded, None where a rate is missing; and unconverted."""

    key: tuple[Any, ...]
    movements: int
    total: Decimal | None
    amount: Decimal
    """There only where the currency is part of the key: else it would mean nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class AmountTable:
    """A table with `amount` and `currency`, the day at whose rate a row is converted, and what stays inside.

    `kept` has the same amounts summed by some of the columns, with how many rows as `movements`: what can be said in
    its columns is asked of it.
    """

    model: type[Any]
    day: ColumnElement[date]
    hidden: frozenset[str] = frozenset({"version"})
    kept: type[Any] | None = None

    @property
    def own(self) -> "Own":
        """Amount, currency, and the day at whose rate it is converted."""
        columns = self.model.__table__.c
        return columns.amount, columns.currency, self.day

    def rows(self, asked: Filter, sort: tuple[Sort, ...], part: Part, *more: ColumnElement[Any]) -> Select[Any]:
        """A page of what matches as plain rows, with more columns if given."""
        shown = [column for column in self.model.__table__.c if column.name not in self.hidden]
        return ordered(select(*shown, *more), self.model, asked.conditions(), sort, part)

    def sums(self, asked: Filter, exchange: Exchange, target: Currency, *key: ColumnElement[Any]) -> Select[Any]:
        """Counts and sums by key of all that match."""
        conditions = asked.conditions()
        parts = [part.expression for part in (*self.own, *conditions, *key)]
        if self.kept is None or not _names(parts, self.model.__table__) <= set(self.kept.__table__.c.keys()):
            return grouped_sums(self.own, conditions, exchange, target, *key)
        kept = self.kept.__table__
        amount, currency, day, *rest = (_of(part, self.model.__table__, kept) for part in parts)
        conditions, keys = rest[: len(conditions)], rest[len(conditions) :]
        own = (amount, currency, day)
        return grouped_sums(own, conditions, exchange, target, *keys, movements=kept.c.movements)


Own = tuple[ColumnElement[Any], ColumnElement[Any], ColumnElement[Any]]


def _names(parts: Iterable[ColumnElement[Any]], table: FromClause) -> set[str]:
    """The columns that these expressions read; those of other tables with the table."""
    read = (one for part in parts for one in visitors.iterate(part) if isinstance(one, Column))
    return {one.name if _is_of(one, table) else str(one) for one in read}


def _of(part: ColumnElement[Any], table: FromClause, other: FromClause) -> ColumnElement[Any]:
    """The same expression about columns of the same name in another table."""

    def replace(element: Any, **_: Any) -> Any:
        return other.c[element.name] if isinstance(element, Column) and _is_of(element, table) else None

    moved: ColumnElement[Any] = visitors.replacement_traverse(part, {}, replace)
    return moved


def _is_of(column: Any, table: Any) -> bool:
    return column.table is not None and column.table.name == table.name


def grouped_sums(
    own: Own,
    conditions: Sequence[ColumnElement[bool]],
    exchange: Exchange,
    target: Currency,
    *key: ColumnElement[Any],
    movements: ColumnElement[int] | None = None,
) -> Select[Any]:
    """Counts and sums by key in the target currency.

    `own` are the amount, its currency, and the day at whose rate it is converted. `movements` says how many a row
    stands for where it is a sum itself.
    """
    amount, currency, day = own
    parts = [part.label(f"key_{number}") for number, part in enumerate(key)]
    # Only what is converted need be told apart by day, where that is done.
    own_day = case((currency != target.value, day)) if movements is None else day
    rows = select(*parts, currency.label("own_currency"), own_day.label("own_day")).where(*conditions)
    if movements is not None:
        rows = rows.add_columns(movements.label("movements"), amount.label("amount"))
    else:  # sums are linear: what has one rate is summed first, to be converted once
        sums = (func.count().label("movements"), func.sum(amount).label("amount"))
        rows = rows.add_columns(*sums).group_by(*key, currency, own_day)
    given = rows.subquery()
    joined, worth = exchange.worth(given, target)
    # The OFFSET keeps it a query of its own: inlined, a rate would be looked up at each mention of its worth.
    one = select(*given.c, worth.label("worth")).select_from(joined).offset(literal_column("0")).subquery().c
    # Where a rate is missing the worth is NULL, which sum() passes over in silence. Kept sums of what is gone again
    # come to no movements, and need no rate.
    unknown = func.sum(one.movements).filter(one.worth.is_(None)) != 0
    total = case((unknown, None), else_=func.sum(one.worth))
    keys = [one[part.name] for part in parts]
    counted = func.sum(one.movements).label("count")
    amounts = func.sum(one.amount) if any(part.key == currency.key for part in key) else null()
    return select(*keys, counted, total.label("total"), amounts.label("amount")).group_by(*keys)


def month_of(day: Any) -> ColumnElement[date]:
    """The first day of its month."""
    # Without a zone there is none to reckon; and to write each month out would take several times as long.
    return cast(func.date_trunc(literal_column("'month'"), cast(day, DateTime)), Date)


def sums_in(rows: Iterable[Sequence[Any]]) -> Iterator[Sum]:
    """What `grouped_sums` found; without a key there is always one row, also of nothing."""
    return (Sum(tuple(row[:-3]), int(row[-3]), row[-2], row[-1]) for row in rows if row[-3])
