"""Rules of conversion in Python and in SQL, and their agreement."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Date, FromClause, Integer, Numeric, String, delete, select
from sqlalchemy.orm import Session

from app.core.currencies.models import CurrencyPair, ExchangeRate
from app.core.currencies.queries import Target, converted_rows, find_price, item_columns
from app.core.currencies.rules import Leg, Pair, Price, RateKind, Rates, pivots, price_of, rate_in, rate_on
from app.core.currencies.service import CurrencyService
from app.infra.context import make_context
from app.infra.db import db
from app.infra.queries.bulk import rows_of
from app.kernel.money import CENT, Currency, round_money

COP, USD, EUR, JPY, KWD = Currency.COP, Currency.USD, Currency.EUR, Currency.JPY, Currency.KWD
MID, BUY, SELL = RateKind.MID, RateKind.BUY, RateKind.SELL
MARCH = [date(2026, 3, day) for day in range(1, 32)]
RATES = [(MARCH[4], Decimal(4000)), (MARCH[5], Decimal(4010)), (MARCH[11], Decimal(3990))]
Item = tuple[Decimal, Currency, date]


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        (date(1900, 1, 1), RATES[0]),
        (MARCH[3], RATES[0]),
        (MARCH[4], RATES[0]),
        (MARCH[5], RATES[1]),
        (MARCH[10], RATES[1]),
        (MARCH[11], RATES[2]),
        (date(2200, 12, 31), RATES[2]),
    ],
)
def test_a_day_has_the_latest_rate_known_by_then_or_the_first_ever(day: date, rate: tuple[date, Decimal]) -> None:
    assert rate_on(RATES, day) == rate


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("4000", 4000),
        ("0.000000000001", "0.000000000001"),
        ("9999999999999999.999999999999", "9999999999999999.999999999999"),
        *((text, None) for text in ("0", "0.0", "-1", "1e3", "", "0.0000000000001", "10000000000000000")),
    ],
)
def test_a_rate_is_a_plain_number_above_zero(text: str, rate: Any) -> None:
    assert rate_in(text) == (None if rate is None else Decimal(rate))


def stored(**series: str) -> Rates:
    """Rates of one day by names such as EUR_COP_buy."""
    found: dict[Pair, dict[RateKind, list[tuple[date, Decimal]]]] = defaultdict(dict)
    for name, rate in series.items():
        base, quote, *kind = name.split("_")
        found[Currency(base), Currency(quote)][RateKind(*kind) if kind else MID] = [(MARCH[0], Decimal(rate))]
    return found


@pytest.mark.parametrize(
    ("rates", "source", "target", "rate", "via"),
    [
        (stored(EUR_COP="4500"), EUR, COP, "4500", None),
        (stored(EUR_COP="4500"), COP, EUR, Fraction(1, 4500), None),
        (stored(EUR_COP="4500", EUR_USD="1.1", USD_COP="4000"), EUR, COP, "4500", None),  # a stored pair beats a cross
        (stored(EUR_COP="4500", EUR_USD="1.1", USD_COP="4000"), COP, EUR, Fraction(1, 4500), None),
        (stored(EUR_USD="1.1", USD_COP="4000"), EUR, COP, "4400", USD),
        (stored(USD_JPY="150", USD_COP="4000"), JPY, COP, Fraction(4000, 150), USD),
        (stored(USD_JPY="150", KWD_USD="3"), JPY, KWD, Fraction(1, 450), USD),
        (stored(EUR_COP="4500", JPY_COP="25"), EUR, JPY, "180", COP),  # the base currency
        (stored(EUR_COP="4500", JPY_COP="25", EUR_USD="1", USD_JPY="170"), EUR, JPY, "170", USD),  # the dollar first
        (stored(EUR_KWD="1", KWD_COP="1"), EUR, COP, None, None),  # by no other currency
        (stored(EUR_USD="1", USD_JPY="1", JPY_KWD="1"), EUR, KWD, None, None),  # nor by two
        ({}, USD, COP, None, None),
        ({}, JPY, JPY, "1", None),
    ],
)
def test_a_price_is_that_of_the_pair_or_of_a_cross_by_one_pivot(
    rates: Rates, source: Currency, target: Currency, rate: Any, via: Currency | None
) -> None:
    found = price_of(rates, source, target, MARCH[0], via=pivots(COP))
    if rate is None:
        assert found is None
    else:
        assert found is not None
        assert (abs(Fraction(found.worth(Decimal(1))) - Fraction(rate)) < Fraction("1e-60"), found.via) == (True, via)


@pytest.mark.parametrize(
    ("series", "asked", "rate"),
    [
        ({"EUR_COP": "3", "EUR_COP_buy": "2"}, MID, 3),
        ({"EUR_COP": "3", "EUR_COP_buy": "2"}, BUY, 2),
        ({"EUR_COP": "3", "EUR_COP_buy": "2"}, SELL, 3),
        ({"EUR_COP_buy": "2", "EUR_COP_sell": "5"}, MID, Fraction(7, 2)),
        ({"EUR_COP_buy": "2"}, MID, 2),
        ({"EUR_COP_buy": "2"}, SELL, 2),
        ({"COP_EUR_buy": "2", "COP_EUR_sell": "5"}, BUY, Fraction(1, 5)),  # who sells pesos buys euros
        ({"COP_EUR_buy": "2", "COP_EUR_sell": "5"}, SELL, Fraction(1, 2)),
        ({"COP_EUR_buy": "2", "COP_EUR_sell": "5"}, MID, Fraction(2, 7)),
        ({"EUR_USD_buy": "2", "EUR_USD": "7", "USD_COP_buy": "3", "USD_COP": "9"}, BUY, 6),
    ],
)
def test_a_side_that_a_pair_lacks_is_the_middle_and_the_middle_the_mean(
    series: dict[str, str], asked: RateKind, rate: Any
) -> None:
    found = price_of(stored(**series), EUR, COP, MARCH[0], asked)
    assert found is not None
    assert abs(Fraction(found.worth(Decimal(1))) - rate) < Fraction("1e-60")


def test_a_price_shows_the_rate_as_stored_and_the_older_day() -> None:
    first, second = Leg(Decimal("4000.50"), MARCH[4], inverse=True), Leg(Decimal(3), MARCH[2], inverse=False)
    assert (str(Price((first,)).rate), Price((first,)).day) == ("4000.500000", MARCH[4])
    assert (Price((first, second), USD).rate, Price((first, second), USD).day) == (Decimal("0.000749906262"), MARCH[2])
    assert (Price().rate, Price().day) == (1, None)


@dataclass(frozen=True)
class Graph:
    """Random rates of random pairs, each in one direction, and questions."""

    rates: dict[Pair, dict[RateKind, list[tuple[date, Decimal]]]]
    items: list[Item]
    target: Currency
    kind: RateKind
    base: Currency


currencies = st.sampled_from([COP, USD, EUR, JPY, KWD])
days = st.dates(date(2026, 1, 1), date(2026, 1, 20))
some_rates = st.decimals(Decimal("0.000000000001"), Decimal("99999.999999999999"), places=12) | st.sampled_from(
    [Decimal(3), Decimal(4000), Decimal("0.000250000001")]
)
amounts = st.decimals(CENT, Decimal("9999999999.99"), places=2)
series = st.dictionaries(days, some_rates, min_size=1, max_size=4).map(lambda rates: sorted(rates.items()))
kinds = st.dictionaries(st.sampled_from(RateKind), series, max_size=3)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    rates = {}
    for one, other in combinations((COP, USD, EUR, JPY, KWD), 2):
        if draw(st.integers(0, 2)) == 0:
            turned = draw(st.booleans()) and {one, other} != {COP, USD}
            pair = (one, other) if turned or (one, other) == (USD, COP) else (other, one)
            rates[pair] = draw(kinds)
    items = draw(st.lists(st.tuples(amounts, currencies, days), min_size=1, max_size=25))
    return Graph(rates, items, draw(currencies), draw(st.sampled_from(RateKind)), draw(currencies))


@given(graph=graphs())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sql_and_python_convert_alike(app: Flask, database: None, graph: Graph) -> None:
    via = pivots(graph.base)
    expected = [price_of(graph.rates, currency, graph.target, day, graph.kind, via) for _, currency, day in graph.items]
    target = Target(graph.target, via, graph.kind)
    with app.app_context():
        session = db.session()
        store(session, graph.rates)
        sums, items = in_sums(session, graph.items, target), in_lists(session, graph.items, target)
        first = find_price(session, graph.items[0][1], graph.items[0][2], target)
        session.rollback()
    for (amount, _, _), price, summed, (listed, code, rate) in zip(graph.items, expected, sums, items, strict=True):
        assert_alike(summed, None if price is None else price.worth(amount))
        assert_rounded(listed, None if price is None else price.worth(amount), graph.target)
        assert (code, rate) == (graph.target, None if price is None else price.rate)
    assert first == expected[0]


def store(session: Session, rates: Rates) -> None:
    session.execute(delete(ExchangeRate))
    session.execute(delete(CurrencyPair))
    service = CurrencyService(make_context(session))
    for pair, by_kind in rates.items():
        for kind, dated in by_kind.items():
            service.store(dated, "test", pair, kind)


def assert_alike(in_sql: Decimal | None, in_python: Decimal | None) -> None:
    if in_python is None or in_sql is None:
        assert in_sql is in_python  # no rate: neither 1:1 nor 0
    else:
        # PostgreSQL rounds a periodic quotient after 16 digits or 20 decimals; products are exact.
        assert abs(in_sql - in_python) <= max(abs(in_python) * Decimal("1e-15"), Decimal("1e-19"))


def assert_rounded(in_sql: Decimal | None, in_python: Decimal | None, target: Currency) -> None:
    if in_python is None or in_sql is None:
        assert in_sql is in_python
    else:
        assert in_sql == round_money(in_python, target)
        assert -in_sql.as_tuple().exponent <= target.digits  # type: ignore[operator]  # it is a number


def in_sums(session: Session, items: list[Item], target: Target) -> list[Decimal | None]:
    """The amounts as sums convert them."""
    rows = table(items)
    joined, converted = converted_rows(rows, target)
    return list(session.scalars(select(converted).select_from(joined).order_by(rows.c.number)))


def in_lists(session: Session, items: list[Item], target: Target) -> Iterable[Any]:
    """The columns that lists add."""
    rows = table(items)
    columns = item_columns(rows.c.amount, rows.c.own_currency, rows.c.own_day, target)
    return session.execute(select(*columns).order_by(rows.c.number)).all()


def table(items: list[Item]) -> FromClause:
    rows = rows_of(
        {
            "amount": (Numeric(12, 2), [amount for amount, _, _ in items]),
            "own_currency": (String(), [currency.value for _, currency, _ in items]),
            "own_day": (Date(), [day for _, _, day in items]),
            "number": (Integer(), list(range(len(items)))),
        }
    )
    return select(rows).subquery("rows")


@pytest.fixture
def session(app: Flask, database: None) -> Iterator[Session]:
    with app.app_context():
        yield db.session()


def test_there_and_back_ends_within_a_cent(session: Session) -> None:
    chance = random.Random(7)
    sizes = [10 ** chance.uniform(-2, 9) for _ in range(10_000)]
    items = [
        (Decimal(int(size * 100)) / 100 + CENT, COP, MARCH[0] + timedelta(days=chance.randrange(100))) for size in sizes
    ]
    rates = [(MARCH[0] + timedelta(days=day), Decimal(f"{chance.uniform(600, 5100):.6f}")) for day in range(0, 100, 3)]
    store(session, {(USD, COP): {MID: rates}})
    dollars = in_sums(session, items, Target(USD, (USD,)))
    for (amount, _, day), worth_in_dollars in zip(items, dollars, strict=True):
        back = price_of({(USD, COP): {MID: rates}}, USD, COP, day)
        assert back is not None
        assert worth_in_dollars is not None
        assert abs(back.worth(worth_in_dollars) - amount) <= CENT
