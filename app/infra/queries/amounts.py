"""Tables of amounts: pages of them, and the sums of all rows that match, in one currency."""

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

from app.infra.queries.paging import ordered
from app.infra.queries.records import columns_of
from app.infra.queries.repository import Filter
from app.kernel.money import Currency
from app.kernel.paging import Part, Sort

Worth = Callable[[FromClause, Currency], tuple[FromClause, ColumnElement[Decimal]]]
"""From rows of `amount`, `own_currency` and `own_day`: the rows, perhaps joined, and each one's converted amount."""

ItemColumns = Callable[..., tuple[ColumnElement[Any], ...]]
"""From amount, currency, day and target: the columns that an item of a list gets beside its own amount."""


CONVERTED = ("converted_amount", "converted_currency", "exchange_rate")
"""The names of `ItemColumns`."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """How amounts are converted in SQL."""

    worth: Worth
    columns: ItemColumns


class Sum(NamedTuple):
    """The sum of the rows of one key: unrounded, None where a rate is missing; and unconverted."""

    key: tuple[Any, ...]
    movements: int
    total: Decimal | None
    amount: Decimal
    """Set only where the currency is part of the key."""


@dataclass(frozen=True, slots=True, eq=False)
class AmountTable:
    """A table with `amount` and `currency`, the record of its rows, and the day at whose rate a row is converted.

    `kept` is a table of sums of the same amounts by some of the columns, with the number of rows as `movements`:
    queries that need no other column read it instead.
    """

    model: type[Any]
    record: type[tuple[Any, ...]]
    day: ColumnElement[date]
    kept: type[Any] | None = None

    @property
    def own(self) -> "Own":
        """Amount, currency, and the day at whose rate it is converted."""
        columns = self.model.__table__.c
        return columns.amount, columns.currency, self.day

    def rows(self, criteria: Filter, sort: tuple[Sort, ...], part: Part, *more: ColumnElement[Any]) -> Select[Any]:
        """A page of the rows that match: the columns of the record, then `more`."""
        shown = columns_of(self.record, self.model.__table__)
        return ordered(select(*shown, *more), self.model, criteria.conditions(), sort, part)

    def sums(self, criteria: Filter, exchange: Exchange, target: Currency, *key: ColumnElement[Any]) -> Select[Any]:
        """Counts and sums by key of all rows that match."""
        conditions = criteria.conditions()
        parts = [part.expression for part in (*self.own, *conditions, *key)]
        if self.kept is None or not _names(parts, self.model.__table__) <= set(self.kept.__table__.c.keys()):
            return grouped_sums(self.own, conditions, exchange, target, *key)
        kept = self.kept.__table__
        amount, currency, day, *rest = (_moved(part, self.model.__table__, kept) for part in parts)
        conditions, keys = rest[: len(conditions)], rest[len(conditions) :]
        own = (amount, currency, day)
        return grouped_sums(own, conditions, exchange, target, *keys, movements=kept.c.movements)


Own = tuple[ColumnElement[Any], ColumnElement[Any], ColumnElement[Any]]


def _names(parts: Iterable[ColumnElement[Any]], table: FromClause) -> set[str]:
    """The names of the columns that these expressions read; of other tables, with the table."""
    read = (one for part in parts for one in visitors.iterate(part) if isinstance(one, Column))
    return {one.name if _is_of(one, table) else str(one) for one in read}


def _moved(part: ColumnElement[Any], table: FromClause, other: FromClause) -> ColumnElement[Any]:
    """The expression with the columns of `table` replaced by those of the same name in `other`."""

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

    `own` are the amount, its currency, and the day at whose rate it is converted. `movements` is the number of rows
    that a row stands for, where it is a sum itself.
    """
    amount, currency, day = own
    parts = [part.label(f"key_{number}") for number, part in enumerate(key)]
    # Only amounts that are converted have to be grouped by day.
    own_day = case((currency != target.value, day)) if movements is None else day
    rows = select(*parts, currency.label("own_currency"), own_day.label("own_day")).where(*conditions)
    if movements is not None:
        rows = rows.add_columns(movements.label("movements"), amount.label("amount"))
    else:  # sums are linear: amounts of one rate are summed first, then converted once
        sums = (func.count().label("movements"), func.sum(amount).label("amount"))
        rows = rows.add_columns(*sums).group_by(*key, currency, own_day)
    grouped = rows.subquery()
    joined, worth = exchange.worth(grouped, target)
    # The OFFSET keeps it a query of its own: inlined, a rate would be looked up at each mention of its worth.
    one = select(*grouped.c, worth.label("worth")).select_from(joined).offset(literal_column("0")).subquery().c
    # Where a rate is missing the worth is NULL, which sum() ignores silently. Kept sums of deleted rows come to no
    # movements, and need no rate.
    unknown = func.sum(one.movements).filter(one.worth.is_(None)) != 0
    total = case((unknown, None), else_=func.sum(one.worth))
    keys = [one[part.name] for part in parts]
    counted = func.sum(one.movements).label("count")
    amounts = func.sum(one.amount) if any(part.key == currency.key for part in key) else null()
    return select(*keys, counted, total.label("total"), amounts.label("amount")).group_by(*keys)


def month_of(day: Any) -> ColumnElement[date]:
    """The first day of its month."""
    # A timestamp without zone needs no conversion, and formatting each month would take several times as long.
    return cast(func.date_trunc(literal_column("'month'"), cast(day, DateTime)), Date)


def sums_in(rows: Iterable[Sequence[Any]]) -> Iterator[Sum]:
    """The rows of `grouped_sums`; without a key there is always one, which is left out if it counts no rows."""
    return (Sum(tuple(row[:-3]), int(row[-3]), row[-2], row[-1]) for row in rows if row[-3])
