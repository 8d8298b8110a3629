"""Keeping exchange rates, and converting between COP and USD."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.domains.currencies.repository import RateFilter, RateRepository
from app.domains.currencies.rules import DatedRate, convert
from app.infra.context import Context
from app.kernel.errors import Conflict
from app.kernel.money import Currency, round_cents
from app.kernel.paging import Page, PageRequest, Sort
from app.kernel.periods import DateRange, require_order

NEWEST_FIRST = (Sort("date", descending=True),)
FIRST_FETCH = 30
"""Days that are fetched when there is no rate yet."""

_NEW = 1  # the version of a row that took nobody's place


@dataclass(frozen=True, slots=True)
class Stored:
    """How many days got their first rate, and how many another."""

    new: int
    replaced: int


@dataclass(frozen=True, slots=True)
class Conversion:
    """An amount and what it comes to; `rate_date` is the day the rate is of, None where none was needed."""

    amount: Decimal
    currency: Currency
    target: Currency
    day: date
    rate: Decimal
    rate_date: date | None
    converted_amount: Decimal


class CurrencyService:
    """Rates, and what they make of an amount. A missing rate is an error, never 1 and never 0."""

    def __init__(self, context: Context) -> None:
        self.rates = RateRepository(context.session)

    def get(self, rate_id: int) -> Any:
        """One rate."""
        return self.rates.get(rate_id)

    def page(self, request: PageRequest, **filters: Any) -> Page[Any]:
        """Rates, newest first."""
        asked = RateFilter(**filters)
        require_order(asked.date_from, asked.date_to)
        return self.rates.page(asked, replace(request, sort=request.sort or NEWEST_FIRST))

    def enter(self, day: date, rate: Decimal, *, source: str) -> tuple[Any, bool]:
        """Keep the day's rate; whether it is the day's first."""
        ((rate_id, version),) = self.rates.replace([(day, rate)], source)
        return self.rates.get(rate_id), version == _NEW

    def delete(self, rate_id: int) -> None:
        """Remove a rate."""
        self.rates.delete(self.rates.get_for_update(rate_id))

    def store(self, rates: Iterable[DatedRate], source: str) -> Stored:
        """Keep these dollar rates in pesos, one a day; one of a day that has one takes its place."""
        versions = [version for _, version in self.rates.replace(rates, source)]
        return Stored(new=versions.count(_NEW), replaced=len(versions) - versions.count(_NEW))

    def days_to_fetch(self, today: date) -> DateRange | None:
        """From the day after the last rate, or the last 30 days, up to today; None if nothing is missing."""
        last = self.rates.last_day(today)
        first = today - timedelta(days=FIRST_FETCH - 1) if last is None else last + timedelta(days=1)
        return DateRange(first, today) if first <= today else None

    def convert(self, amount: Decimal, currency: Currency, target: Currency, day: date) -> Conversion:
        """The amount at the rate of the day, rounded once; Conflict without any rate, unless none is needed."""
        rate_date, rate = (None, Decimal(1)) if currency is target else self._rate_on(day)
        worth = round_cents(convert(amount, currency, target, rate))
        return Conversion(amount, currency, target, day, rate, rate_date, worth)

    def require_rates(self) -> None:
        """Raise Conflict if there is no rate at all: for answers that need one."""
        if not self.rates.known():
            raise _missing()

    def _rate_on(self, day: date) -> DatedRate:
        found = self.rates.on(day)
        if found is None:
            raise _missing()
        return found


def _missing() -> Conflict:
    return Conflict("There is no exchange rate yet.", code="exchange_rate_missing")
