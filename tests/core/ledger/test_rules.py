"""Rules of double entry without a database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.ledger.rules import (
    AccountKind,
    BookKind,
    BookTerms,
    NewEntry,
    NewLine,
    Problem,
    Result,
    Total,
    Worth,
    completed,
    needs_kinds,
    problem_of,
    result_of,
    with_counterparts,
    worth_of,
)

DAY, OTHER = date(2026, 3, 14), date(2026, 3, 15)
COMPANY = BookTerms(BookKind.COMPANY, "COP", cost_center_required=False)
PERSONAL = BookTerms(BookKind.PERSONAL, "COP", cost_center_required=False)
KINDS = {1: AccountKind.ASSET, 2: AccountKind.EXPENSE, 3: AccountKind.EXPENSE, 4: AccountKind.ASSET}


def entry(*lines: tuple[int, str]) -> NewEntry:
    made = tuple(NewLine(account_id=account, amount=Decimal(amount), currency="COP") for account, amount in lines)
    return NewEntry(date=DAY, source="test", lines=made)


def code(problem: Problem | None) -> str | None:
    return None if problem is None else problem.code


def test_a_line_has_the_day_of_its_entry_and_the_base_amount_of_its_currency() -> None:
    given_lines = entry((1, "5"), (2, "-5")).lines
    foreign = replace(given_lines[1], currency="USD", date=OTHER)
    done = completed(replace(entry(), lines=(given_lines[0], foreign)), COMPANY)
    assert [(line.date, line.base_amount) for line in done.lines] == [(DAY, Decimal(5)), (OTHER, None)]
    assert {line.base_amount for line in completed(entry((1, "5")), PERSONAL).lines} == {None}


@pytest.mark.parametrize(
    ("terms", "changes", "expected"),
    [
        (COMPANY, {}, None),
        (COMPANY, {"amount": Decimal(6)}, "entry_unbalanced"),
        (COMPANY, {"amount": Decimal("5.00000")}, None),
        (COMPANY, {"amount": Decimal("5.00001")}, "amount_decimals"),
        (COMPANY, {"amount": Decimal("Infinity")}, "amount_decimals"),
        (COMPANY, {"base_amount": Decimal("4.99999")}, "amount_decimals"),
        (COMPANY, {"date": OTHER}, "line_date"),
        (COMPANY, {"currency": "USD"}, "base_amount_missing"),
        (COMPANY, {"base_amount": Decimal(0)}, "base_amount_missing"),
        (replace(COMPANY, cost_center_required=True), {}, "cost_center_missing"),
        (replace(COMPANY, cost_center_required=True), {"cost_center_id": 1}, None),
        (PERSONAL, {}, None),
        (PERSONAL, {"date": OTHER}, None),
        (PERSONAL, {"amount": Decimal(0)}, "amount_zero"),
        (PERSONAL, {"currency": "USD"}, "entry_unbalanced"),
        (PERSONAL, {"base_amount": Decimal(5)}, "base_amount_given"),
    ],
)
def test_the_first_broken_rule_is_named(terms: BookTerms, changes: dict[str, object], expected: str | None) -> None:
    first, second = entry((1, "5"), (2, "-5")).lines
    changed = replace(entry(), lines=(replace(first, **changes), second))
    assert code(problem_of(completed(changed, terms), terms)) == expected


@pytest.mark.parametrize("count", [0, 1, 10_001])
def test_an_entry_has_two_to_ten_thousand_lines(count: int) -> None:
    assert code(problem_of(entry(*[(1, "1")] * count), COMPANY)) == "line_count"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([(1, "-5"), (2, "5")], [2, 1]),
        ([(2, "-5"), (3, "5")], [3, 2]),
        ([(1, "-5"), (2, "3"), (3, "2")], [None, 1, 1]),  # a purchase of two categories
        ([(1, "-5"), (4, "-1"), (2, "6")], [None, None, None]),  # two accounts pay for one
        ([(1, "-5"), (2, "3"), (2, "2")], [2, 1, 1]),
        ([(2, "-5"), (3, "3"), (2, "2")], [3, 2, 3]),
        ([(1, "-5"), (1, "5")], [None, None]),
    ],
)
def test_the_counterpart_is_the_only_account_on_the_other_side(
    lines: list[tuple[int, str]], expected: list[int | None]
) -> None:
    given_entry = entry(*lines)
    kinds = KINDS if needs_kinds(given_entry) else {}
    assert [line.counterpart_id for line in with_counterparts(given_entry, kinds).lines] == expected


def test_a_given_counterpart_stays() -> None:
    first, second = entry((1, "5"), (2, "-5")).lines
    done = with_counterparts(replace(entry(), lines=(replace(first, counterpart_id=1), second)), {})
    assert [line.counterpart_id for line in done.lines] == [1, 1]


def test_an_entry_that_lacks_nothing_is_not_copied():
    done = with_counterparts(completed(entry((1, "5"), (2, "-5")), PERSONAL), {})
    assert with_counterparts(completed(done, PERSONAL), {}) is done
    assert not needs_kinds(done)


@given(st.lists(st.decimals(-(10**9), 10**9, places=2).filter(bool), min_size=2, max_size=8))
def test_lines_that_do_not_add_up_to_zero_are_refused(amounts: list[Decimal]) -> None:
    lines = [(number, str(amount)) for number, amount in enumerate(amounts)]
    for terms in (COMPANY, PERSONAL):
        problem = problem_of(completed(entry(*lines), terms), terms)
        assert (code(problem) == "entry_unbalanced") == (sum(amounts) != 0)


def test_results_and_worth_are_positive_numbers_by_currency_or_base() -> None:
    def total(kind: AccountKind, currency: str, amount: int, base: int) -> Total:
        return Total(1, kind, currency, Decimal(amount), Decimal(base))

    totals = [
        total(AccountKind.INCOME, "USD", -10, -40),
        total(AccountKind.INCOME, "COP", -5, -5),
        total(AccountKind.EXPENSE, "COP", 3, 3),
        total(AccountKind.ASSET, "USD", 8, 32),
        total(AccountKind.LIABILITY, "COP", -2, -2),
        total(AccountKind.EQUITY, "COP", -9, -9),
    ]
    assert result_of(totals) == Result(Decimal(45), Decimal(3))
    assert result_of(totals, "COP").net == Decimal(2)
    assert worth_of(totals) == Worth(Decimal(32), Decimal(2))
    assert worth_of(totals, "USD").net == Decimal(8)


def test_only_income_and_expenses_make_the_result() -> None:
    assert {kind for kind in AccountKind if kind.is_result} == {AccountKind.INCOME, AccountKind.EXPENSE}
