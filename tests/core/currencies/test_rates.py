"""Exchange rates: one is stored for each day; the latest on or before a day is used."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Date, Numeric, String, delete, func, literal, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import create_app
from app.core.currencies.models import CurrencyPair, ExchangeRate
from app.core.currencies.queries import Target, converted_rows
from app.core.currencies.rules import Pair
from app.core.currencies.service import CurrencyService
from app.infra.context import make_context
from app.infra.db import db, transaction
from app.kernel.errors import Conflict
from app.kernel.money import Currency
from tests import conftest
from tests.factories.currencies import RateFactory

COP, USD, EUR, JPY = Currency.COP, Currency.USD, Currency.EUR, Currency.JPY
DAY = timedelta(days=1)
FIRST, LATER = date(2025, 3, 1), date(2025, 3, 10)


@pytest.fixture
def session(app: Flask, database: None) -> Iterator[Session]:
    with app.app_context():
        yield db.session()


def worth(session: Session, amount: str, currency: Currency, day: date, target: Currency) -> Any:
    columns = {
        "amount": literal(Decimal(amount), Numeric(12, 2)),
        "own_currency": literal(currency.value, String()),
        "own_day": literal(day, Date()),
    }
    rows = select(*(value.label(name) for name, value in columns.items())).subquery()
    joined, converted = converted_rows(rows, Target(target, (USD,)))
    return session.scalar(select(converted).select_from(joined))


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        (FIRST - timedelta(days=4000), 4000),
        (FIRST, 4000),
        (LATER - timedelta(days=1), 4000),
        (LATER, 4100),
        (LATER + timedelta(days=4000), 4100),
    ],
)
def test_the_rate_is_the_latest_known_or_before_the_first_the_first(session: Session, day: date, rate: int) -> None:
    CurrencyService(make_context(session)).store([(LATER, Decimal(4100)), (FIRST, Decimal(4000))], "test")
    assert worth(session, "1", USD, day, COP) == rate
    assert worth(session, str(rate), COP, day, USD) == 1


@pytest.mark.parametrize("currency", [COP, USD])
def test_an_amount_in_the_target_currency_needs_no_rate(session: Session, currency: Currency) -> None:
    assert worth(session, "9999999999.99", currency, FIRST, currency) == Decimal("9999999999.99")


def test_a_million_quotients_are_exact_far_beyond_the_cent(session: Session) -> None:
    CurrencyService(make_context(session)).store([(FIRST, Decimal(3001))], "test")
    for amount in ("0.01", "1234567.89", "9999999999.99"):
        off = Fraction(worth(session, amount, COP, FIRST, USD)) - Fraction(amount) / 3001
        assert 10**6 * abs(off) < Fraction("1e-13")


def test_conversions_without_any_rate_are_a_conflict(session: Session) -> None:
    service = CurrencyService(make_context(session))
    assert worth(session, "1", USD, FIRST, COP) is None
    with pytest.raises(Conflict, match=f"from USD to COP for {FIRST}") as refusal:
        service.price(USD, COP, FIRST)
    assert refusal.value.code == "exchange_rate_missing"
    service.store([(FIRST, Decimal(4000))], "test")
    assert service.price(USD, COP, FIRST).rate == 4000


def test_conversion_there_and_back_stays_within_a_cent(session: Session) -> None:
    CurrencyService(make_context(session)).store([(FIRST, Decimal("4123.456789"))], "test")
    for cents in (1, 99, 12345, 999_999_999_999):
        amount = Decimal(cents) / 100
        pesos = worth(session, str(amount), USD, FIRST, COP)
        assert abs(pesos / Decimal("4123.456789") - amount) < Decimal("0.01")


def test_a_rate_of_a_day_that_has_one_takes_its_place(session: Session) -> None:
    service = CurrencyService(make_context(session))
    service.store([(FIRST, Decimal(4000)), (LATER, Decimal(4100))], "one")
    service.store([(FIRST, Decimal("4000.123456"))], "two")
    rates = session.execute(select(ExchangeRate.date, ExchangeRate.rate, ExchangeRate.source).order_by("date")).all()
    assert [tuple(row) for row in rates] == [
        (FIRST, Decimal("4000.123456"), "two"),
        (LATER, Decimal(4100), "one"),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate": Decimal(0)},
        {"rate": Decimal(-1)},
        {"rate": Decimal("NaN")},
        {"rate": Decimal(10**16)},
        {"base": COP, "quote": USD},
        {"quote": USD},
        {"quote": "usd"},
        {"kind": "mean"},
        {"date": date(1899, 12, 31)},
    ],
)
def test_the_database_refuses_what_is_no_rate(database: None, wrong: dict[str, Any]) -> None:
    with pytest.raises(DBAPIError):
        RateFactory(**{"date": FIRST, **wrong})


def test_the_database_keeps_one_rate_a_day(database: None) -> None:
    RateFactory(date=FIRST)
    with pytest.raises(DBAPIError):
        RateFactory(date=FIRST)


def test_a_rate_needs_its_pair_and_a_pair_with_rates_stays(session: Session) -> None:
    CurrencyService(make_context(session)).store([(FIRST, Decimal(4000))], "test", (EUR, COP))
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(delete(CurrencyPair))
    session.add(ExchangeRate(date=FIRST, base=COP, quote=EUR, rate=Decimal(1), source="test"))
    with pytest.raises(DBAPIError):
        session.flush()


def test_of_many_who_enter_a_new_pair_at_once_all_have_the_direction_of_the_first(server_database: str) -> None:
    app = create_app(conftest.testing_config(server_database))
    pairs: list[Pair] = [(EUR, COP), (COP, EUR)] * 6
    together = Barrier(len(pairs))

    def enter(number: int, pair: Pair) -> Pair | str:
        together.wait()
        try:
            with app.app_context(), transaction(request_id="test") as session:
                CurrencyService(make_context(session)).store([(FIRST + number * DAY, Decimal(2))], "test", pair)
        except Conflict as conflict:
            return conflict.code
        return pair

    with ThreadPoolExecutor(len(pairs)) as pool:
        ends = list(pool.map(enter, range(len(pairs)), pairs))
    with app.app_context():
        [kept] = map(tuple, db.session.execute(select(CurrencyPair.base, CurrencyPair.quote)))
        assert db.session.scalar(select(func.count(ExchangeRate.id))) == ends.count(kept) == 6
        db.engine.dispose()
    assert set(ends) == {kept, "inverse_rate"}


def test_deleting_the_last_rate_beside_a_new_one_leaves_no_rate_without_its_pair(server_database: str) -> None:
    app = create_app(conftest.testing_config(server_database))
    for number in range(8):
        with app.app_context(), transaction(request_id="test") as session:
            CurrencyService(make_context(session)).store([(FIRST, Decimal(2))], "test", (EUR, JPY))
            old = session.scalars(_of_yen(ExchangeRate.id)).one()
        together = Barrier(2)

        def act(does: Callable[[CurrencyService], object], together: Barrier = together) -> None:
            together.wait()
            with app.app_context(), transaction(request_id="test") as session:
                does(CurrencyService(make_context(session)))

        def delete_old(service: CurrencyService, old: int = old) -> None:
            service.delete(old)

        def enter(service: CurrencyService, day: date = LATER + number * DAY) -> None:
            service.store([(day, Decimal(3))], "test", (EUR, JPY))

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(act, (delete_old, enter)))
        with app.app_context(), transaction(request_id="test") as session:
            assert session.scalars(_of_yen(ExchangeRate.date)).all() == [LATER + number * DAY]
            CurrencyService(make_context(session)).delete(session.scalars(_of_yen(ExchangeRate.id)).one())
            assert session.scalars(select(CurrencyPair.id).where(CurrencyPair.quote == JPY)).all() == []
    with app.app_context():
        db.engine.dispose()


def _of_yen(column: Any) -> Any:
    return select(column).where(ExchangeRate.quote == JPY)
