"""Demo accounts of the household, in two currencies, with a card and a loan."""

from datetime import date
from decimal import Decimal

from app.infra.context import Context
from app.kernel.money import Currency
from app.kernel.periods import Month
from app.suites.personal.accounts.rules import AccountType
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.accounts.service.accounts import NewAccount
from app.suites.personal.books.service.demo import demo_household

YEARS = 3
_COP, _USD = Currency.COP, Currency.USD
_ACCOUNTS: tuple[NewAccount, ...] = (
    {
        "name": "Cuenta de ahorros",
        "type": AccountType.CHECKING,
        "currency": _COP,
        "opening_balance": Decimal(6_500_000),
        "low_balance": Decimal(500_000),
        "institution": "Bancolombia",
    },
    {
        "name": "Visa",
        "type": AccountType.CREDIT,
        "currency": _COP,
        "credit_limit": Decimal(12_000_000),
        "statement_day": 20,
        "due_day": 5,
        "apr": Decimal("27.5"),
        "minimum_percent": Decimal(5),
    },
    {
        "name": "Ahorro en dólares",
        "type": AccountType.SAVINGS,
        "currency": _USD,
        "opening_balance": Decimal(1_200),
    },
    {
        "name": "Crédito de vivienda",
        "type": AccountType.LOAN,
        "currency": _COP,
        "opening_balance": Decimal(-185_000_000),
        "original_amount": Decimal(210_000_000),
        "apr": Decimal("11.4"),
        "term_months": 180,
        "minimum_amount": Decimal(2_450_000),
    },
    {
        "name": "Apartamento",
        "type": AccountType.PROPERTY,
        "currency": _COP,
        "opening_balance": Decimal(320_000_000),
    },
)


def seed(context: Context, today: date) -> None:
    """Open the accounts three years ago."""
    accounts = AccountService(demo_household(context, today))
    opened = Month.of(today).plus(-12 * YEARS).first_day
    for values in _ACCOUNTS:
        dated: NewAccount = {**values, "opening_date": opened}
        accounts.create(**dated)
