"""The part of an amount that is tax on sales (IVA in Colombia)."""

from decimal import Decimal

from app.kernel.errors import Invalid
from app.kernel.money import Currency, round_worth

TAX_TOO_HIGH = Invalid.field("tax_amount", "Must be less than the amount.")


def tax_within(amount: Decimal, rate: Decimal, currency: Currency) -> Decimal:
    """The tax within an amount that includes it, at a rate of what is left without it."""
    return amount - round_worth(amount / (1 + rate), currency)


def tax_of_part(tax: Decimal, amount: Decimal, before: Decimal, part: Decimal, currency: Currency) -> Decimal:
    """The tax in a part of an amount of which `before` was settled; the taxes of all parts come to the whole tax.

    The tax of what is settled so far is rounded, and a part gets what it adds to that, so no cent is lost or made.
    """
    return round_worth(tax * (before + part) / amount, currency) - round_worth(tax * before / amount, currency)
