"""Tables of amounts: pages of rows, and sums of all matching rows in one currency."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
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

ConvertRows = Callable[[FromClause, Currency], tuple[FromClause, ColumnElement[Decimal]]]
"""Takes rows with `amount`, `own_currency` and `own_day`, and the target; returns the rows joined with their rates, and
the expression of the converted amount."""

ItemColumns = Callable[..., tuple[ColumnElement[Any], ...]]
"""Takes amount, currency, day and target; returns the columns of a list with the converted amount."""

CONVERTED = ("converted_amount", "converted_currency", "exchange_rate")
"""Names of the columns of `ItemColumns`."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """Conversion of amounts in SQL."""

    convert: ConvertRows
    columns: ItemColumns


class Missing(NamedTuple):
    """A day and a currency without a rate."""

    day: date
    currency: Currency


class Sum(NamedTuple):
    """Sum of the rows of one key, unrounded: `total` is converted (None if a rate is missing), `amount` is not."""

    key: tuple[Any, ...]
    movements: int
    total: Decimal | None
    amount: Decimal
    """Set only where the currency is part of the key."""
    missing: Missing | None = None
    """Day and currency without a rate, if `total` is None."""
    items: int = 0
    """Number of the table's rows that they belong to; else as `movements`."""


@dataclass(frozen=True, slots=True, eq=False)
class AmountTable:
    """A table with `amount` and `currency`, the record of its rows, and the day whose rate applies to a row.

    `rollup` has sums of the same amounts by some of the columns, with the number of rows as `movements`; queries that
    need no other column read it instead.
    """

    model: type[Any]
    record: type[tuple[Any, ...]]
    day: ColumnElement[date]
    rollup: FromClause | None = None
    named: tuple[ColumnElement[Any], ...] = ()
    """Labelled columns from other tables that lists show, such as names."""

    @property
    def names(self) -> tuple[str, ...]:
        """The labels of `named`."""
        return tuple(str(column.key) for column in self.named)

    @property
    def amount_columns(self) -> "AmountColumns":
        """Amount, currency, and the day whose rate applies."""
        columns = self.model.__table__.c
        return columns.amount, columns.currency, self.day

    def rows(self, criteria: Filter, sort: tuple[Sort, ...], part: Part, *more: ColumnElement[Any]) -> Select[Any]:
        """A page of the matching rows: the columns of the record, then the named ones, then `more`."""
        shown = columns_of(self.record, self.model.__table__)
        return ordered(select(*shown, *self.named, *more), self.model, criteria.conditions(), sort, part)

    def sums(self, criteria: Filter, exchange: Exchange, target: Currency, *key: ColumnElement[Any]) -> Select[Any]:
        """Counts and sums of all matching rows, by key."""
        conditions = criteria.conditions()
        parts = [part.expression for part in (*self.amount_columns, *conditions, *key)]
        rollup = self.rollup
        if rollup is None or not self.covered_by(rollup, parts):
            return grouped_sums(self.amount_columns, conditions, exchange, target, *key)
        amount, currency, day, *rest = (_replace_columns(part, self.model.__table__, rollup) for part in parts)
        conditions, keys = rest[: len(conditions)], rest[len(conditions) :]
        return grouped_sums((amount, currency, day), conditions, exchange, target, *keys, movements=rollup.c.movements)

    def covered_by(self, rollup: FromClause, parts: Iterable[ColumnElement[Any]]) -> bool:
        """Whether a rollup has all columns that these expressions use."""
        return _columns_used(parts, self.model.__table__) <= set(rollup.c.keys())


@dataclass(frozen=True, slots=True, eq=False)
class PartedTable(AmountTable):
    """A table whose rows have parts, each with an amount and a day of its own, of which sums are taken.

    `parts` has the columns of the table, and `part` (the amount), `part_day`, `part_status`, `items` (1 for one part of
    each row, else 0). `rollup` has some of the same columns, the amounts and items summed, and `movements`.
    """

    _: KW_ONLY
    parts: FromClause

    def sums(self, criteria: Filter, exchange: Exchange, target: Currency, *key: ColumnElement[Any]) -> Select[Any]:
        """Counts and sums of all parts of the matching rows, by columns of the parts."""
        conditions, rollup = criteria.conditions(), self.rollup
        summed = rollup is not None and self.covered_by(rollup, conditions)
        rows = rollup if rollup is not None and summed else self.parts
        amounts = (rows.c.part, rows.c.currency, rows.c.part_day)
        conditions = [_replace_columns(one, self.model.__table__, rows) for one in conditions]
        keys = [rows.c[str(one.key)] for one in key]
        movements = rows.c.movements if summed else None
        return grouped_sums(amounts, conditions, exchange, target, *keys, movements=movements, items=rows.c["items"])


