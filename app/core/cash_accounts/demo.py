"""Demo cash accounts: a bank in pesos, one in dollars and a till, opened two months ago."""

from datetime import date, timedelta
from decimal import Decimal

from app.core.cash_accounts.rules import CashAccountKind
from app.core.cash_accounts.service import CashAccountService, TransferService
from app.infra.context import Context
from app.kernel.money import Currency
from app.kernel.periods import Month

_COP, _USD = Currency.COP, Currency.USD
_ACCOUNTS = (
    ("Bancolombia corriente", CashAccountKind.BANK, _COP, 48_200_000),
    ("Mercury", CashAccountKind.BANK, _USD, 6_500),
    ("Caja menor", CashAccountKind.TILL, _COP, 300_000),
)


def seed(context: Context, today: date) -> None:
    """Create the accounts; each month the till is filled up from the bank, and once dollars were sold."""
    opening = Month.of(today).plus(-2).first_day
    accounts, transfers = CashAccountService(context), TransferService(context)
    bank, dollars, till = (
        accounts.create(
            name=name, kind=kind, currency=currency, opening_balance=Decimal(balance), opening_date=opening
        ).id
        for name, kind, currency, balance in _ACCOUNTS
    )
    for back in (2, 1, 0):
        day = Month.of(today).plus(-back).first_day
        transfers.create(today=today, from_account_id=bank, to_account_id=till, amount=Decimal(800_000), date=day)
    transfers.create(
        today=today,
        from_account_id=dollars,
        to_account_id=bank,
        amount=Decimal(1_500),
        received_amount=Decimal(6_082_500),
        date=opening + timedelta(days=20),
        notes="Venta de dólares",
    )
