"""Conversion of amounts to the currency of a book."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from app.core.currencies.service import MissingRate, missing_rate
from app.infra.books import BookAccess
from app.kernel.money import Currency, round_worth
from app.suites.personal.books.service import find_price, remedy_of


class Converted(NamedTuple):
    """Amounts in the book's currency, each rounded; None where a rate is missing, of which the warnings tell."""

    amounts: list[Decimal | None]
    warnings: list[MissingRate]


class Converter:
    """Converts amounts at the rate of a day; a missing rate is never 1 and never 0."""

    def __init__(self, access: BookAccess) -> None:
        self.access = access
        self.target = access.currency

    def converted(self, amounts: Iterable[tuple[Decimal, Currency]], day: date) -> Converted:
        """The amounts in the book's currency at the rates of a day."""
        given = list(amounts)
        prices = {
            currency: find_price(self.access, currency, day)
            for currency in dict.fromkeys(currency for _, currency in given)
        }
        found = [
            None if (price := prices[currency]) is None else round_worth(price.worth(amount), self.target)
            for amount, currency in given
        ]
        lacking, remedy = sorted(one for one, price in prices.items() if price is None), remedy_of(self.access)
        return Converted(found, [missing_rate(currency, self.target, day, remedy) for currency in lacking])
