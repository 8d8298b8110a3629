"""Tables of amounts: pages of them as plain rows, and what all that match come to in one currency."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, select
from sqlalchemy.orm import Session

from app.infra.repository import ordered
from app.kernel.money import Currency
from app.kernel.paging import PageRequest

Convert = Callable[[ColumnElement[Any], ColumnElement[Any], ColumnElement[Any]], ColumnElement[Any]]
"""Amount, currency and day as SQL to an SQL expression."""

Conditions = Sequence[ColumnElement[bool]]
"""All of them must hold."""


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
    ) -> Sequence[Row[Any]]:
        """One page as plain rows, with more columns if given."""
        shown = [column for column in self.model.__table__.c if column.name not in self.hidden]
        statement = select(*shown, *more).where(*conditions)
        return session.execute(ordered(statement, self.model, request)).all()

    def sums(self, session: Session, conditions: Conditions, convert: Convert, *key: ColumnElement[Any]) -> list[Sum]:
        """Counts and sums by key of all that match: summed by day and currency first, converted after."""
        parts = [part.label(f"key_{number}") for number, part in enumerate(key)]
        own = (self.currency.label("own_currency"), self.day.label("day"))
        sums = (func.count().label("count"), func.sum(self.amount).label("amount"))
        days = select(*parts, *own, *sums).where(*conditions).group_by(*key, self.currency, self.day).subquery()
        worth = convert(days.c.amount, days.c.own_currency, days.c.day)
        # A NULL among them is a missing rate, which sum() would pass over in silence.
        total = case((func.bool_or(worth.is_(None)), None), else_=func.sum(worth))
        keys = [days.c[part.name] for part in parts]
        statement = select(*keys, func.sum(days.c.count), total, func.sum(days.c.amount)).group_by(*keys)
        found = [tuple(row) for row in session.execute(statement)]
        # Without a key there is always one row, also of nothing.
        return [Sum(row[:-3], int(row[-3]), row[-2], row[-1]) for row in found if row[-3]]
