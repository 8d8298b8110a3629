"""Demo rates: one a day for three years, wandering about where the peso was."""

import random
from datetime import date, timedelta
from decimal import Decimal

from app.domains.currencies.service import CurrencyService
from app.infra.context import Context

YEARS = 3
_START, _HOME, _PULL, _STEP = 4_450.0, 4_080.0, 0.004, 24.0


def seed(context: Context, today: date) -> None:
    """A wandering rate that is drawn back to its home, the same at every seeding."""
    chance = random.Random(2026)  # noqa: S311 - demo data, and it must be the same each time
    rate, rates = _START, []
    days = 365 * YEARS
    for ago in range(days, -1, -1):
        rate += (_HOME - rate) * _PULL + chance.gauss(0, _STEP)
        rates.append((today - timedelta(days=ago), Decimal(f"{rate:.2f}")))
    CurrencyService(context).store(rates, source="demo")
