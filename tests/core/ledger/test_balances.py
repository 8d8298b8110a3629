"""Balances and statements, read from kept sums."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.core.ledger.models import DAY_SUMS, SPAN_SUMS
from app.core.ledger.rules import Result, Worth
from app.core.ledger.service import BalanceService, PostingService
from app.infra.context import Context
from app.kernel.periods import FIRST_DAY, LAST_DAY, DateRange
from tests.factories.ledger import Ledger
from tests.statements import counted

YEAR = DateRange(date(2026, 1, 1), date(2026, 12, 31))


def post(context: Context, ledger: Ledger, *entries: tuple[date, dict[str, str]]) -> None:
    PostingService(context).post_many(ledger.book_id, [ledger.entry(amounts, date=day) for day, amounts in entries])


@pytest.fixture
def year(context: Context, company: Ledger) -> BalanceService:
    """Capital before the year, a sale and rent within it, a sale after it."""
    post(
        context,
        company,
        (date(2025, 12, 31), {"bank": "1000", "capital": "-1000"}),
        (date(2026, 1, 1), {"cash": "300", "sales": "-300"}),
        (date(2026, 5, 31), {"rent": "120", "card": "-120"}),
        (date(2026, 12, 31), {"bank": "50", "cash": "-50"}),
        (date(2027, 1, 1), {"cash": "7", "sales": "-7"}),
    )
    return BalanceService(context, company.book_id)


@pytest.mark.parametrize(
    ("on", "cash"),
    [
        (FIRST_DAY, None),
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), 300),
        (date(2026, 12, 15), 300),
        (date(2026, 12, 16), 300),
        (date(2026, 1, 2), 300),
        (date(2026, 1, 31), 300),
        (date(2026, 2, 1), 300),
        (date(2026, 12, 30), 300),
        (date(2026, 12, 31), 250),
        (date(2027, 1, 1), 257),
        (LAST_DAY, 257),
    ],
)
@pytest.mark.parametrize("folded", [False, True])
def test_a_balance_counts_every_day_up_to_its_own(
    context: Context, company: Ledger, year: BalanceService, on: date, cash: int | None, *, folded: bool
) -> None:
    if folded:
        DAY_SUMS.fold(context.session)
        SPAN_SUMS.fold(context.session)
    found = [one.amount for one in year.balances(on, [company.accounts["cash"]])]
    assert found == ([] if cash is None else [Decimal(cash)])


def test_a_trial_balance_has_debits_and_credits(year: BalanceService) -> None:
    rows = {row.name: (row.opening, row.debit, row.credit, row.closing) for row in year.trial_balance(YEAR)}
    assert rows == {
        "Cash": (0, 300, 50, 250),
        "Bank": (1000, 50, 0, 1050),
        "Card": (0, 0, 120, -120),
        "Capital": (-1000, 0, 0, -1000),
        "Sales": (0, 0, 300, -300),
        "Rent": (0, 120, 0, 120),
    }
    assert [row.code for row in year.trial_balance(YEAR)] == ["1", "2", "3", "4", "5", "6"]


def test_a_trial_balance_has_one_row_for_an_account_of_several_currencies(
    context: Context, company: Ledger, year: BalanceService
) -> None:
    [dollars] = company.entry({"bank": "10"}, "USD").lines
    lines = (replace(dollars, base_amount=Decimal(40)), *company.entry({"sales": "-40"}).lines)
    PostingService(context).post(company.book_id, company.entry({}, lines=lines, date=date(2026, 6, 1)))
    [bank] = [row for row in year.trial_balance(YEAR) if row.name == "Bank"]
    assert (bank.opening, bank.debit, bank.credit, bank.closing) == (1000, 90, 0, 1090)


def test_an_income_statement_has_what_changed_between_two_days(year: BalanceService) -> None:
    statement = year.income_statement(YEAR)
    assert statement.result == Result(Decimal(300), Decimal(120))
    assert statement.by_currency == {"COP": statement.result}
    assert statement.result.net == 180
    assert year.income_statement(DateRange(date(2026, 1, 2), date(2026, 5, 30))).result == Result(
        Decimal(0), Decimal(0)
    )


def test_net_worth_is_what_is_owned_less_what_is_owed(year: BalanceService) -> None:
    assert year.net_worth(date(2026, 12, 31)).worth == Worth(Decimal(1300), Decimal(120))
    assert year.net_worth(date(2026, 1, 1)).by_currency == {"COP": Worth(Decimal(1300), Decimal(0))}


def test_a_personal_book_has_its_statements_by_currency(context: Context, personal: Ledger) -> None:
    posting = PostingService(context)
    posting.post(personal.book_id, personal.entry({"cash": "10", "sales": "-10"}, "USD"))
    posting.post(personal.book_id, personal.entry({"card": "-4", "rent": "4"}))
    balances = BalanceService(context, personal.book_id)
    statement, worth = balances.income_statement(YEAR), balances.net_worth(YEAR.end)
    assert {one: result.net for one, result in statement.by_currency.items()} == {"USD": 10, "COP": -4}
    assert {one: found.net for one, found in worth.by_currency.items()} == {"USD": 10, "COP": -4}
    assert statement.result.net == worth.worth.net == 0


def test_days_are_told_by_counterpart_and_facet(context: Context, personal: Ledger) -> None:
    day = date(2026, 3, 14)
    post(context, personal, (day, {"cash": "-5", "rent": "5"}), (day, {"cash": "-6", "rent": "6"}))
    cash, rent = personal.entry({"card": "2", "rent": "-2"}).lines
    PostingService(context).post(personal.book_id, personal.entry({}, lines=(cash, replace(rent, facet="refund"))))
    found = BalanceService(context, personal.book_id).by_day(DateRange(day, day), [personal.accounts["rent"]])
    assert {(one.counterpart_id, one.facet, one.amount) for one in found} == {
        (personal.accounts["cash"], "", Decimal(11)),
        (personal.accounts["card"], "refund", Decimal(-2)),
    }


def test_an_account_without_lines_until_then_has_no_balance(context: Context, company: Ledger) -> None:
    post(context, company, (date(2026, 3, 31), {"cash": "1", "sales": "-1"}))
    balances = BalanceService(context, company.book_id)
    assert balances.balances(date(2026, 3, 30)) == []
    assert balances.trial_balance(DateRange(date(2026, 3, 1), date(2026, 3, 30))) == []
    assert len(balances.balances(date(2026, 3, 31))) == 2


def test_another_book_is_not_counted(context: Context, company: Ledger, personal: Ledger) -> None:
    post(context, personal, (YEAR.start, {"cash": "1", "sales": "-1"}))
    assert BalanceService(context, company.book_id).balances(YEAR.end, list(personal.accounts.values())) == []
    assert BalanceService(context, company.book_id).trial_balance(YEAR) == []


@pytest.mark.parametrize("batch", [1, 3, 20_000])
def test_folding_goes_on_until_nothing_is_new(
    context: Context, company: Ledger, year: BalanceService, batch: int
) -> None:
    post(context, company, (date(2026, 1, 1), {"cash": "1", "sales": "-1"}))
    before = year.trial_balance(YEAR)
    for sums, removed in ((DAY_SUMS, 2), (SPAN_SUMS, 4)):
        assert replace(sums, batch=batch).fold(context.session) == removed
        assert context.session.scalar(select(func.count()).where(sums.model.folded.is_(False))) == 0
        assert sums.fold(context.session) == 0
        assert sums.violations(context.session) == []
    assert year.trial_balance(YEAR) == before


def test_a_balance_reads_no_lines(context: Context, company: Ledger, year: BalanceService) -> None:
    with counted() as sent:
        year.balances(YEAR.end)
        year.trial_balance(YEAR)
        year.net_worth(YEAR.end)
    assert len(sent) == 3
    assert not any("FROM lines" in statement for statement in sent)


def test_months_are_kept_by_counterpart_and_years_are_not(
    context: Context, company: Ledger, year: BalanceService
) -> None:
    own = SPAN_SUMS.model
    for _ in range(2):
        rows = context.session.execute(select(own.months, own.counterpart_id).where(own.book_id == company.book_id))
        others = {(months, counterpart is not None) for months, counterpart in rows}
        assert others == {(1, True), (12, False)}
        SPAN_SUMS.rebuild(context.session)
