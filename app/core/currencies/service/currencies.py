"""Exchange rates, and conversion between COP and USD."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NotRequired, TypedDict, Unpack

from app.core.currencies.models import ExchangeRateRecord
from app.core.currencies.repository import RateFilter, RateRepository
from app.core.currencies.rules import DatedRate, convert
from app.infra.context import Context
from app.kernel.errors import Conflict
from app.kernel.money import Currency, round_cents
from app.kernel.paging import Page, PageRequest, Sort
from app.kernel.periods import DateRange, require_order

NEWEST_FIRST = (Sort("date", descending=True),)
FIRST_FETCH = 30
"""Days that are fetched while there is no rate."""

_INSERTED = 1  # the version of a row that was inserted, not replaced


class NewRate(TypedDict):
    """The values of a new rate; the currencies are always the same."""

    date: date
    rate: Decimal
    base: Currency
    quote: Currency


class ConversionRequest(TypedDict):
    """An amount to convert; by default at the rate of today."""

    amount: Decimal
    currency: Currency
    target: Currency
    day: NotRequired[date]


class RateFilters(TypedDict, total=False):
    """The criteria of a list of rates."""

    date_from: date
    date_to: date


@dataclass(frozen=True, slots=True)
class StoredRates:
    """Numbers of rates inserted and replaced."""

    new: int
    replaced: int


@dataclass(frozen=True, slots=True)
class Conversion:
    """A converted amount; `rate_date` is the day of the rate, None if no rate was needed."""

    amount: Decimal
    currency: Currency
    target: Currency
    day: date
    rate: Decimal
    rate_date: date | None
    converted_amount: Decimal


class CurrencyService:
    """Stores exchange rates and converts amounts; a missing rate is an error."""

    def __init__(self, context: Context) -> None:
        self.rates = RateRepository(context.session)

    def get(self, rate_id: int) -> ExchangeRateRecord:
        """One rate."""
        return self.rates.get(rate_id)

    def page(self, request: PageRequest, **filters: Unpack[RateFilters]) -> Page[ExchangeRateRecord]:
        """One page of rates, newest first by default."""
        criteria = RateFilter(**filters)
        require_order(criteria.date_from, criteria.date_to)
        return self.rates.page(criteria, replace(request, sort=request.sort or NEWEST_FIRST))

    def enter(self, day: date, rate: Decimal, *, source: str) -> tuple[ExchangeRateRecord, bool]:
        """Insert or replace the rate of a day; return it, and whether it was inserted."""
        ((rate_id, version),) = self.rates.upsert([(day, rate)], source)
        return self.rates.get(rate_id), version == _INSERTED

    def delete(self, rate_id: int) -> None:
        """Delete a rate."""
        self.rates.delete(self.rates.get_for_update(rate_id))

    def store(self, rates: Iterable[DatedRate], source: str) -> StoredRates:
        """Insert or replace the rates of days."""
        versions = [version for _, version in self.rates.upsert(rates, source)]
        return StoredRates(new=versions.count(_INSERTED), replaced=len(versions) - versions.count(_INSERTED))

    def days_to_fetch(self, today: date) -> DateRange | None:
        """Days from the last rate (or the last 30) up to today without a rate; None if there are none."""
        last = self.rates.last_day(today)
        first = today - timedelta(days=FIRST_FETCH - 1) if last is None else last + timedelta(days=1)
        return DateRange(first, today) if first <= today else None

    def convert(self, amount: Decimal, currency: Currency, target: Currency, day: date) -> Conversion:
        """Convert an amount at the rate of a day, rounded once; Conflict if a rate is needed and there is none."""
        rate_date, rate = (None, Decimal(1)) if currency is target else self._rate_on(day)
        worth = round_cents(convert(amount, currency, target, rate))
        return Conversion(amount, currency, target, day, rate, rate_date, worth)

    def require_rates(self) -> None:
        """Raise Conflict if there are no rates."""
        if not self.rates.any_exists():
            raise _missing()

    def _rate_on(self, day: date) -> DatedRate:
        found = self.rates.find_on(day)
        if found is None:
            raise _missing()
        return found


def _missing() -> Conflict:
    return Conflict("There is no exchange rate yet.", code="exchange_rate_missing")
