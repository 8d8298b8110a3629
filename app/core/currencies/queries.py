"""Conversion in SQL at the stored rates: one expression, the counterpart of `rules.price_of` and `Price.worth`.

Functions of the database decide which stored rates answer for a pair (`currency_routes`, once a statement) and which of
them applies to a day (`rate_day`, `rate_on`).
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
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
    or_,
    select,
    union,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors

from app.core.currencies.models import CurrencyPair, ExchangeRate
from app.core.currencies.rules import Leg, Price, RateKind, mean
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


def priced(rows: FromClause, target: Target) -> Subquery:
    """Rows of `own_currency` and `own_day` with the rates that convert them."""
    route, own = target.routes(), _RATES.alias("own_rate")
    # Nearly all rows find the rate of their very day by this join; only the others need a search.
    of_the_day = and_(
        own.c.date == rows.c.own_day,
        own.c.base == route.c.base,
        own.c.quote == route.c.quote,
        own.c.kind == route.c.kind,
        or_(own.c.base == target.currency.value, own.c.quote == target.currency.value),
    )
    joined = rows.outerjoin(route, route.c.source == rows.c.own_currency).outerjoin(own, of_the_day)
    rates = _rates_of(route, rows.c.own_day, own.c.rate)
    return select(*rows.c, *rates).select_from(joined).offset(_ONCE).subquery("priced")


def worth(
    amount: ColumnElement[Decimal], currency: ColumnElement[Any], rates: FromClause, target: Target
) -> ColumnElement[Decimal]:
    """The amount in the target currency, unrounded, at the rates of `priced` or of one price; NULL without rates."""
    columns = rates.c
    usual = and_(columns.next_rate.is_(None), columns.other_rate.is_(None))
    # A quotient has at least 20 decimals, so that the sum of a million quotients is exact far beyond the cent. op("/")
    # because SQLAlchemy's own division would cast each rate needlessly.
    return case(
        (currency == target.currency.value, amount),
        (and_(usual, columns.inverse), cast(amount, Numeric(40, 20)).op("/")(columns.rate)),
        (usual, amount * columns.rate),
        else_=_crossed(amount, rates),
    )


def item_columns(
    amount: ColumnElement[Decimal], currency: ColumnElement[Any], day: ColumnElement[date], target: Target
) -> tuple[ColumnElement[Any], ...]:
    """The columns that a requested currency adds to each item of a list."""
    price = _price(currency, day, target, amount)
    code, digits = target.currency.value, target.currency.digits
    converted = select(worth(amount, currency, price, target)).select_from(price).scalar_subquery()
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


def _price(
    currency: ColumnElement[Any], day: ColumnElement[date], target: Target, *others: ColumnElement[Any]
) -> Subquery:
    """The rates that convert the currency of a row on its day; `others` are what else is used of the row."""
    route = target.routes()
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


def _all_series(route: TableValuedAlias) -> list[_Series]:
    """The one or two series of each leg of a route; a kind is NULL where there is none."""
    first, after = (route.c.base, route.c.quote), (route.c.next_base, route.c.next_quote)
    kinds = (route.c.kind, route.c.other_kind, route.c.next_kind, route.c.next_other_kind)
    return [_Series(*pair, kind) for pair, kind in zip((first, first, after, after), kinds, strict=True)]


def _rates_of(
    route: TableValuedAlias, day: ColumnElement[date], own: ColumnElement[Decimal] | None = None
) -> list[ColumnElement[Any]]:
    """Rates of the legs of a route on a day; `own` is the rate of that very day, if the caller has looked it up."""
    columns = route.c
    first, *others = _all_series(route)
    known = () if own is None else (own,)
    # As the function does it, but faster, for many rows may need it; days before the first rate skip the search.
    search = case((day >= columns.first_day, _latest(first, day)))
    rates = [func.coalesce(*known, search, columns.first_rate), *(func.rate_on(*one, day) for one in others)]
    named = zip(rates, ("rate", "other_rate", "next_rate", "next_other_rate"), strict=True)
    return [columns.inverse, columns.next_inverse, *(rate.label(name) for rate, name in named)]


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
    """SQL counterpart of `Price.rate`."""
    columns = rates.c
    one = _mean(columns.rate, columns.other_rate)
    crossed = func.round(_crossed(_ONE, rates), _DECIMALS)
    return func.trim_scale(case((columns.next_rate.is_(None), one), else_=crossed))


def _mean(one: ColumnElement[Decimal], other: ColumnElement[Decimal]) -> ColumnElement[Decimal]:
    return case((other.is_(None), one), else_=(one + other) * _HALF)
