"""Exchange rates, and conversion between any two currencies."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple, NotRequired, TypedDict, Unpack

from app.core.currencies.events import RatesChanged
from app.core.currencies.models import ExchangeRateRecord
from app.core.currencies.queries import Target, find_price, known_currencies
from app.core.currencies.repository import PairRepository, RateFilter, RateRepository
from app.core.currencies.rules import DatedRate, Pair, Price, RateKind, pivots
from app.infra.context import Context
from app.infra.queries.amounts import Sum
from app.kernel.errors import Conflict, Invalid
from app.kernel.money import COP_AND_USD, Currency, round_worth
from app.kernel.paging import Page, PageRequest, Sort
from app.kernel.periods import DateRange, require_order

NEWEST_FIRST = (Sort("date", descending=True),)
FIRST_FETCH = 30
"""Days that are fetched while there is no rate."""

MISSING = "exchange_rate_missing"
REMEDY = "Enter one of this pair, or of both currencies with the dollar: POST /api/exchange-rates."
"""Advice of the message that a rate is missing."""
_INSERTED = 1  # the version of a row that was inserted, not replaced


PESOS_FOR_A_DOLLAR: Pair = (Currency.USD, Currency.COP)


class NewRate(TypedDict):
    """The values of a new rate."""

    date: date
    rate: Decimal
    base: Currency
    quote: Currency
    kind: RateKind


class ConversionRequest(TypedDict):
    """An amount to convert; by default at the rate of today."""

    amount: Decimal
    currency: Currency
    target: Currency
    kind: RateKind
    day: NotRequired[date]


class RateFilters(TypedDict, total=False):
    """The criteria of a list of rates."""

    date_from: date
    date_to: date
    base: Currency
    quote: Currency


@dataclass(frozen=True, slots=True)
class StoredRates:
    """Numbers of rates inserted and replaced."""

    new: int
    replaced: int


@dataclass(frozen=True, slots=True)
class Conversion:
    """A converted amount; `rate_date` is the day of the rate, of two the older, None if no rate was needed."""

    amount: Decimal
    currency: Currency
    target: Currency
    day: date
    rate: Decimal
    rate_date: date | None
    via: Currency | None
    """Currency between the two pairs of a cross."""
    converted_amount: Decimal


class CurrencyService:
    """Stores exchange rates and converts amounts; a missing rate is an error, whose message ends with a remedy."""

    def __init__(self, context: Context, remedy: str = REMEDY) -> None:
        self.context = context
        self.remedy = remedy
        self.session = context.session
        self.base = context.company.base_currency
        self.rates = RateRepository(context.session)
        self.pairs = PairRepository(context.session)

    def get(self, rate_id: int) -> ExchangeRateRecord:
        """One rate."""
        return self.rates.get(rate_id)

    def page(self, request: PageRequest, **filters: Unpack[RateFilters]) -> Page[ExchangeRateRecord]:
        """One page of rates, newest first by default."""
        criteria = RateFilter(**filters)
        require_order(criteria.date_from, criteria.date_to)
        return self.rates.page(criteria, replace(request, sort=request.sort or NEWEST_FIRST))

    def enter(self, new: NewRate, *, source: str) -> tuple[ExchangeRateRecord, bool]:
        """Insert or replace the rate of a day; return it, and whether it was inserted."""
        pair = (new["base"], new["quote"])
        self.pairs.keep(pair)
        ((rate_id, version),) = self.rates.upsert(pair, new["kind"], [(new["date"], new["rate"])], source)
        self._tell(pair, new["date"])
        return self.rates.get(rate_id), version == _INSERTED

    def delete(self, rate_id: int) -> None:
        """Delete a rate."""
        found = self.rates.get(rate_id)
        pair = (found.base, found.quote)
        self.pairs.lock(pair)  # before the rate, as whoever enters one does
        self.rates.delete(self.rates.get_for_update(rate_id))
        self._tell(pair, found.date)
        self.pairs.delete_if_unused(pair)

    def store(
        self,
        rates: Iterable[DatedRate],
        source: str,
        pair: Pair = PESOS_FOR_A_DOLLAR,
        kind: RateKind = RateKind.MID,
    ) -> StoredRates:
        """Insert or replace the rates of days."""
        dated = list(rates)
        self.pairs.keep(pair)
        versions = [version for _, version in self.rates.upsert(pair, kind, dated, source)]
        if dated:
            self._tell(pair, min(day for day, _ in dated))
        return StoredRates(new=versions.count(_INSERTED), replaced=len(versions) - versions.count(_INSERTED))

    def days_to_fetch(self, today: date) -> DateRange | None:
        """Days from the last rate (or the last 30) up to today without a rate of the dollar; None if there are none.

        Closed months keep the rates they have.
        """
        last = self.rates.last_day(PESOS_FOR_A_DOLLAR, today)
        first = today - timedelta(days=FIRST_FETCH - 1) if last is None else last + timedelta(days=1)
        first = max(first, self.rates.first_open_day())
        return DateRange(first, today) if first <= today else None

    def convert(
        self, amount: Decimal, currency: Currency, target: Currency, day: date, kind: RateKind = RateKind.MID
    ) -> Conversion:
        """Convert an amount at the rate of a day, rounded once; Conflict if a rate is needed and there is none."""
        price = self.price(currency, target, day, kind)
        worth = round_worth(price.worth(amount), target)
        return Conversion(amount, currency, target, day, price.rate, price.day, price.via, worth)

    def _tell(self, pair: Pair, day: date) -> None:
        """Publish that rates of a pair changed from a day on; days before its first rate have that one's."""
        first = self.rates.first_day(pair)
        self.context.publish(RatesChanged(day if first is not None and first < day else None))

    def find_price(self, currency: Currency, target: Currency, day: date) -> Price | None:
        """The price of a currency on a day; None if there is no rate."""
        return find_price(self.session, currency, day, Target(target, pivots(self.base)))

    def price(self, currency: Currency, target: Currency, day: date, kind: RateKind = RateKind.MID) -> Price:
        """The price of a currency on a day; Conflict if there is no rate."""
        found = find_price(self.session, currency, day, Target(target, pivots(self.base), kind))
        if found is None:
            raise self.missing(currency, target, day)
        return found

    def missing(self, currency: Currency, target: Currency, day: date) -> Conflict:
        """The error that a rate is missing on a day."""
        return Conflict(_explained(currency, target, day, self.remedy), code=MISSING)

    def known(self) -> list[Currency]:
        """Currencies in which totals may be requested: COP, USD, the company's, and all that have a rate."""
        return list(dict.fromkeys((*COP_AND_USD, self.base, *known_currencies(self.session))))

    def require_known(self, currency: Currency | None) -> None:
        """Invalid if totals can't be requested in a currency."""
        if currency is None or currency in COP_AND_USD or currency is self.base:
            return  # without a query
        if currency not in self.known():
            raise Invalid.field("currency", f"There is no exchange rate of {currency}.")

    def require_rates(self, found: Iterable[Sum], target: Currency) -> None:
        """Conflict if one of the sums lacks a rate; it names the currencies and the day."""
        for one in found:
            if one.missing is not None:
                raise self.missing(one.missing.currency, target, one.missing.day)


class MissingRate(NamedTuple):
    """Warning that a total needs a rate that there is not."""

    code: str
    detail: str
    base: Currency
    quote: Currency
    date: date


def missing_rates(found: Iterable[Sum], target: Currency, remedy: str = REMEDY) -> list[MissingRate]:
    """A warning for each currency that the sums need a rate of, with the earliest day."""
    days: dict[Currency, date] = {}
    for one in found:
        if one.missing is not None:
            day, currency = one.missing
            days[currency] = min(day, days.get(currency, day))
    return [missing_rate(currency, target, day, remedy) for currency, day in sorted(days.items())]


def missing_rate(currency: Currency, target: Currency, day: date, remedy: str = REMEDY) -> MissingRate:
    """The warning that a rate is missing on a day."""
    return MissingRate(MISSING, _explained(currency, target, day, remedy), currency, target, day)


def _explained(currency: Currency, target: Currency, day: date, remedy: str) -> str:
    return f"There is no exchange rate from {currency} to {target} for {day}. {remedy}"
