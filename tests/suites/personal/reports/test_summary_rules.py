"""Rules of the summary: parts of a change, age of money, spans of days."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.ledger.rules import AccountKind
from app.kernel.money import Currency
from app.kernel.periods import DateRange, MonthCalendar, Period
from app.suites.personal.reports.rules.summary import (
    Bucket,
    LedgerSum,
    Span,
    age_of_money,
    change_of,
    flows_of,
    is_fixed,
    lasting,
    median_spending,
)

DAY = date(2026, 1, 1)
SUMS = [
    LedgerSum(AccountKind.INCOME, None, False, Decimal("-100.004")),
    LedgerSum(AccountKind.EXPENSE, None, False, Decimal("30.005")),
    LedgerSum(AccountKind.EXPENSE, None, True, Decimal(7)),
    LedgerSum(AccountKind.EQUITY, "opening", False, Decimal(-50)),
    LedgerSum(AccountKind.EQUITY, "conversion", False, Decimal(3)),
    LedgerSum(AccountKind.EQUITY, "valuation", False, Decimal(-20)),
    LedgerSum(AccountKind.ASSET, None, False, Decimal(130)),
]


def days(n: int) -> date:
    return DAY + timedelta(days=n)


def test_parts_of_a_change_add_up_and_rates_get_the_rest() -> None:
    change = change_of(flows_of(SUMS), Decimal("131.50"), Currency.USD, all_accounts=True)
    assert (change.net, change.excluded, change.opening, change.valuations) == (
        Decimal("69.99"),
        Decimal(-7),
        Decimal(50),
        Decimal(20),
    )
    parts = change.net + change.excluded + change.opening + change.valuations + change.transfers + change.fx_effect
    assert (parts, change.transfers, change.fx_effect) == (Decimal("131.50"), 0, Decimal("-1.49"))


def test_of_some_accounts_transfers_are_what_nothing_else_explains() -> None:
    change = change_of(flows_of(SUMS), Decimal(130), Currency.USD, all_accounts=False)
    assert (change.transfers, change.fx_effect) == (Decimal("-3.00"), Decimal("0.01"))


@pytest.mark.parametrize(
    ("inflows", "spent", "outflows", "age"),
    [
        ([(0, 100)], 0, [(10, 40)], 10),
        ([(0, 100)], 0, [(10, 40), (20, 40)], 15),
        ([(0, 100), (30, 100)], 0, [(40, 200)], 25),
        ([(0, 100), (30, 100)], 100, [(40, 50)], 10),
        ([(0, 100)], 0, [(10, 200)], 5),
        ([(20, 100)], 0, [(10, 50)], 0),
        ([], 0, [(10, 50)], 0),
        ([(0, 100)], 0, [], None),
    ],
)
def test_age_of_money_is_first_in_first_out(
    inflows: list[tuple[int, int]], spent: int, outflows: list[tuple[int, int]], age: int | None
) -> None:
    found = age_of_money(
        [Bucket(days(n), Decimal(amount)) for n, amount in inflows],
        Decimal(spent),
        [Bucket(days(n), Decimal(amount)) for n, amount in outflows],
    )
    assert found == age


_FLOWS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 50)), max_size=12)


@settings(max_examples=40)
@given(_FLOWS, _FLOWS)
def test_age_of_the_last_outflows_is_that_of_each_single_coin(
    came: list[tuple[int, int]], went: list[tuple[int, int]]
) -> None:
    came, went = sorted(came), sorted(went)
    coins = [day for day, amount in came for _ in range(amount)]
    ages = []
    for day, amount in went:
        taken, coins = coins[:amount], coins[amount:]
        ages.append(Decimal(sum(max(0, day - one) for one in taken)) / amount)
    last = 3
    expected = (sum(ages[-last:], Decimal(0)) / len(ages[-last:])).quantize(Decimal("0.1")) if ages else None
    before = sum(amount for _, amount in went[:-last])
    found = age_of_money(
        [Bucket(days(day), Decimal(amount)) for day, amount in came],
        Decimal(before),
        [Bucket(days(day), Decimal(amount)) for day, amount in went[-last:]],
    )
    assert found is expected or (found is not None and expected is not None and abs(found - expected) <= Decimal("0.1"))


def test_periods_are_of_the_months_of_the_book() -> None:
    calendar = MonthCalendar(25)
    quarter = Span.of_period(Period.QUARTER, calendar, date(2026, 5, 3))
    assert (quarter.days, quarter.before) == (
        DateRange(date(2026, 3, 25), date(2026, 6, 24)),
        DateRange(date(2025, 12, 25), date(2026, 3, 24)),
    )


@pytest.mark.parametrize(
    ("flags", "fixed"),
    [(["subscription"], True), (["essential"], True), (["groceries", "essential"], False), ([], False)],
)
def test_shopping_is_no_fixed_spending(flags: list[str], fixed: bool) -> None:
    assert is_fixed(flags) is fixed


def test_money_lasts_for_no_less_than_nothing() -> None:
    assert (lasting(Decimal(-5), Decimal(1)), lasting(Decimal(5), Decimal(0)), lasting(Decimal(5), Decimal(2))) == (
        0,
        None,
        Decimal("2.5"),
    )


def test_months_before_the_first_spending_are_no_months() -> None:
    assert median_spending([Decimal(0), Decimal(0), Decimal(10), Decimal(0), Decimal(20)]) == 10
