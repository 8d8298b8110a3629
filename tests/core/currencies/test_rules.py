"""Rules of conversion in Python and in SQL, and their agreement."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, Date, Integer, Numeric, String, cast, delete, select

from app.core.currencies import repository
from app.core.currencies.models import ExchangeRate
from app.core.currencies.rules import DatedRate, convert, rate_in, rate_on
from app.core.currencies.service import CurrencyService
from app.infra.context import make_context
from app.infra.db import db
from app.infra.queries.bulk import rows_of
from app.kernel.money import CENT, Currency, round_cents

COP, USD = Currency.COP, Currency.USD
MARCH = [date(2026, 3, day) for day in range(1, 32)]
RATES = [(MARCH[4], Decimal(4000)), (MARCH[5], Decimal(4010)), (MARCH[11], Decimal(3990))]

days = st.dates(date(2026, 1, 1), date(2026, 3, 31))
some_rates = st.decimals(Decimal("0.000001"), Decimal("99999.999999"), places=6)
amounts = st.decimals(CENT, Decimal("9999999999.99"), places=2)


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        (date(1900, 1, 1), 4000),
        (MARCH[3], 4000),
        (MARCH[4], 4000),
        (MARCH[5], 4010),
        (MARCH[6], 4010),
        (MARCH[10], 4010),
        (MARCH[11], 3990),
        (date(2200, 12, 31), 3990),
    ],
)
def test_a_day_has_the_latest_rate_known_by_then_or_the_first_ever(day: date, rate: int) -> None:
    assert rate_on(RATES, day) == rate


def test_of_no_rates_none_holds() -> None:
    assert rate_on([], MARCH[0]) is None


@pytest.mark.parametrize(
    ("text", "rate"),
    [("4000", 4000), ("0.000001", "0.000001"), ("0", None), ("0.0", None), ("-1", None), ("1e3", None), ("", None)],
)
def test_a_rate_is_a_plain_number_above_zero(text: str, rate: Any) -> None:
    assert rate_in(text) == (None if rate is None else Decimal(rate))


@given(rates=st.dictionaries(days, some_rates, max_size=12), items=st.lists(st.tuples(amounts, days), min_size=1))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sql_and_python_convert_alike(
    app: Flask, database: None, rates: dict[date, Decimal], items: list[tuple[Decimal, date]]
) -> None:
    known = sorted(rates.items())
    with app.app_context():
        db.session.execute(delete(ExchangeRate))
        CurrencyService(make_context(db.session())).store(known, "test")
        for currency in Currency:
            for target in Currency:
                worths = _in_sql([(amount, currency, day) for amount, day in items], target)
                for (amount, day), worth in zip(items, worths, strict=True):
                    _assert_alike(worth, _in_python(amount, currency, target, day, known))
        db.session.rollback()


def _in_python(
    amount: Decimal, currency: Currency, target: Currency, day: date, rates: list[DatedRate]
) -> Decimal | None:
    rate = Decimal(1) if currency is target else rate_on(rates, day)
    return None if rate is None else convert(amount, currency, target, rate)


def _assert_alike(in_sql: Decimal | None, in_python: Decimal | None) -> None:
    if in_python is None:
        assert in_sql is None  # no rate: neither 1:1 nor 0
        return
    assert in_sql is not None
    # PostgreSQL rounds a periodic quotient after 16 digits at the earliest; products are exact.
    assert abs(in_sql - in_python) <= abs(in_python) * Decimal("1e-15")


def _in_sql(items: list[tuple[Decimal, Currency, date]], target: Currency) -> list[Decimal | None]:
    amount, currency, day, number = _columns(items)
    return list(db.session.scalars(select(repository.converted(amount, currency, day, target)).order_by(number)))


def _columns(items: list[tuple[Decimal, Currency, date]]) -> tuple[ColumnElement[Any], ...]:
    given = rows_of(
        {
            "amount": (Numeric(12, 2), [amount for amount, _, _ in items]),
            "currency": (String(), [currency.value for _, currency, _ in items]),
            "day": (Date(), [day for _, _, day in items]),
            "number": (Integer(), list(range(len(items)))),
        }
    )
    return given.c.amount, given.c.currency, given.c.day, given.c.number


@pytest.fixture(scope="module")
def ten_thousand() -> list[tuple[Decimal, date]]:
    """Amounts of all sizes on a hundred days."""
    chance = random.Random(8)
    sizes = [10 ** chance.uniform(0, 12) for _ in range(10_000)]
    start = date(2025, 1, 1)
    return [(Decimal(int(size)) / 100 + CENT, start + timedelta(days=chance.randrange(100))) for size in sizes]


@pytest.fixture(scope="module")
def many_rates() -> list[DatedRate]:
    """Rates of a hundred days with gaps."""
    chance = random.Random(9)
    days = sorted(chance.sample(range(100), 60))
    return [(date(2025, 1, 1) + timedelta(days=day), Decimal(f"{chance.uniform(600, 5100):.6f}")) for day in days]


def test_there_and_back_ends_within_a_cent(
    ten_thousand: list[tuple[Decimal, date]], many_rates: list[DatedRate]
) -> None:
    for amount, day in ten_thousand:
        rate = rate_on(many_rates, day)
        assert rate is not None
        in_dollars = convert(amount, COP, USD, rate)
        assert abs(round_cents(convert(in_dollars, USD, COP, rate)) - amount) <= CENT
        in_pesos = round_cents(convert(amount, USD, COP, rate))
        assert abs(round_cents(convert(in_pesos, COP, USD, rate)) - amount) <= CENT


def test_there_and_back_ends_within_a_cent_in_sql(
    app: Flask, database: None, ten_thousand: list[tuple[Decimal, date]], many_rates: list[DatedRate]
) -> None:
    with app.app_context():
        CurrencyService(make_context(db.session())).store(many_rates, "test")
        amount, currency, day, number = _columns([(amount, COP, day) for amount, day in ten_thousand])
        dollars = repository.converted(amount, currency, day, USD)
        back = repository.converted(dollars, cast(USD.value, String), day, COP)
        ends = db.session.execute(select(amount, back).order_by(number)).all()
        db.session.rollback()
    assert [given for given, _ in ends] == [given for given, _ in ten_thousand]
    assert max(abs(round_cents(end) - given) for given, end in ends) <= CENT


def test_the_first_rate_of_a_day_counts_as_new_and_the_next_as_replaced(app: Flask, database: None) -> None:
    with app.app_context():
        service = CurrencyService(make_context(db.session()))
        first = service.store(RATES, "test")
        again = service.store([*RATES[1:], (MARCH[20], Decimal(4100))], "other")
        stored = {row.date: (row.rate, row.source, row.version) for row in db.session.scalars(select(ExchangeRate))}
        db.session.rollback()
    assert (first.new, first.replaced) == (3, 0)
    assert (again.new, again.replaced) == (1, 2)
    assert stored[MARCH[4]] == (4000, "test", 1)
    assert stored[MARCH[5]] == (4010, "other", 2)


@pytest.mark.parametrize(
    ("stored", "wanted"),
    [
        ([], (MARCH[30] - timedelta(days=29), MARCH[30])),
        ([MARCH[29]], (MARCH[30], MARCH[30])),
        ([MARCH[4], MARCH[20]], (MARCH[21], MARCH[30])),
        ([MARCH[30]], None),
        ([MARCH[20], date(2026, 5, 1)], (MARCH[21], MARCH[30])),  # a rate of a future day fills no gap before it
    ],
)
def test_fetching_begins_after_the_last_rate(
    app: Flask, database: None, stored: list[date], wanted: tuple[date, date] | None
) -> None:
    with app.app_context():
        service = CurrencyService(make_context(db.session()))
        service.store([(day, Decimal(4000)) for day in stored], "test")
        found = service.days_to_fetch(MARCH[30])
        db.session.rollback()
    assert (None if found is None else (found.start, found.end)) == wanted
