"""Converting between COP and USD."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal
from sqlalchemy.orm import Session

from app.domains.currencies import repository
from app.domains.currencies.repository import RateRepository
from app.kernel.errors import Conflict
from app.kernel.money import Currency


class CurrencyService:
    """Rates, and what they make of an amount. A missing rate is an error, never 1 and never 0."""

    def __init__(self, session: Session) -> None:
        self.rates = RateRepository(session)

    def store(self, rates: Sequence[tuple[date, Decimal]], source: str) -> None:
        """Keep these dollar rates in pesos; one of a day that has one takes its place."""
        self.rates.replace(rates, source)

    def converted(
        self,
        amount: ColumnElement[Decimal],
        currency: ColumnElement[Currency],
        day: ColumnElement[date],
        target: Currency,
    ) -> ColumnElement[Decimal]:
        """An SQL expression: the amount at the rate of its own day, unrounded; NULL without any rate."""
        return repository.converted(amount, currency, day, target)

    def item_columns(
        self,
        amount: ColumnElement[Decimal],
        currency: ColumnElement[Currency],
        day: ColumnElement[date],
        target: Currency,
    ) -> tuple[ColumnElement[Any], ...]:
        """What an item of a list gets beside its own amount when a currency is asked for."""
        return (
            func.round(repository.converted(amount, currency, day, target), 2).label("converted_amount"),
            literal(target.value).label("converted_currency"),
            case((currency == target, Decimal(1)), else_=repository.rate_on(day)).label("exchange_rate"),
        )

    def require_rates(self) -> None:
        """Raise Conflict if there is no rate at all: for answers that need one."""
        if not self.rates.known():
            raise Conflict("There is no exchange rate yet.", code="exchange_rate_missing")
