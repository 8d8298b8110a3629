"""Charges: expenses as insights see them."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from app.kernel.money import Currency


class Charge(NamedTuple):
    """An expense of an account; refunds are none."""

    id: int
    day: date
    amount: Decimal
    currency: Currency
    account_id: int
    category_id: int | None
    payee: str
    """Normalised name, empty if there is none: charges with the same one are of one payee."""
    payee_id: int | None = None
    recurring_id: int | None = None
    """Recurring transaction that it was entered by."""


class Payee(NamedTuple):
    """Payee of a charge, as the charges of an account are grouped."""

    payee: str
    account_id: int
    currency: Currency


def by_payee(charges: Iterable[Charge]) -> dict[Payee, list[Charge]]:
    """Charges of each payee and account, in the order of their days; those without a payee are left out."""
    found: dict[Payee, list[Charge]] = {}
    for one in in_order(charges):
        if one.payee:
            found.setdefault(Payee(one.payee, one.account_id, one.currency), []).append(one)
    return found


def in_order(charges: Iterable[Charge]) -> list[Charge]:
    """Charges in the order of their days."""
    return sorted(charges, key=lambda one: (one.day, one.id))


def amounts_of(charges: Sequence[Charge]) -> list[Decimal]:
    """Their amounts."""
    return [one.amount for one in charges]
