"""Questions about exchange rates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Date, FromClause, Numeric, Select, case, cast, exists, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute

from app.domains.currencies.models import ExchangeRate, ExchangeRateRecord
from app.domains.currencies.rules import DatedRate
from app.infra import clock
from app.infra.queries.bulk import CHUNK, rows_of
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.repository import Filter, Repository, within
from app.kernel.batches import batched
from app.kernel.money import Currency

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RateFilter(Filter):
    """Rates of which days are meant."""

    date_from: date | None = None
    date_to: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        return within(ExchangeRate.date, self.date_from, self.date_to)


class RateRepository(Repository[ExchangeRate, ExchangeRateRecord]):
    """Exchange rates."""

    model = ExchangeRate
    record = ExchangeRateRecord

    def known(self) -> bool:
        """Whether there is any rate at all."""
        return bool(_known().scalar(self.session))

    def last_day(self, today: date) -> date | None:
        """The latest day with a rate that is not in the future."""
        last: date | None = _last_day(today=today).scalar(self.session)
        return last

    def on(self, day: date) -> DatedRate | None:
        """The rate at which that day is converted, and the day it is of."""
        [(own_day, rate)] = _on(day=day).rows(self.session)
        return None if rate is None else (own_day, rate)

    def replace(self, rates: Iterable[DatedRate], source: str) -> list[tuple[int, int]]:
        """Store dollar rates in pesos, one a day; ids and versions, a version of 1 being a day that had none."""
        # Sorted, so that two that store the same days wait for each other instead of deadlocking.
        chunks = batched(sorted(rates), CHUNK)
        return [stored for chunk in chunks for stored in self._replace(chunk, source)]

    def _replace(self, rates: Iterable[DatedRate], source: str) -> list[tuple[int, int]]:
        days, values = zip(*rates, strict=True)
        given = rows_of({"date": (Date(), days), "rate": (Numeric(18, 6), values)})
        names = ["date", "rate", "base", "quote", "source"]
        rows = select(given, literal(Currency.USD.value), literal(Currency.COP.value), literal(source))
        statement = insert(ExchangeRate).from_select(names, rows, include_defaults=False)
        newer = {
            "rate": statement.excluded.rate,
            "source": statement.excluded.source,
            "updated_at": clock.now(),
            "version": ExchangeRate.version + 1,
        }
        statement = statement.on_conflict_do_update(constraint="uq_exchange_rates_day", set_=newer)
        stored = self.session.execute(statement.returning(ExchangeRate.id, ExchangeRate.version))
        return [(row_id, version) for row_id, version in stored]


@cached_query
def _known() -> Select[Any]:
    return select(exists().select_from(ExchangeRate).label("known"))


@cached_query
def _last_day() -> Select[Any]:
    return select(func.max(ExchangeRate.date).label("day")).where(ExchangeRate.date <= parameter("today", date))


@cached_query
def _on() -> Select[Any]:
    day = parameter("day", date)
    columns: list[ColumnElement[Any]] = [_holding(ExchangeRate.date, day).label("day"), rate_on(day).label("rate")]
    return select(*columns)


def _holding(column: InstrumentedAttribute[T], day: ColumnElement[date]) -> ColumnElement[T]:
    """Of the latest rate on or before the day, or, before the first known rate, of the first; NULL of none."""
    wanted: Select[Any] = select(column).limit(1)
    latest = wanted.where(ExchangeRate.date <= day).order_by(ExchangeRate.date.desc()).scalar_subquery()
    first = wanted.order_by(ExchangeRate.date).scalar_subquery()
    # Where there is none that early, nothing need be looked for: many rows may be of such days.
    began = select(func.min(ExchangeRate.date)).scalar_subquery()
    return func.coalesce(case((day >= began, latest)), first)


def rate_on(day: ColumnElement[date]) -> ColumnElement[Decimal]:
    """The rate at which that day is converted; NULL without any. `rules.rate_on` in SQL."""
    return _holding(ExchangeRate.rate, day)


def rate_beside(rows: FromClause, day: ColumnElement[date]) -> tuple[FromClause, ColumnElement[Decimal]]:
    """The same rate beside many rows: joined where their day has one of its own, looked up where it has none."""
    own = ExchangeRate.__table__.alias("own_rate")
    return rows.outerjoin(own, own.c.date == day), func.coalesce(own.c.rate, rate_on(day))


def converted(
    amount: ColumnElement[Decimal],
    currency: ColumnElement[Currency],
    day: ColumnElement[date],
    target: Currency,
) -> ColumnElement[Decimal]:
    """The amount in the target currency at the rate of its own day, unrounded. `rules.convert` in SQL."""
    return exchanged(amount, currency, rate_on(day), target)


def exchanged(
    amount: ColumnElement[Decimal],
    currency: ColumnElement[Currency],
    rate: ColumnElement[Decimal],
    target: Currency,
) -> ColumnElement[Decimal]:
    """The same at a rate that is known."""
    # A quotient gets so many digits that a million of them add up to what is right far beyond the cent. Its operator
    # is PostgreSQL's own, for SQLAlchemy's would cast each rate to what it is already.
    crossed = amount * rate if target is Currency.COP else cast(amount, Numeric(40, 20)).op("/")(rate)
    return case((currency == target.value, amount), else_=crossed)
