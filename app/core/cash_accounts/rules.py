"""Rules of cash accounts."""

from decimal import Decimal
from enum import StrEnum

from app.kernel.money import Currency, round_money


class CashAccountKind(StrEnum):
    """Kind of a cash account: an account at a bank, or a till."""

    BANK = "Banco"
    TILL = "Caja"


def decimals_problem(amount: Decimal, currency: Currency) -> str | None:
    """Message if an amount has more decimals than its currency."""
    if round_money(amount, currency) == amount:
        return None
    return f"Must have at most {currency.digits} decimals, as {currency} has."


def arrival_problem(amount: Decimal, received: Decimal | None, currency: Currency, target: Currency) -> str | None:
    """Message if the amount that arrives does not fit the one that leaves, in these currencies."""
    if currency is target:
        return None if received in {None, amount} else "Between accounts in one currency all that leaves arrives."
    return "Between accounts in two currencies the amount that arrives is required." if received is None else None
