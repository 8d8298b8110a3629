"""Conversion in SQL at the stored rates: one expression, the counterpart of `rules.price_of` and `Price.worth`.

Functions of the database decide which stored rates answer for a pair (`currency_routes`, once a statement) and which of
them applies to a day (`rate_day`, `rate_on`).
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    CTE,
    Boolean,
    ColumnClause,
    ColumnElement,
    Date,
    FromClause,
    Numeric,
    Select,
    String,
    Subquery,
    TableValuedAlias,
    and_,
    case,
    cast,
    column,
    exists,
    func,
    literal,
    literal_column,
    select,
    union,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors

from app.core.currencies.models import CurrencyPair, ExchangeRate
from app.core.currencies.rules import SHOWN_DECIMALS, Leg, Price, RateKind, mean
from app.infra.queries.amounts import shortest
from app.infra.queries.cached import cached_query, parameter
from app.kernel.money import Currency

_RATES: FromClause = ExchangeRate.__table__
_PAIRS: FromClause = CurrencyPair.__table__
_NAMES = ("source", "via", "base", "quote", "inverse", "kind", "other_kind", "first_day", "first_rate")
_NEXT_NAMES = ("next_base", "next_quote", "next_inverse", "next_kind", "next_other_kind")
_TYPES: dict[str, Any] = {"inverse": Boolean(), "next_inverse": Boolean(), "first_day": Date(), "first_rate": Numeric()}
_DECIMALS = 12
_ONE, _HALF = literal_column("1", Numeric()), literal_column("0.5", Numeric())
_ONCE: ColumnElement[int] = literal_column("0")
"""Offset of a subquery that must not be inlined, as each use of its columns would then look up a rate."""


class Target(NamedTuple):
    """Currency to convert to, the currencies by which a cross may go, and the asked side."""

    currency: Currency
    via: tuple[Currency, ...]
    kind: RateKind = RateKind.MID

    def routes(self) -> TableValuedAlias:
        """Routes of all currencies that can be converted: the pair, or the two pairs of a cross, whose rates apply."""
        via = literal([one.value for one in self.via], ARRAY(String()))
        arguments = (literal(self.currency.value), literal(self.kind.value), cast(via, ARRAY(String())))
        columns = (column(name, _TYPES.get(name)) for name in (*_NAMES, *_NEXT_NAMES))
        return func.currency_routes(*arguments).table_valued(*columns, name="route")


@cache
def _kept_routes(target: Target) -> CTE:
    """The routes, found once for all their uses in a statement."""
    # Cached, as a statement may have only one object of a name.
    return select(target.routes()).cte("_".join(("routes", target.currency, target.kind, *target.via)).lower())


def converted_rows(rows: FromClause, target: Target) -> tuple[FromClause, ColumnElement[Decimal]]:
    """Rows of `amount`, `own_currency` and `own_day` joined with rates, and their amounts in the target currency.

    The amounts are unrounded, and NULL without rates.
    """
    amount, currency, day = rows.c.amount, rows.c.own_currency, rows.c.own_day
    own = _own_rates(target)
    joined = rows.outerjoin(own, and_(own.c.source == currency, own.c.date == day))
    # Nearly all rows find the rate of their very day by this join; the others, and routes of several rates, which are
    # not joined, need a search.
    searched = func.coalesce(
        _at_one_rate(amount, currency, day, target),
        _searched(amount, _price(currency, day, target, amount)),
    )
    amounts = case(
        (currency == target.currency.value, amount),
        (own.c.inverse, _quotient(amount, own.c.rate)),
        (own.c.rate.is_not(None), amount * own.c.rate),
        else_=searched,
    )
    return joined, amounts


def _at_one_rate(
    amount: ColumnElement[Decimal], currency: ColumnElement[Any], day: ColumnElement[date], target: Target
) -> ColumnElement[Decimal]:
    """The amount by a route of one rate; as `_searched`, but faster, for many rows may need it."""
    route = _kept_routes(target).alias("one_route")
    rate = func.coalesce(*_one_rate(route, day))
    amounts = case((route.c.inverse, _quotient(amount, rate)), else_=amount * rate)
    found = select(amounts).where(route.c.source == currency, _needs_one_rate(route))
    return found.correlate(*_tables(amount, currency, day)).scalar_subquery()


def item_columns(
    amount: ColumnElement[Decimal], currency: ColumnElement[Any], day: ColumnElement[date], target: Target
) -> tuple[ColumnElement[Any], ...]:
    """The columns that a requested currency adds to each item of a list."""
    price = _price(currency, day, target, amount)
    code, digits = target.currency.value, target.currency.digits
    converted = _searched(amount, price)
    rate = select(_shown_rate(price)).select_from(price).scalar_subquery()
    return (
        func.round(case((currency == code, amount), else_=converted), digits).label("converted_amount"),
        literal(code).label("converted_currency"),
        case((currency == code, Decimal(1)), else_=rate).label("exchange_rate"),
    )


def find_price(session: Session, currency: Currency, day: date, target: Target) -> Price | None:
    """The price of a currency on a day; None if it can't be converted."""
    if currency is target.currency:
        return Price()
    for via, inverse, next_inverse, *found in _one_price(target, currency=currency.value, day=day).rows(session):
        first, second = (_dated(found[place : place + 4]) for place in (0, 4))
        legs = [(first, inverse), (second, next_inverse)]
        return Price(tuple(Leg(*one, turned) for one, turned in legs if one), via and Currency(via))
    return None


