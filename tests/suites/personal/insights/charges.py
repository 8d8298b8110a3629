"""Charges for the tests of rules."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from random import Random

from app.kernel.money import Currency
from app.kernel.periods import Month
from app.suites.personal.insights.rules.charges import Charge

_IDS = count(1)
JANUARY = Month(2025, 1)


def charge(
    day: date | str, amount: object = 10, payee: str = "netflix", account: int = 1, category: int | None = None
) -> Charge:
    """An expense."""
    when = date.fromisoformat(day) if isinstance(day, str) else day
    return Charge(next(_IDS), when, Decimal(str(amount)), Currency.EUR, account, category, payee)


def monthly(amounts: Iterable[object], day: int = 5, step: int = 1, **values: object) -> list[Charge]:
    """Charges on a day of each month, or of every few."""
    return [charge(JANUARY.plus(step * n).on(day), one, **values) for n, one in enumerate(amounts)]  # type: ignore[arg-type]


def groceries(seed: int, payee: str = "mercadona") -> list[Charge]:
    """Three years of shopping now and then, for amounts that vary."""
    random, day, found = Random(seed), date(2023, 1, 1), []
    every = random.choice([2, 3, 5, 7, 10, 14, 20, 30])
    while day < date(2026, 1, 1):
        found.append(charge(day, round(30 * random.lognormvariate(0, 0.5), 2), payee))
        day += timedelta(max(1, round(random.expovariate(1 / every))))
    return found
