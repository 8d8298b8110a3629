"""Envelopes: both identities over random books, and the worked examples that the rules come from."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.books import CardHandling
from app.kernel.money import round_money
from app.kernel.periods import Month, MonthCalendar
from app.suites.personal.budgets.rules.envelopes import (
    CardPayment,
    Envelope,
    EnvelopeMonth,
    Envelopes,
    MonthFlows,
    MonthPlan,
)
from app.suites.personal.budgets.rules.flows import Book, Kind, envelopes_of, monthly_flows
from tests.soak import SOAK
from tests.suites.personal.budgets.books import (
    ACCOUNTS,
    AT_HOME,
    CARD,
    CASH,
    DOLLARS,
    EUR,
    FIRST,
    LAST,
    OTHER_CARD,
    SAVINGS,
    Case,
    cases,
    cell,
    month_rate,
)

D = Decimal
JANUARY, FEBRUARY, MARCH = Month(2026, 1), Month(2026, 2), Month(2026, 3)
MANY, FEW = settings(max_examples=20000 if SOAK else 200), settings(max_examples=2000 if SOAK else 60)
MONTHS = [FIRST.plus(k) for k in range(LAST - FIRST + 1)]


def explained(found: EnvelopeMonth) -> Decimal:
    """Money by the figures of a month; it must be that of the accounts."""
    envelopes = [one.available + one.credit_over for one in found.categories.values()]
    return sum(envelopes + [one.available for one in found.cards.values()], found.to_assign + found.held)


def months_of(case: Case, months: Iterable[Month] = MONTHS) -> list[EnvelopeMonth]:
    found = case.envelopes
    return [found.at(month) for month in months]


@MANY
@given(cases(handling=CardHandling.PAYMENT))
def test_cash_is_what_is_available_set_aside_to_assign_held_and_lent(case):
    assert [explained(one) for one in months_of(case)] == [case.balances(month) for month in MONTHS]


@MANY
@given(cases(handling=CardHandling.PLAIN))
def test_under_plain_all_balances_are_what_is_available_to_assign_and_held(case):
    found = months_of(case)
    assert [explained(one) for one in found] == [case.balances(month) for month in MONTHS]
    assert not any(one.cards for one in found)
    assert not any(envelope.credit_over for one in found for envelope in one.categories.values())


@FEW
@given(cases(accounts=AT_HOME))
def test_without_other_currencies_there_is_no_effect_of_rates(case):
    flows = monthly_flows(case.book, case.cells, month_rate, LAST)
    assert {one.fx_effect for one in flows.values()} <= {0}
    in_dollars = case.book._replace(accounts=ACCOUNTS)  # none of whose foreign accounts has a posting
    assert monthly_flows(in_dollars, case.cells, month_rate, LAST) == flows


@FEW
@given(cases())
def test_all_that_is_shown_is_in_whole_cents(case):
    for found in months_of(case):
        figures = [found.to_assign, found.free, found.fx_effect, found.deducted, found.income]
        figures += [one for envelope in found.categories.values() for one in envelope]
        figures += [one for payment in found.cards.values() for one in payment]
        assert [one for one in figures if one != round_money(one, EUR)] == []


@FEW
@given(cases())
def test_the_figures_of_a_month_add_up(case):
    found = months_of(case, [FIRST.previous, *MONTHS, LAST.next, LAST.plus(40)])
    for before, one in pairwise(found):
        rest = one.income + one.fx_effect - one.assigned - one.deducted - one.held
        assert one.to_assign == before.to_assign + before.held + rest
        over = [old.cash_over for key, old in before.categories.items() if key not in case.carrying]
        assert one.deducted == sum(over, D(0))


@FEW
@given(cases())
def test_the_figures_of_an_envelope_and_a_payment_add_up(case):
    for before, one in pairwise(months_of(case)):
        for key, envelope in one.categories.items():
            old = before.categories.get(key, Envelope())
            assert envelope.carry == (old.available if old.available >= 0 or key in case.carrying else 0)
            assert envelope.available == envelope.carry + envelope.assigned + envelope.activity
        for card, payment in one.cards.items():
            assert payment.carry == before.cards.get(card, CardPayment()).available
            moved = payment.assigned + payment.funded - payment.paid - payment.income
            assert payment.available == payment.carry + moved


@FEW
@given(cases())
def test_cards_lend_no_more_than_was_spent_on_them_and_the_debt_that_is_carried(case):
    flows = monthly_flows(case.book, case.cells, month_rate, LAST)
    for before, one in pairwise(months_of(case)):
        for key, envelope in one.categories.items():
            on_cards = sum((line.amount for line in flows.get(one.month, MonthFlows()).cards.get(key, ())), D(0))
            debt = before.categories.get(key, Envelope()).credit_over if key in case.carrying else 0
            assert envelope.credit_over == min(envelope.overspent, debt + max(0, -on_cards))


@FEW
@given(cases())
def test_free_is_the_least_that_is_to_assign_from_a_month_on(case):
    found = months_of(case, [*MONTHS, LAST.next, LAST.plus(2)])
    for place, one in enumerate(found):
        assert one.free == min(later.to_assign for later in found[place:])
        assert one.overassigned == (one.free < 0)


@FEW
@given(cases(), st.sampled_from(MONTHS))
def test_earlier_months_do_not_depend_on_later_ones(case, month):
    last = case.book.calendar.days(month).end
    plans = {key: plan for key, plan in case.plans.items() if key <= month}
    cut = Case(case.book, [one for one in case.cells if one.day <= last], plans, case.carrying)
    known = MONTHS[: MONTHS.index(month) + 1]
    for whole, part in zip(months_of(case, known), months_of(cut, known), strict=True):
        # A category or card of later months only is not there yet.
        categories = {key: one for key, one in whole.categories.items() if key in part.categories}
        cards = {key: one for key, one in whole.cards.items() if key in part.cards}
        assert replace(whole, free=part.free, categories=categories, cards=cards) == part


def book(handling=CardHandling.PAYMENT, accounts=AT_HOME, start_day=1) -> Book:
    return Book(EUR, accounts, CardHandling(handling), MonthCalendar(start_day))


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def envelopes(*cells, plans=None, carrying=(), of=None, through=MARCH) -> Envelopes:
    return envelopes_of(of or book(), cells, plans or {}, frozenset(carrying), month_rate, through)


def earned(amount, on="01-01", account=CASH):
    return cell(day(on), account, Kind.INCOME, D(amount))


def spent(amount, on="01-10", account=CASH, category=1):
    return cell(day(on), account, Kind.LINE, -D(amount), category)


def transfer(amount, account, other, on="01-20"):
    moved = D(amount)
    return cell(day(on), account, Kind.TRANSFER, -moved, other=other), cell(
        day(on), other, Kind.TRANSFER, moved, other=account
    )


def assign(month=JANUARY, held=0, cards=None, **by_category):
    amounts = {int(name[1:]): D(amount) for name, amount in by_category.items()}
    return {month: MonthPlan(amounts, {card: D(amount) for card, amount in (cards or {}).items()}, D(held))}


@pytest.mark.parametrize(
    ("assigned", "activity", "carries", "leftover", "next_start", "taken"),
    [
        (100, 60, False, 40, 40, 0),
        (100, 130, False, -30, 0, 30),
        (100, 130, True, -30, -30, 0),
        (0, -20, False, 20, 20, 0),  # a refund
    ],
)
def test_a_category_starts_with_what_was_left_and_overspending_is_taken_unless_it_carries(
    assigned, activity, carries, leftover, next_start, taken
):
    found = envelopes(
        earned(500), spent(activity), plans=assign(c1=assigned), carrying=[1] if carries else [], of=book("plain")
    )
    assert found.at(JANUARY).categories[1].available == leftover
    assert found.at(FEBRUARY).categories[1].carry == next_start
    assert found.at(FEBRUARY).deducted == taken
    assert found.at(FEBRUARY).to_assign == 500 - assigned - taken


def test_money_that_is_held_comes_back_in_the_next_month():
    found = envelopes(earned(500), plans=assign(held=200, c1=100))
    assert (found.at(JANUARY).to_assign, found.at(JANUARY).held) == (200, 200)
    assert (found.at(FEBRUARY).to_assign, found.at(FEBRUARY).held) == (400, 0)


def test_assigning_in_a_future_month_lowers_what_is_free_now():
    found = envelopes(earned(500), plans=assign(c1=100) | assign(MARCH, c1=450))
    assert (found.at(JANUARY).to_assign, found.at(JANUARY).free) == (400, -50)
    assert found.at(JANUARY).overassigned
    assert found.at(Month(2025, 1)).free == -50


@pytest.mark.parametrize(
    ("assigned", "cash", "on_card", "available", "credit_over", "cash_over", "payment"),
    [
        (100, 0, 60, 40, 0, 0, 60),  # funded: the money moves to the payment
        (50, 0, 60, -10, 10, 0, 50),
        (0, 0, 60, -60, 60, 0, 0),
        (50, 30, 40, -20, 20, 0, 20),  # cash is taken first
        (50, 70, 40, -60, 40, 20, 0),
        (50, 70, -30, 10, 0, 0, -30),  # a refund on the card lowers its payment
        (50, 90, -30, -10, 0, 10, -30),
    ],
)
def test_only_funded_purchases_move_money_to_the_cards_payment(
    assigned, cash, on_card, available, credit_over, cash_over, payment
):
    found = envelopes(earned(500), spent(cash), spent(on_card, account=CARD), plans=assign(c1=assigned))
    envelope = found.at(JANUARY).categories[1]
    assert (envelope.available, envelope.credit_over, envelope.cash_over) == (available, credit_over, cash_over)
    assert found.at(JANUARY).cards[CARD].available == payment
    assert (found.at(FEBRUARY).categories[1].carry, found.at(FEBRUARY).deducted) == (max(0, available), cash_over)


def test_overspending_that_is_covered_in_its_month_moves_to_the_payment():
    lines = earned(500), spent(60, account=CARD)
    before, after = envelopes(*lines, plans=assign(c1=50)), envelopes(*lines, plans=assign(c1=60))
    assert [one.at(JANUARY).cards[CARD].available for one in (before, after)] == [50, 60]
    assert after.changed_months(before) == [JANUARY, FEBRUARY]


def test_debt_of_a_category_that_carries_is_covered_in_a_later_month():
    plans = assign(c1=50) | assign(FEBRUARY, c1=10)
    found = envelopes(earned(500), spent(60, account=CARD), plans=plans, carrying=[1])
    assert found.at(JANUARY).categories[1].credit_over == 10
    assert found.at(FEBRUARY).categories[1] == Envelope(D(-10), D(10), D(0), D(0), D(0))
    assert found.at(FEBRUARY).cards[CARD].available == 60


def test_debt_that_carries_is_never_taken_from_the_next_month():
    found = envelopes(earned(500), spent(60, account=CARD), plans=assign(c1=50), carrying=[1])
    assert [found.at(month).deducted for month in (JANUARY, FEBRUARY, MARCH)] == [0, 0, 0]
    assert found.at(MARCH).categories[1].credit_over == 10


@pytest.mark.parametrize(
    ("first", "second", "payments"),
    [(CARD, OTHER_CARD, {CARD: 60, OTHER_CARD: 20}), (OTHER_CARD, CARD, {CARD: 20, OTHER_CARD: 60})],
)
def test_of_several_cards_the_last_purchases_lack_the_money(first, second, payments):
    found = envelopes(earned(500), spent(60, "01-05", first), spent(60, "01-06", second), plans=assign(c1=80))
    assert {card: one.available for card, one in found.at(JANUARY).cards.items()} == payments


def test_a_refund_cancels_purchases_on_its_own_card_the_first_ones_first():
    lines = (
        spent(40, "01-05", CARD),
        spent(30, "01-06", OTHER_CARD),
        spent(40, "01-07", CARD),
        spent(-50, "01-08", CARD),
    )
    found = envelopes(earned(500), *lines, plans=assign(c1=20))
    # 30 of each card remain: those of CARD were bought last, so they and 10 of the other lack the money.
    assert {card: one.available for card, one in found.at(JANUARY).cards.items()} == {CARD: 0, OTHER_CARD: 20}


def test_a_refund_on_another_card_lowers_all_that_cards_may_lend():
    lines = spent(50), spent(100, account=CARD), spent(-30, account=OTHER_CARD)
    january = envelopes(earned(500), *lines).at(JANUARY)
    assert (january.categories[1].credit_over, january.categories[1].cash_over) == (70, 50)
    assert {card: one.available for card, one in january.cards.items()} == {CARD: 30, OTHER_CARD: -30}


def test_older_debt_lacks_the_money_only_after_all_purchases_of_the_month():
    plans = assign(c1=0) | assign(FEBRUARY, c1=50)
    lines = earned(500), spent(40, "01-05", CARD), spent(40, "02-05", OTHER_CARD)
    february = envelopes(*lines, plans=plans, carrying=[1]).at(FEBRUARY)
    assert {card: one.available for card, one in february.cards.items()} == {CARD: 40, OTHER_CARD: 10}


def test_paying_a_card_uses_the_payment_and_an_advance_adds_to_it():
    found = envelopes(
        earned(500), *transfer(80, CASH, CARD), *transfer(30, CARD, CASH), plans=assign(cards={CARD: 100})
    )
    assert found.at(JANUARY).cards[CARD] == CardPayment(D(0), D(100), D(0), D(50), D(0), D(50))


def test_transfers_between_cash_accounts_or_between_cards_change_no_figure():
    found = envelopes(earned(500), *transfer(80, CASH, SAVINGS), *transfer(30, CARD, OTHER_CARD))
    assert (found.at(JANUARY).to_assign, found.at(JANUARY).cards, found.at(JANUARY).categories) == (500, {}, {})


def test_income_on_a_card_is_to_assign_and_lowers_its_payment():
    found = envelopes(earned(500), earned(20, account=CARD))
    assert (found.at(JANUARY).income, found.at(JANUARY).to_assign) == (520, 520)
    assert found.at(JANUARY).cards[CARD].available == -20


@pytest.mark.parametrize(
    ("handling", "kind", "account", "to_assign", "uncategorised"),
    [
        ("payment", Kind.OPENING, CASH, -70, 0),
        ("payment", Kind.OPENING, CARD, 0, 0),
        ("plain", Kind.OPENING, CARD, -70, 0),
        ("payment", Kind.ADJUSTMENT, CASH, 0, -70),
        ("payment", Kind.ADJUSTMENT, CARD, 0, 0),
        ("plain", Kind.ADJUSTMENT, CARD, 0, -70),
    ],
)
def test_openings_are_income_and_adjustments_are_uncategorised_except_on_cards_that_are_paid(
    handling, kind, account, to_assign, uncategorised
):
    january = envelopes(cell(day("01-01"), account, kind, D(-70)), of=book(handling)).at(JANUARY)
    assert (january.to_assign, january.cards) == (to_assign, {})
    assert january.categories.get(None, Envelope()).available == uncategorised


def test_a_transfer_out_of_the_budget_is_activity_of_the_category_that_it_names():
    january = envelopes(earned(500), spent(200, category=2), spent(5, category=None), plans=assign(c2=250)).at(JANUARY)
    assert {key: one.available for key, one in january.categories.items()} == {2: 50, None: -5}


def test_a_balance_in_another_currency_changes_what_is_to_assign_by_its_rate():
    found = envelopes(earned(100, "01-01", DOLLARS), of=book(accounts=ACCOUNTS))
    assert [found.at(month).income for month in (JANUARY, FEBRUARY)] == [D("87.75"), 0]  # at the rate of its day
    assert [found.at(month).to_assign for month in (JANUARY, FEBRUARY, MARCH)] == [91, 92, 93]
    assert [found.at(month).fx_effect for month in (JANUARY, FEBRUARY, MARCH)] == [D("3.25"), 1, 1]


def test_a_month_may_start_on_another_day_than_the_first():
    found = envelopes(earned(500, "01-24"), earned(300, "01-25"), spent(10, "02-24"), of=book(start_day=25))
    assert [found.at(month).income for month in (JANUARY, FEBRUARY)] == [500, 300]
    assert found.at(FEBRUARY).categories[1].activity == -10


def test_months_without_anything_stay_as_the_last_one():
    found = envelopes(earned(500), spent(60), plans=assign(c1=100))
    assert found.at(Month(2150, 1)).categories[1] == Envelope(D(40), D(0), D(0), D(40), D(0))
    assert found.at(Month(2150, 1)).to_assign == 400
    assert found.at(Month(2025, 12)).categories == {}
    assert found.months == [JANUARY, FEBRUARY]


def test_an_empty_book_has_nothing_to_assign():
    assert Envelopes({}, {}).at(JANUARY).to_assign == 0
