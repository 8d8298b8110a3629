"""A book's own exchange rates, which win over the common ones."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import ClassVar, NotRequired, TypedDict, Unpack

from app.core.currencies.rules import Leg, Price
from app.core.currencies.service import CurrencyService, exchange
from app.infra.books import BookAccess
from app.infra.queries.amounts import Exchange
from app.kernel.errors import Invalid
from app.kernel.money import Currency
from app.kernel.paging import Page, PageRequest, Sort
from app.kernel.periods import require_order
from app.suites.personal.books.models import BookRate, BookRateRecord
from app.suites.personal.books.queries import BookRateFilter, BookRateRepository, at_own_rates
from app.suites.personal.books.service.access import InBookService

_NEWEST_FIRST = (Sort("date", descending=True),)


class NewBookRate(TypedDict):
    """The price of a currency on a day, by default in the currency of the book."""

    date: date
    base: Currency
    quote: NotRequired[Currency]
    rate: Decimal


class BookRateFilters(TypedDict, total=False):
    """The criteria of a list of rates."""

    base: Currency
    quote: Currency
    date_from: date
    date_to: date


class BookRateService(InBookService):
    """Keeps a book's own rates."""

    model: ClassVar = BookRate

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.rates = BookRateRepository(access)

    def page(self, request: PageRequest, **filters: Unpack[BookRateFilters]) -> Page[BookRateRecord]:
        """One page of rates, the newest first."""
        require_order(filters.get("date_from"), filters.get("date_to"))
        ordered = replace(request, sort=request.sort or _NEWEST_FIRST)
        return self.rates.page(BookRateFilter(**filters), ordered)

    def get(self, rate_id: int) -> BookRateRecord:
        """One rate."""
        return self.rates.get(rate_id)

    def enter(self, **values: Unpack[NewBookRate]) -> tuple[BookRateRecord, bool]:
        """Enter a rate, in place of one of the same pair and day; returns it, and whether it is new."""
        self.access.require_writer()
        base, quote, day = values["base"], values.get("quote", self.access.currency), values["date"]
        if base is quote:
            raise Invalid.field("quote", "Must be another currency than the base.")
        turned = self.rates.find(quote, base, day)
        if turned is not None:
            self.rates.delete(self.rates.get_for_update(turned))
        known = self.rates.find(base, quote, day)
        if known is not None:
            self.rates.change(self.rates.get_for_update(known), {"rate": values["rate"]})
            return self.rates.get(known), False
        own = {"date": day, "base": base, "quote": quote, "rate": values["rate"]}
        made = BookRate(book_id=self.access.book_id, created_by=self.access.user_id, **own)
        return self.rates.get(self.rates.add(made).id), True

    def delete(self, rate_id: int) -> None:
        """Delete a rate."""
        self.rates.delete(self.rates.get_for_update(rate_id))


def find_price(access: BookAccess, currency: Currency, day: date, target: Currency | None = None) -> Price | None:
    """The price of a currency on a day: the book's own, or else the common one; None without a rate.

    It is in another currency, or else in that of the book.
    """
    target = target or access.currency
    if currency is target:
        return Price()
    own = BookRateRepository(access).price(currency, target, day)
    if own is not None:
        return Price((Leg(own.rate, own.date, own.inverse),))
    return CurrencyService(access.context).find_price(currency, target, day)


def price_of(access: BookAccess, currency: Currency, day: date) -> Price:
    """The price of a currency in that of the book on a day; Conflict if there is no rate."""
    found = find_price(access, currency, day)
    if found is None:
        raise currencies_of(access).missing(currency, access.currency, day)
    return found


def remedy_of(access: BookAccess) -> str:
    """Advice for the members of a book where a rate is missing: they enter the common ones nowhere."""
    prefix = access.context.settings.suite_prefixes["personal"]
    return f"Enter one of this pair: POST {prefix}/rates?book_id={access.book_id}."


def currencies_of(access: BookAccess) -> CurrencyService:
    """The common rates, with errors that name the rates of the book."""
    return CurrencyService(access.context, remedy_of(access))


def exchange_of(access: BookAccess) -> Exchange:
    """Conversion in SQL at the rates of a book; its statements have the parameter `book_id`."""
    return at_own_rates(exchange(access.context.company.base_currency))
