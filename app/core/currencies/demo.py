"""Demo rates: one a day since the first of the month three years ago, a random walk around the peso's real level."""

import random
from datetime import date, timedelta
from decimal import Decimal

from app.core.currencies.service import CurrencyService
from app.infra.context import Context
from app.kernel.periods import Month

YEARS = 3
_START, _MEAN, _REVERSION, _DEVIATION = 4_450.0, 4_080.0, 0.004, 24.0


def seed(context: Context, today: date) -> None:
    """Store a mean-reverting random walk of rates; it is the same at every seeding."""
    chance = random.Random(2026)  # noqa: S311 - demo data, reproducible
    rate, rates = _START, []
    first = Month.of(today).plus(-12 * YEARS).first_day
    for place in range((today - first).days + 1):
        rate += (_MEAN - rate) * _REVERSION + chance.gauss(0, _DEVIATION)
        rates.append((first + timedelta(days=place), Decimal(f"{rate:.2f}")))
    CurrencyService(context).store(rates, source="demo")
