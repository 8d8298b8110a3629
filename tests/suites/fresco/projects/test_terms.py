"""Fees of a plan, from its columns."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from app.kernel.money import Currency
from app.kernel.recurrence import Frequency
from app.suites.fresco.projects.rules import (
    ChargeFrequency,
    ImplementationFee,
    PlanType,
    RecurringFee,
    implementation_fee_of,
    recurring_fee_of,
)

COLUMNS: dict[str, Any] = {
    "implementation_fee_total": Decimal("3000.00"),
    "implementation_fee_currency": Currency.COP,
    "implementation_fee_installments": 3,
    "recurring_fee_amount": Decimal("99.95"),
    "recurring_fee_currency": Currency.USD,
    "recurring_fee_frequency": ChargeFrequency.WEEKLY,
    "recurring_fee_day_of_charge": 5,
    "recurring_fee_grace_periods": 1,
    "recurring_fee_discount_periods": 2,
    "recurring_fee_discount_percentage": Decimal("12.50"),
}
WHOLE = RecurringFee(Decimal("99.95"), Currency.USD, Frequency.WEEKLY, 5, 1, 2, Decimal("12.50"))
PLAIN = RecurringFee(Decimal("99.95"), Currency.USD, Frequency.WEEKLY, None, 0, 0, Decimal(0))
UNSAID = {
    "recurring_fee_day_of_charge": None,
    "recurring_fee_grace_periods": None,
    "recurring_fee_discount_periods": None,
    "recurring_fee_discount_percentage": None,
}


def stored(**changes: Any) -> SimpleNamespace:
    return SimpleNamespace(**COLUMNS | changes)


def test_the_fee_has_its_columns_values() -> None:
    assert implementation_fee_of(stored()) == ImplementationFee(Decimal("3000.00"), Currency.COP, 3)


def test_a_fee_that_says_nothing_of_installments_is_paid_at_once() -> None:
    assert implementation_fee_of(stored(implementation_fee_installments=None)) == ImplementationFee(
        Decimal("3000.00"), Currency.COP, 1
    )


@pytest.mark.parametrize("name", ["implementation_fee_total", "implementation_fee_currency"])
def test_without_a_total_or_its_currency_there_is_no_fee(name: str) -> None:
    assert implementation_fee_of(stored(**{name: None})) is None


def test_the_recurring_fee_has_its_columns_values() -> None:
    assert recurring_fee_of(stored()) == WHOLE


def test_missing_values_of_a_recurring_fee_are_neutral() -> None:
    assert recurring_fee_of(stored(**UNSAID)) == PLAIN


@pytest.mark.parametrize("name", ["recurring_fee_amount", "recurring_fee_currency", "recurring_fee_frequency"])
def test_without_amount_currency_or_frequency_there_is_no_recurring_fee(name: str) -> None:
    assert recurring_fee_of(stored(**{name: None})) is None


@pytest.mark.parametrize(
    ("kind", "has_fee", "is_recurring"),
    [
        (PlanType.SINGLE_FEE, True, False),
        (PlanType.INSTALLMENTS, True, False),
        (PlanType.SUBSCRIPTION, False, True),
        (PlanType.MIXED, True, True),
    ],
)
def test_a_type_of_plan_has_its_kinds_of_fee(kind: PlanType, has_fee: bool, is_recurring: bool) -> None:
    assert (kind.has_fee, kind.is_recurring) == (has_fee, is_recurring)
