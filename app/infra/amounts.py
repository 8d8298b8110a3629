"""Tables of amounts: pages of them as plain rows, and what all that match come to in one currency."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, literal_column, select
from sqlalchemy.orm import Session

from app.infra.repository import fetched, ordered
from app.kernel.money import Currency
from app.kernel.paging import PageRequest

Convert = Callable[[ColumnElement[Any], ColumnElement[Any], ColumnElement[Any]], ColumnElement[Any]]
"""Amount, currency and day as SQL to an SQL expression."""

Conditions = Sequence[ColumnElement[bool]]
"""All of them must hold."""

_EACH: ColumnElement[int] = func.count()


@dataclass(frozen=True, slots=True)
class Sum:
    """What the rows of one key come to: unrounded, None where a rate is missing; and unconverted."""

    key: tuple[Any, ...]
    count: int
    total: Decimal | None
    amount: Decimal
    """Means something only where the currency is part of the key."""


@dataclass(frozen=True, slots=True)
class AmountTable:
    """A table with `amount` and `currency`, the day at whose rate a row is converted, and what stays inside."""

    model: type[Any]
    day: ColumnElement[date]
    hidden: frozenset[str] = frozenset({"version"})

    @property
    def amount(self) -> ColumnElement[Decimal]:
        """How much."""
        column: ColumnElement[Decimal] = self.model.__table__.c.amount
        return column

    @property
    def currency(self) -> ColumnElement[Currency]:
        """Of what."""
        column: ColumnElement[Currency] = self.model.__table__.c.currency
        return column

    def rows(
        self, session: Session, conditions: Conditions, request: PageRequest, *more: ColumnElement[Any]
    ) -> Iterable[Row[Any]]:
        """One page as plain rows, with more columns if given."""
        shown = [column for column in self.model.__table__.c if column.name not in self.hidden]
        statement = select(*shown, *more).where(*conditions)
        return fetched(session.execute(ordered(statement, self.model, request)), request)

    def sums(self, session: Session, conditions: Conditions, convert: Convert, *key: ColumnElement[Any]) -> list[Sum]:
        """Counts and sums by key of all that match."""
        return grouped_sums(session, (self.amount, self.currency, self.day), conditions, convert, *key)


def grouped_sums(
    session: Session,
    own: tuple[ColumnElement[Any], ColumnElement[Any], ColumnElement[Any]],
    conditions: Conditions,
    convert: Convert,
    *key: ColumnElement[Any],
    by_month: bool = False,
    count: ColumnElement[int] = _EACH,
) -> list[Sum]:
    """Counts and sums by key: summed by day and currency first, converted after, for sums are linear.

    `own` are the amount, its currency, and the day at whose rate it is converted. `by_month` puts that day's
    month before the key, as 2026-01. `count` says how many a row stands for.
    """
    amount, currency, day = own
    parts = [part.label(f"key_{number}") for number, part in enumerate(key)]
    sums = (count.label("count"), func.sum(amount).label("amount"))
    grouped = select(*parts, currency.label("own_currency"), day.label("own_day"), *sums)
    days = grouped.where(*conditions).group_by(*key, currency, day).subquery().c
    worth = convert(days.amount, days.own_currency, days.own_day).label("worth")
    # Materialized: inlined, the rate of a day would be looked up at each mention of its worth.
    one = select(*days, worth).cte("worths").prefix_with("MATERIALIZED").c
    # A NULL among them is a missing rate, which sum() would pass over in silence.
    total = case((func.bool_or(one.worth.is_(None)), None), else_=func.sum(one.worth))
    keys: list[ColumnElement[Any]] = [one[part.name] for part in parts]
    if by_month:
        keys.insert(0, func.to_char(one.own_day, literal_column("'YYYY-MM'")))
    statement = select(*keys, func.sum(one.count), total, func.sum(one.amount)).group_by(*keys)
    found = [tuple(row) for row in session.execute(statement)]
    # Without a key there is always one row, also of nothing.
    return [Sum(row[:-3], int(row[-3]), row[-2], row[-1]) for row in found if row[-3]]