def known_currencies(session: Session) -> list[Currency]:
    """Currencies with a stored rate, by code."""
    return [Currency(code) for (code,) in _known().rows(session)]


@cached_query
def _known() -> Select[Any]:
    pair = _PAIRS.c
    rated = exists().where(_RATES.c.base == pair.base, _RATES.c.quote == pair.quote)
    codes = union(*(select(one.label("code")).where(rated) for one in (pair.base, pair.quote))).subquery()
    return select(codes.c.code).order_by(codes.c.code)


@cached_query
def _one_price(target: Target) -> Select[Any]:
    route, day = target.routes(), parameter("day", date)
    found = (does(*one, day) for one in _all_series(route) for does in (func.rate_on, func.rate_day))
    columns = route.c
    wanted = select(columns.via, columns.inverse, columns.next_inverse, *found)
    return wanted.where(columns.source == parameter("currency", str))


def _dated(found: Sequence[object]) -> tuple[Decimal, date] | None:
    """Rate and day of a leg, from those of its one or two series."""
    rates = [one for one in found if isinstance(one, Decimal)]
    days = [one for one in found if isinstance(one, date)]
    return (mean(rates), min(days)) if rates else None


def _own_rates(target: Target) -> Subquery:
    """Rates by currency and day, of the routes that need only one."""
    route, rates = _kept_routes(target).alias("own_route"), _RATES.alias("own_rate")
    pair = route.c
    of_route = and_(rates.c.base == pair.base, rates.c.quote == pair.quote, rates.c.kind == pair.kind)
    found = select(pair.source, pair.inverse, rates.c.date, rates.c.rate).join_from(route, rates, of_route)
    return found.where(_needs_one_rate(route)).subquery("own")


def _needs_one_rate(route: FromClause) -> ColumnElement[bool]:
    return and_(route.c.other_kind.is_(None), route.c.next_kind.is_(None))


def _searched(amount: ColumnElement[Decimal], price: Subquery) -> ColumnElement[Decimal]:
    """The amount at the rates that a search finds; NULL in the target currency itself, to which no route leads."""
    return select(_worth(amount, price)).select_from(price).scalar_subquery()


def _worth(amount: ColumnElement[Decimal], rates: FromClause) -> ColumnElement[Decimal]:
    """The amount in the target currency, unrounded, at the rates of one price; NULL without rates."""
    columns = rates.c
    usual = and_(columns.next_rate.is_(None), columns.other_rate.is_(None))
    return case(
        (and_(usual, columns.inverse), _quotient(amount, columns.rate)),
        (usual, amount * columns.rate),
        else_=_crossed(amount, rates),
    )


def _quotient(amount: ColumnElement[Decimal], rate: ColumnElement[Decimal]) -> ColumnElement[Decimal]:
    # At least 20 decimals, so that the sum of a million quotients is exact far beyond the cent. op("/") because
    # SQLAlchemy's own division would cast each rate needlessly.
    return cast(amount, Numeric(40, 20)).op("/")(rate)


