from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.currencies import Currency
from app.kernel.errors import Invalid
from app.kernel.periods import Month
from app.suites.personal.goals.rules.debts import Debt, Installment, Minimum, Strategy, compare, make_plan, order_of

D = Decimal
USD = Currency.USD
JANUARY = Month(2026, 1)


def debt(id_: int, owed, apr=0, minimum=0) -> Debt:
    return Debt(id_, D(owed), D(apr), Minimum(D(minimum)))


def plan(*debts: Debt, extra=0, strategy=Strategy.AVALANCHE):
    return make_plan(debts, order_of(debts, strategy), D(extra), JANUARY, USD)


def test_a_debt_bears_interest_each_month_before_its_payment():
    found = plan(debt(1, 1000, 12, 500), extra=100)
    assert [one for month in found.schedule for one in month.installments] == [
        Installment(1, D(1000), D("10.00"), D(600), D("410.00")),
        Installment(1, D("410.00"), D("4.10"), D("414.10"), D(0)),
    ]
    assert (found.months, found.interest, found.paid) == (2, D("14.10"), D("1014.10"))
    assert found.paid_off == {1: Month(2026, 2)}


@pytest.mark.parametrize(
    ("strategy", "order"),
    [(Strategy.AVALANCHE, [3, 1, 4, 2]), (Strategy.SNOWBALL, [2, 3, 4, 1]), (Strategy.CUSTOM, [4, 1, 2, 3])],
)
def test_the_order_goes_by_the_rate_the_balance_or_ones_own_list_and_equal_ones_by_id(strategy, order):
    debts = [debt(4, 500, 10), debt(1, 900, 10), debt(2, 100, 5), debt(3, 500, 20)]
    assert order_of(debts, strategy, [4, 1, 2, 3]) == order


@pytest.mark.parametrize("custom", [[1], [1, 1], [1, 2, 3], [1, 3]])
def test_an_order_of_ones_own_names_each_debt_once(custom):
    with pytest.raises(Invalid) as refused:
        order_of([debt(1, 5), debt(2, 5)], Strategy.CUSTOM, custom)
    assert list(refused.value.errors) == ["order"]


def test_the_order_of_a_snowball_stays_that_of_its_start():
    # The second debt falls below the first by its minimum payments, which changes nothing.
    found = plan(debt(1, 300, 0, 10), debt(2, 310, 0, 200), extra=20, strategy=Strategy.SNOWBALL)
    assert found.order == [1, 2]
    assert [one.payment for one in found.schedule[0].installments] == [30, 200]


def test_a_payment_that_is_free_goes_on_in_the_same_month():
    found = plan(debt(1, 50, 0, 80), debt(2, 500, 0, 10), extra=5, strategy=Strategy.SNOWBALL)
    assert [[one.payment for one in month.installments] for month in found.schedule[:2]] == [[50, 45], [95]]


@pytest.mark.parametrize(("balance", "payment"), [("1000", "20.00"), ("500", "15"), ("750", "15"), ("750.25", "15.01")])
def test_a_minimum_of_a_percentage_does_not_fall_below_its_floor(balance, payment):
    assert str(Minimum(None, D(2), D(15)).of(D(balance), USD)) == payment


@pytest.mark.parametrize(
    "debts",
    [
        [debt(1, 1000, 12, 10)],  # the interest is the payment
        [debt(1, 1000, 12, 9)],
        [debt(1, 1000)],
        [debt(1, 10, 0, 10), debt(2, 9000000, 400, 1)],
    ],
)
def test_a_debt_that_is_never_paid_off_is_said_to_be_one(debts):
    found = plan(*debts)
    assert found.never_paid_off
    assert (found.months, found.interest, found.paid, found.schedule) == (None, None, None, [])


def test_a_minimum_that_is_free_pays_off_a_debt_that_alone_never_would():
    assert not plan(debt(1, 100, 0, 10), debt(2, 1000, 12, 9)).never_paid_off


def test_without_debts_there_is_nothing_to_pay():
    assert (plan().months, plan(debt(1, 0)).months, plan().interest) == (0, 0, 0)


def test_both_strategies_are_compared():
    debts = [debt(1, 3000, 25, 60), debt(2, 500, 5, 20)]
    found = compare(debts, D(200), JANUARY, USD)
    avalanche, snowball = found[Strategy.AVALANCHE], found[Strategy.SNOWBALL]
    assert (avalanche.order, snowball.order) == ([1, 2], [2, 1])
    assert avalanche.interest < snowball.interest


MONEY = st.integers(0, 10**6).map(lambda cents: D(cents) / 100)
MINIMUM = st.builds(Minimum, st.integers(1, 300).map(D)) | st.builds(
    Minimum, st.none(), st.integers(3, 10).map(D), st.integers(1, 50).map(D)
)
DEBTS = st.lists(
    st.builds(Debt, st.integers(1, 9), MONEY, st.integers(0, 30).map(D), MINIMUM),
    max_size=4,
    unique_by=lambda one: one.id,
)


@given(DEBTS, st.integers(0, 500).map(D), st.sampled_from([Strategy.AVALANCHE, Strategy.SNOWBALL]))
def test_the_schedule_adds_up_month_by_month(debts, extra, strategy):
    found = make_plan(debts, order_of(debts, strategy), extra, JANUARY, USD)
    balances = {one.id: one.owed for one in debts if one.owed}
    for place, month in enumerate(found.schedule):
        assert month.month == JANUARY.plus(place)
        assert {one.debt_id: one.opening for one in month.installments} == balances
        assert [one for one in month.installments if one.balance != one.opening + one.interest - one.payment] == []
        assert [one for one in month.installments if one.payment < 0 or one.balance < 0] == []
        balances = {one.debt_id: one.balance for one in month.installments if one.balance}
    if not found.never_paid_off:
        assert balances == {}
        assert found.paid == sum((one.owed for one in debts), D(0)) + found.interest


@given(DEBTS, st.integers(0, 500).map(D))
def test_more_money_never_takes_longer(debts, extra):
    less, more = (
        make_plan(debts, order_of(debts, Strategy.AVALANCHE), one, JANUARY, USD) for one in (extra, extra + 50)
    )
    if not less.never_paid_off:
        assert more.months <= less.months
