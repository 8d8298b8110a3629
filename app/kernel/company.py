"""Settings of the company that services calculate with, as plain values."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.kernel.money import Currency


class CompanySettings(NamedTuple):
    """Values of the company for calculations, as its row has them."""

    name: str
    country: str
    timezone: str
    base_currency: Currency
    opening_balance: Decimal
    opening_date: date | None
    """The opening balance counts from the start of this day; from the first movement where it is None."""
    tax_rate: Decimal
    marketing_categories: list[str]
    capital_income_types: list[str]
    capital_expense_categories: list[str]
    cashflow_suites: list[str]
    revision: str
    """Changes with every change of the row, whoever makes it."""

    @property
    def zone(self) -> ZoneInfo:
        """Time zone in which the company's days begin."""
        return ZoneInfo(self.timezone)