def _price(
    currency: ColumnElement[Any], day: ColumnElement[date], target: Target, *others: ColumnElement[Any]
) -> Subquery:
    """The rates that convert the currency of a row on its day; `others` are what else is used of the row."""
    route = _kept_routes(target).alias("route")
    statement = select(*_rates_of(route, day)).where(route.c.source == currency).offset(_ONCE)
    return statement.correlate(*_tables(currency, day, *others)).subquery("price")


def _tables(*parts: ColumnElement[Any]) -> set[FromClause]:
    """Tables whose columns these expressions use."""
    columns = (one for part in parts for one in visitors.iterate(part) if isinstance(one, ColumnClause))
    return {one.table for one in columns if one.table is not None}


class _Series(NamedTuple):
    """Rates of a pair of one side."""

    base: ColumnElement[str]
    quote: ColumnElement[str]
    kind: ColumnElement[str]


def _all_series(route: FromClause) -> list[_Series]:
    """The one or two series of each leg of a route; a kind is NULL where there is none."""
    first, after = (route.c.base, route.c.quote), (route.c.next_base, route.c.next_quote)
    kinds = (route.c.kind, route.c.other_kind, route.c.next_kind, route.c.next_other_kind)
    return [_Series(*pair, kind) for pair, kind in zip((first, first, after, after), kinds, strict=True)]


def _rates_of(route: FromClause, day: ColumnElement[date]) -> list[ColumnElement[Any]]:
    """Rates of the legs of a route on a day."""
    columns = route.c
    first = func.coalesce(*_one_rate(route, day))
    rates = [first, *(func.rate_on(*one, day) for one in _all_series(route)[1:])]
    named = zip(rates, ("rate", "other_rate", "next_rate", "next_other_rate"), strict=True)
    return [columns.inverse, columns.next_inverse, *(rate.label(name) for rate, name in named)]


def _one_rate(route: FromClause, day: ColumnElement[date]) -> tuple[ColumnElement[Any], ...]:
    """The first series' latest rate on or before the day, NULL before its first one; and that one."""
    # As the function does it, but faster; days before the first rate skip the search.
    search = case((day >= route.c.first_day, _latest(_all_series(route)[0], day)))
    return search, route.c.first_rate


def _latest(series: _Series, day: ColumnElement[date]) -> ColumnElement[Decimal]:
    """The latest rate on or before the day."""
    columns = _RATES.c
    of_series = (columns.base == series.base, columns.quote == series.quote, columns.kind == series.kind)
    known = select(columns.rate).where(*of_series, columns.date <= day).order_by(columns.date.desc())
    return known.limit(literal_column("1")).correlate_except(_RATES).scalar_subquery()


def _crossed(amount: ColumnElement[Decimal], rates: FromClause) -> ColumnElement[Decimal]:
    """The amount at the mean of two rates, or at the rates of two pairs; unrounded."""
    columns = rates.c
    one, other = _mean(columns.rate, columns.other_rate), _mean(columns.next_rate, columns.next_other_rate)
    factor = case((columns.inverse, _ONE), else_=one) * case(
        (columns.next_inverse, _ONE), else_=func.coalesce(other, _ONE)
    )
    divisor = case((columns.inverse, one), else_=_ONE) * case((columns.next_inverse, other), else_=_ONE)
    return cast(amount * factor, Numeric(100, 30)).op("/")(cast(divisor, Numeric))


def _shown_rate(rates: FromClause) -> ColumnElement[Decimal]:
    """SQL counterpart of `Price.rate` where there is a leg."""
    columns = rates.c
    one = _mean(columns.rate, columns.other_rate)
    crossed = func.round(_crossed(_ONE, rates), _DECIMALS)
    return shortest(case((columns.next_rate.is_(None), one), else_=crossed), SHOWN_DECIMALS)


def _mean(one: ColumnElement[Decimal], other: ColumnElement[Decimal]) -> ColumnElement[Decimal]:
    return case((other.is_(None), one), else_=(one + other) * _HALF)
