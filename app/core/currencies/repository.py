"""Repository of exchange rates, and their expressions in SQL."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Date, FromClause, Numeric, Select, case, cast, exists, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute

from app.core.currencies.models import ExchangeRate, ExchangeRateRecord
from app.core.currencies.rules import DatedRate
from app.infra import clock
from app.infra.queries.bulk import CHUNK, rows_of
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.repository import Filter, Repository, within
from app.kernel.batches import batched
from app.kernel.money import Currency

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RateFilter(Filter):
    """Criteria of exchange rates."""

    date_from: date | None = None
    date_to: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        return within(ExchangeRate.date, self.date_from, self.date_to)


class RateRepository(Repository[ExchangeRate, ExchangeRateRecord]):
    """Exchange rates of days."""

    model = ExchangeRate
    record = ExchangeRateRecord

    def any_exists(self) -> bool:
        """Whether there is any rate."""
        return bool(_any_exists().scalar(self.session, bool))

    def last_day(self, today: date) -> date | None:
        """The latest day with a rate that is not in the future."""
        return _last_day(today=today).scalar(self.session, date)

    def find_on(self, day: date) -> DatedRate | None:
        """The rate that converts amounts of a day, with the rate's own day; None if there are no rates."""
        [(own_day, rate)] = _on(day=day).rows(self.session)
        return None if rate is None else (own_day, rate)

    def upsert(self, rates: Iterable[DatedRate], source: str) -> list[tuple[int, int]]:
        """Insert or replace the rates of these days and return ids and versions; version 1 means inserted."""
        # Sorted, so that concurrent upserts of the same days wait for each other instead of deadlocking.
        chunks = batched(sorted(rates), CHUNK)
        return [stored for chunk in chunks for stored in self._upsert(chunk, source)]

    def _upsert(self, rates: Iterable[DatedRate], source: str) -> list[tuple[int, int]]:
        days, values = zip(*rates, strict=True)
        values_by_day = rows_of({"date": (Date(), days), "rate": (Numeric(18, 6), values)})
        names = ["date", "rate", "base", "quote", "source"]
        rows = select(values_by_day, literal(Currency.USD.value), literal(Currency.COP.value), literal(source))
        statement = insert(ExchangeRate).from_select(names, rows, include_defaults=False)
        new = {
            "rate": statement.excluded.rate,
            "source": statement.excluded.source,
            "updated_at": clock.now(),
            "version": ExchangeRate.version + 1,
        }
        statement = statement.on_conflict_do_update(constraint="uq_exchange_rates_day", set_=new)
        stored = self.session.execute(statement.returning(ExchangeRate.id, ExchangeRate.version))
        return [(row_id, version) for row_id, version in stored]


@cached_query
def _any_exists() -> Select[Any]:
    return select(exists().select_from(ExchangeRate).label("any_exists"))


@cached_query
def _last_day() -> Select[Any]:
    return select(func.max(ExchangeRate.date).label("day")).where(ExchangeRate.date <= parameter("today", date))


@cached_query
def _on() -> Select[Any]:
    day = parameter("day", date)
    columns: list[ColumnElement[Any]] = [_in_effect(ExchangeRate.date, day).label("day"), rate_on(day).label("rate")]
    return select(*columns)


def _in_effect(column: InstrumentedAttribute[T], day: ColumnElement[date]) -> ColumnElement[T]:
    """A column of the latest rate on or before the day; before the first rate, of the first; NULL without rates."""
    one: Select[Any] = select(column).limit(1)
    latest = one.where(ExchangeRate.date <= day).order_by(ExchangeRate.date.desc()).scalar_subquery()
    first = one.order_by(ExchangeRate.date).scalar_subquery()
    # Days before the first rate skip the search for the latest one: many rows may have such days.
    first_day = select(func.min(ExchangeRate.date)).scalar_subquery()
    return func.coalesce(case((day >= first_day, latest)), first)


def rate_on(day: ColumnElement[date]) -> ColumnElement[Decimal]:
    """The rate that converts amounts of a day; NULL without rates. SQL counterpart of `rules.rate_on`."""
    return _in_effect(ExchangeRate.rate, day)


def join_rates(rows: FromClause, day: ColumnElement[date]) -> tuple[FromClause, ColumnElement[Decimal]]:
    """Rows joined to the rates of their days, and the `rate_on` of each; only days without a rate need a subquery."""
    own = ExchangeRate.__table__.alias("own_rate")
    return rows.outerjoin(own, own.c.date == day), func.coalesce(own.c.rate, rate_on(day))


def converted(
    amount: ColumnElement[Decimal],
    currency: ColumnElement[Currency],
    day: ColumnElement[date],
    target: Currency,
) -> ColumnElement[Decimal]:
    """The amount in the target currency at the rate of its day, unrounded. SQL counterpart of `rules.convert`."""
    return converted_at(amount, currency, rate_on(day), target)


def converted_at(
    amount: ColumnElement[Decimal],
    currency: ColumnElement[Currency],
    rate: ColumnElement[Decimal],
    target: Currency,
) -> ColumnElement[Decimal]:
    """The amount in the target currency at this rate, unrounded."""
    # A quotient has 20 decimals, so that the sum of a million quotients is exact far beyond the cent. op("/") because
    # SQLAlchemy's own division would cast each rate needlessly.
    crossed = amount * rate if target is Currency.COP else cast(amount, Numeric(40, 20)).op("/")(rate)
    return case((currency == target.value, amount), else_=crossed)
