"""Exchange rates: one is stored for each day; the latest on or before a day is used."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Date, Numeric, String, literal, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.currencies import repository
from app.core.currencies.models import ExchangeRate
from app.core.currencies.service import CurrencyService
from app.infra.context import make_context
from app.infra.db import db
from app.kernel.errors import Conflict
from app.kernel.money import Currency
from tests.factories.currencies import RateFactory

COP, USD = Currency.COP, Currency.USD
FIRST, LATER = date(2025, 3, 1), date(2025, 3, 10)


@pytest.fixture
def session(app: Flask, database: None) -> Iterator[Session]:
    with app.app_context():
        yield db.session()


def worth(session: Session, amount: str, currency: Currency, day: date, target: Currency) -> Any:
    given: tuple[Any, Any, Any] = (
        literal(Decimal(amount), Numeric(12, 2)),
        literal(currency.value, String()),
        literal(day, Date()),
    )
    return session.scalar(select(repository.converted(*given, target)))


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
    with pytest.raises(Conflict) as refusal:
        service.require_rates()
    assert refusal.value.code == "exchange_rate_missing"
    service.store([(FIRST, Decimal(4000))], "test")
    service.require_rates()


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
        {"base": COP, "quote": USD},
        {"quote": USD},
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
