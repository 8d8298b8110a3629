"""Settings of the company that services calculate with, as plain values."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.kernel.money import Currency


@dataclass(frozen=True, slots=True)
class CompanySettings:
    """Values of the company for calculations."""

    revision: str
    """Changes with every change of the row, whoever makes it."""
    name: str
    timezone: ZoneInfo
    base_currency: Currency
    opening_balance: Decimal
    opening_date: date | None
    """The opening balance counts from the start of this day; from the first movement where it is None."""
    tax_rate: Decimal
    marketing_categories: tuple[str, ...]
    capital_income_types: tuple[str, ...]
    capital_expense_categories: tuple[str, ...]
    cashflow_suites: tuple[str, ...]
