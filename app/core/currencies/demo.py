"""Demo rates since the first of the month three years ago: random walks around the real levels of the pesos."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from app.core.currencies.rules import DatedRate
from app.core.currencies.service import CurrencyService
from app.infra.context import Context
from app.kernel.money import Currency
from app.kernel.periods import Month

YEARS = 3
_START, _MEAN, _REVERSION, _DEVIATION = 4_450.0, 4_080.0, 0.004, 24.0
_MEXICO = 18.5


def seed(context: Context, today: date) -> None:
    """Store mean-reverting random walks of rates, of Mexico's peso by week; they are the same at every seeding."""
    chance = random.Random(2026)  # noqa: S311 - demo data, reproducible
    rate, rates = _START, []
    first = Month.of(today).plus(-12 * YEARS).first_day
    for place in range((today - first).days + 1):
        rate += (_MEAN - rate) * _REVERSION + chance.gauss(0, _DEVIATION)
        rates.append((first + timedelta(days=place), Decimal(f"{rate:.2f}")))
    CurrencyService(context).store(rates, source="demo")
    _store_of_mexico(context, rates[::7])


def _store_of_mexico(context: Context, of_dollar: Sequence[DatedRate]) -> None:
    """Store what a dollar costs in Mexico's pesos, and one of these in Colombia's."""
    chance = random.Random(18)  # noqa: S311 - demo data, reproducible
    price, dollars, pesos = _MEXICO, [], []
    for day, colombian in of_dollar:
        price += (_MEXICO - price) * 0.03 + chance.gauss(0, 0.12)
        rate = Decimal(f"{price:.4f}")
        dollars.append((day, rate))
        pesos.append((day, round(colombian / rate, 4)))
    service = CurrencyService(context)
    service.store(dollars, "demo", (Currency.USD, Currency.MXN))
    service.store(pesos, "demo", (Currency.MXN, Currency.COP))
