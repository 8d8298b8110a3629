"""Demo rates: one a day for three years, a random walk around the real level of the peso."""

import random
from datetime import date, timedelta
from decimal import Decimal

from app.core.currencies.service import CurrencyService
from app.infra.context import Context

YEARS = 3
_START, _MEAN, _REVERSION, _DEVIATION = 4_450.0, 4_080.0, 0.004, 24.0


def seed(context: Context, today: date) -> None:
    """Store a mean-reverting random walk of rates; it is the same at every seeding."""
    chance = random.Random(2026)  # noqa: S311 - demo data, reproducible
    rate, rates = _START, []
    days = 365 * YEARS
    for ago in range(days, -1, -1):
        rate += (_MEAN - rate) * _REVERSION + chance.gauss(0, _DEVIATION)
        rates.append((today - timedelta(days=ago), Decimal(f"{rate:.2f}")))
    CurrencyService(context).store(rates, source="demo")