AmountColumns = tuple[ColumnElement[Any], ColumnElement[Any], ColumnElement[Any]]


def _columns_used(parts: Iterable[ColumnElement[Any]], table: FromClause) -> set[str]:
    """Names of the columns that these expressions use; those of other tables include the table."""
    read = (one for part in parts for one in visitors.iterate(part) if isinstance(one, Column))
    return {one.name if _is_of(one, table) else str(one) for one in read}


def _replace_columns(part: ColumnElement[Any], table: FromClause, other: FromClause) -> ColumnElement[Any]:
    """The expression with the columns of `table` replaced by those of the same name in `other`."""

    def replace(element: Any, **_: Any) -> Any:
        return other.c[element.name] if isinstance(element, Column) and _is_of(element, table) else None

    replaced: ColumnElement[Any] = visitors.replacement_traverse(part, {}, replace)
    return replaced


def _is_of(column: Any, table: Any) -> bool:
    return column.table is not None and column.table.name == table.name


def grouped_sums(
    amounts: AmountColumns,
    conditions: Sequence[ColumnElement[bool]],
    exchange: Exchange,
    target: Currency,
    *key: ColumnElement[Any],
    movements: ColumnElement[int] | None = None,
    items: ColumnElement[int] | None = None,
) -> Select[Any]:
    """Counts and sums by key in the target currency.

    `amounts` are the amount, its currency, and the day whose rate applies. `movements` is the number of movements of a
    row, where rows are sums themselves; `items` of the things that are counted, where these are not the movements.
    """
    amount, currency, day = amounts
    parts = [part.label(f"key_{number}") for number, part in enumerate(key)]
    # Only converted amounts have to be grouped by day.
    own_day = case((currency != target.value, day)) if movements is None else day
    rows = select(*parts, currency.label("own_currency"), own_day.label("own_day")).where(*conditions)
    if movements is not None:
        rows = rows.add_columns(movements.label("movements"), amount.label("amount"))
        rows = rows if items is None else rows.add_columns(items.label("items"))
    else:  # sums are linear: amounts with the same rate are summed before the conversion
        sums = [func.count().label("movements"), func.sum(amount).label("amount")]
        sums += [] if items is None else [func.sum(items).label("items")]
        rows = rows.add_columns(*sums).group_by(*key, currency, own_day)
    grouped = rows.subquery()
    joined, converted = exchange.convert(grouped, target)
    # OFFSET prevents inlining, which would compute the converted amount at each use of it.
    one = select(*grouped.c, converted.label("converted")).select_from(joined).offset(literal_column("0")).subquery().c
    # Where a rate is missing the converted amount is NULL, which sum() ignores silently. Rollup rows of deleted rows
    # have no movements, and need no rate.
    unknown = func.sum(one.movements).filter(one.converted.is_(None)) != 0
    total = case((unknown, None), else_=func.sum(one.converted))
    without = func.to_char(one.own_day, literal_column("'YYYY-MM-DD'")).concat(one.own_currency)
    missing = case((unknown, func.min(without).filter(one.converted.is_(None))))
    keys = [one[part.name] for part in parts]
    counted = func.sum(one.movements).label("count")
    unconverted = func.sum(one.amount) if any(part.key == currency.key for part in key) else null()
    things = counted if items is None else func.sum(one["items"])
    figures = (
        counted,
        total.label("total"),
        unconverted.label("amount"),
        missing.label("missing"),
        things.label("items"),
    )
    return select(*keys, *figures).group_by(*keys)


def month_of(day: Any) -> ColumnElement[date]:
    """The first day of the month."""
    # A timestamp without zone needs no conversion; formatting each month would take several times as long.
    return cast(func.date_trunc(literal_column("'month'"), cast(day, DateTime)), Date)


def shortest(number: ColumnElement[Decimal], decimals: int) -> ColumnElement[Decimal]:
    """The number with as many decimals as it needs, but at least these."""
    return func.round(number, func.greatest(func.min_scale(number), decimals))


def sums_in(rows: Iterable[Sequence[Any]]) -> Iterator[Sum]:
    """Sums from the rows of `grouped_sums`; without a key there is one row, which is skipped if it counts nothing.

    A part of other movements, as IVA that a credit paid, counts as none and still comes to something.
    """
    return (
        Sum(tuple(row[:-5]), int(row[-5]), row[-4], row[-3], _missing(row[-2]), int(row[-1]))
        for row in rows
        if row[-5] or row[-4]
    )


def _missing(found: str | None) -> Missing | None:
    """Day and currency from the text of `grouped_sums`."""
    return None if found is None else Missing(date.fromisoformat(found[:10]), Currency(found[10:]))
