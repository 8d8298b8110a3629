"""Summary, cash flow, tags and payees by hand, and saved reports."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from app.infra import clock
from app.suites.personal.reports.rules.saved import TAKEN, SavedKind
from tests.conftest import taken_back
from tests.factories.currencies import RateFactory
from tests.factories.personal import Household, Person, own_book, person
from tests.suites.personal.reports.test_reports_api import ACCOUNTS, REPORTS, TRANSACTIONS, enter
from tests.support import Caller

MARCH = {"date_from": "2026-03-01", "date_to": "2026-03-31"}
SAVED = f"{REPORTS}/saved"
JUNE = datetime(2026, 6, 15, 17, tzinfo=UTC)


@pytest.fixture(autouse=True)
def june() -> Iterator[None]:
    """The tests are on 15 June 2026."""
    with clock.frozen(JUNE):
        yield


def account(who: Person, **values: Any) -> int:
    """A new account."""
    return int(who.caller.post(ACCOUNTS, {"type": "checking", **values})["data"]["id"])


@pytest.fixture(scope="module")
def earning(app: Flask) -> Iterator[Person]:
    """Somebody with money, whose book is made once; each test's own changes are taken back."""
    with taken_back(app), clock.frozen(JUNE):
        yield with_money(person(Caller(app.test_client())))


@pytest.fixture
def money(earning: Person, database: None) -> Person:
    return earning


def with_money(ana: Person) -> Person:
    """A book with a salary, spending, a card, dollars, and what reports leave out."""
    RateFactory(date="2026-01-01", rate="4000")
    RateFactory(date="2026-03-20", rate="4100")
    bank = account(ana, name="Banco", opening_balance="1000", opening_date="2026-02-01", position=0)
    card = account(ana, name="Visa", type="credit")
    dollars = account(ana, name="USD", type="savings", currency="USD", opening_balance="10")
    for amount, day, name, values in (
        ("5000", "2026-02-20", "Salary", {"type": "income"}),
        ("600", "2026-03-02", "Rent or mortgage", {"tags": ["casa"]}),
        ("300", "2026-03-05", "Groceries", {"account_id": card, "tags": ["casa", "fiesta"]}),
        ("100", "2026-03-06", "Groceries", {"account_id": card, "is_refund": True}),
        ("77", "2026-03-07", "Gifts", {"exclude_from_reports": True}),
    ):
        enter(ana, amount, day, name, **{"account_id": bank, **values})
    for body in (
        {"amount": "150", "date": "2026-03-10", "account_id": bank, "to_account_id": card},
        {"amount": "4050", "date": "2026-03-11", "account_id": bank, "to_account_id": dollars, "to_amount": "1"},
    ):
        ana.caller.post(TRANSACTIONS, {"type": "transfer", **body})
    return ana


def test_a_summary_says_how_the_net_worth_came_to_change(money: Person) -> None:
    found = money.caller.get(f"{REPORTS}/summary", **MARCH)["data"]
    assert [found[name] for name in ("income", "expenses", "net", "savings_rate")] == [0, 800, -800, None]
    assert [found[name] for name in ("assets", "liabilities", "net_worth", "net_worth_date")] == [
        1123 + 11 * 4100,
        50,
        1073 + 11 * 4100,
        "2026-03-31",
    ]
    change = found["change"]
    assert change == {
        "total": change["total"],
        "net": -800,
        "excluded": -77,
        "contributions": 0,
        "valuations": 0,
        "reconciliations": 0,
        "opening": 0,
        "transfers": 0,
        "fx_effect": 10 * 100 + 50,
    }
    assert change["total"] == sum(value for name, value in change.items() if name != "total")
    assert found["previous"] == {
        "income": 5000,
        "expenses": 0,
        "net": 5000,
        "savings_rate": 1,
        "date_from": "2026-02-01",
        "date_to": "2026-02-28",
    }
    assert [(one["name"], one["amount"], one["share"]) for one in found["top_categories"]] == [
        ("Rent or mortgage", 600, Decimal("0.75")),
        ("Groceries", 200, Decimal("0.25")),
    ]


def test_metrics_are_of_the_cash_and_the_spending(money: Person) -> None:
    metrics = money.caller.get(f"{REPORTS}/summary", **MARCH)["data"]["metrics"]
    assert (metrics["daily_average"], metrics["fixed_share"]) == (Decimal("25.81"), Decimal("0.75"))
    # Outflows of the bank: 600, 77 and 150; of its money 1000 are of 1 February and 5000 of the 20th.
    assert metrics["age_of_money"] is not None
    assert metrics["days_of_buffer"] == (Decimal(1123 + 11 * 4100) * 90 / 800).quantize(Decimal("0.1"))
    assert metrics["emergency_months"] is None
    later = money.caller.get(f"{REPORTS}/summary", date_from="2026-04-01", date_to="2026-04-30")["data"]
    assert later["metrics"]["emergency_months"] == (Decimal(1123 + 11 * 4100) / 800).quantize(Decimal("0.1"))


def test_of_some_accounts_transfers_to_others_are_a_part(money: Person) -> None:
    known = {one["name"]: one["id"] for one in money.caller.get(ACCOUNTS)["data"]}
    found = money.caller.get(f"{REPORTS}/summary", accounts=str(known["Visa"]), **MARCH)["data"]
    assert (found["expenses"], found["change"]["transfers"], found["net_worth"]) == (200, 150, -50)
    assert money.caller.get(f"{REPORTS}/summary", expect=404, accounts="987654")["status"] == 404
    for wrong in ("", "1,", "x", "1;2"):
        assert list(money.caller.get(f"{REPORTS}/summary", expect=400, accounts=wrong)["errors"]) == ["accounts"]


def test_a_summary_is_told_in_another_currency(money: Person) -> None:
    found = money.caller.get(f"{REPORTS}/summary", currency="USD", **MARCH)["data"]
    assert (found["currency"], found["expenses"]) == ("USD", Decimal("0.20"))
    change = found["change"]
    assert change["total"] == sum(value for name, value in change.items() if name != "total")
    assert money.caller.get(f"{REPORTS}/summary", expect=400, currency="JPY")["errors"]["currency"]


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("month", "2026-06-01", "2026-06-30"),
        ("quarter", "2026-04-01", "2026-06-30"),
        ("semester", "2026-01-01", "2026-06-30"),
        ("year", "2026-01-01", "2026-12-31"),
        ("all", "2026-02-01", "2026-06-15"),
    ],
)
def test_periods_are_the_current_ones(money: Person, period: str, first: str, last: str) -> None:
    found = money.caller.get(f"{REPORTS}/summary", period=period)["data"]
    assert (found["date_from"], found["date_to"], found["net_worth_date"]) == (first, last, "2026-06-15")
    assert (found["previous"] is None) is (period == "all")
    assert money.caller.get(f"{REPORTS}/summary", expect=400, period=period, date_to=last)["errors"]["period"]


def test_days_ahead_are_in_the_result_but_not_in_the_net_worth(ana: Person) -> None:
    enter(ana, "100", "2026-06-10", "Groceries")
    enter(ana, "40", "2026-06-20", "Groceries")
    found = ana.caller.get(f"{REPORTS}/summary")["data"]
    assert (found["expenses"], found["net_worth"], found["change"]["net"]) == (140, -100, -100)
    ahead = ana.caller.get(f"{REPORTS}/summary", date_from="2026-07-01", date_to="2026-07-31")["data"]
    assert (ahead["net_worth"], ahead["change"]["total"]) == (-100, 0)


def test_books_of_ones_own_are_joined_and_those_of_others_are_not_there(money: Person, bob: Person) -> None:
    other = own_book(money.caller)
    spent = {"type": "expense", "amount": "50", "date": "2026-03-08"}
    money.caller.post(f"{TRANSACTIONS}?book_id={other}", spent)
    both = f"{money.book_id},{other}"
    found = money.caller.get(f"{REPORTS}/summary", books=both, **MARCH)["data"]
    assert (found["books"], found["expenses"], found["change"]["net"]) == ([money.book_id, other], 850, -850)
    alone = money.caller.get(f"{REPORTS}/net-worth", **MARCH)["data"]["points"][-1]
    joined = money.caller.get(f"{REPORTS}/net-worth", books=both, **MARCH)["data"]["points"][-1]
    assert joined["net_worth"] == alone["net_worth"] - 50 == found["net_worth"]
    for name in ("summary", "net-worth"):
        bob.caller.get(f"{REPORTS}/{name}", expect=404, books=f"{bob.book_id},{other}")
        query = {"books": both, "book_id": other}
        assert list(money.caller.get(f"{REPORTS}/{name}", expect=400, **query)["errors"]) == ["books"]


def test_cash_flow_goes_from_one_balance_to_the_next(money: Person) -> None:
    found = money.caller.get(f"{REPORTS}/cash-flow", date_from="2026-02-01", date_to="2026-03-31")["data"]
    assert [
        [one[name] for name in ("month", "opening_balance", "income", "expenses", "transfers", "other", "fx_effect")]
        for one in found["months"]
    ] == [
        ["2026-02", 40_000, 5000, 0, 0, 1000, 0],
        ["2026-03", 46_000, 0, 600, -150 - 50, -77, 10 * 100 + 100],
    ]
    for one in (found, *found["months"]):
        moved = one["net"] + one["transfers"] + one["other"] + one["fx_effect"]
        assert one["opening_balance"] + moved == one["closing_balance"]
    assert found["closing_balance"] == 1123 + 11 * 4100


def test_several_tags_count_each_and_the_totals_count_them_once(money: Person) -> None:
    found = money.caller.get(f"{REPORTS}/tags", **MARCH)
    assert [(one["tag"], one["expenses"], one["transactions"]) for one in found["data"]] == [
        ("casa", 900, 2),
        ("fiesta", 300, 1),
        (None, -100, 1),
    ]
    assert (found["totals"]["expenses"], found["currency"]) == (800, "COP")


def test_tags_of_parts_are_of_their_part_alone(ana: Person) -> None:
    splits = [{"amount": "30", "tags": ["a"]}, {"amount": "20"}, {"amount": "50", "tags": ["b"]}]
    enter(ana, "100", "2026-03-01", splits=splits, tags=["b"])
    found = ana.caller.get(f"{REPORTS}/tags", **MARCH)["data"]
    assert [(one["tag"], one["expenses"]) for one in found] == [("b", 100), ("a", 30)]


def test_payees_have_their_names_and_the_rest_none(ana: Person) -> None:
    enter(ana, "30", "2026-03-01", "Groceries")
    [nobody] = ana.caller.get(f"{REPORTS}/payees", **MARCH)["data"]
    assert (nobody["payee_id"], nobody["name"], nobody["expenses"], nobody["average"], nobody["last_used"]) == (
        None,
        None,
        30,
        30,
        "2026-03-01",
    )


@pytest.mark.parametrize("report", list(SavedKind))
def test_a_saved_report_says_what_its_own_address_says(money: Person, report: SavedKind) -> None:
    given = {"period": "year", "from": "2026-02", "to": "2026-03", "months": 6, "days": 5}
    params = {name: value for name, value in given.items() if name in TAKEN[report]}
    saved = money.caller.post(SAVED, {"name": report.value, "report": report.value, "params": params})["data"]
    assert saved["params"] == params
    run = money.caller.get(f"{SAVED}/{saved['id']}/run")["data"]
    own = money.caller.get(f"{REPORTS}/{report.value}", **params)
    result = run["result"].get("items") if "pagination" in own else run["result"]
    assert (run["name"], result) == (report.value, own["data"])


def test_saved_reports_are_changed_and_deleted(home: Household) -> None:
    path, book = SAVED, {"book_id": home.book_id}
    body = {"name": "Año", "report": "category", "params": {"period": "year", "depth": 2}}
    made = home.editor.caller.post(f"{path}?book_id={home.book_id}", body)["data"]
    again = {**body, "name": "AÑO"}
    assert home.owner.caller.post(f"{path}?book_id={home.book_id}", again, expect=409)["code"] == "name_taken"
    one = f"{path}/{made['id']}"
    assert home.editor.caller.put(one, {"name": "Otro"})["data"]["params"] == body["params"]
    assert home.viewer.caller.get(path, **book)["data"][0]["name"] == "Otro"
    assert home.viewer.caller.put(one, {"name": "Mío"}, expect=403)["code"] == "viewer_only"
    changed = home.owner.caller.put(one, {"report": "tags", "params": {"accounts": [1]}})["data"]
    assert changed["params"] == {"accounts": [1]}
    home.owner.caller.get(f"{one}/run", expect=404)
    home.owner.caller.delete(one)
    home.owner.caller.get(one, expect=404)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "x", "report": "monthly", "params": {"depth": 1}}, "params"),
        ({"name": "x", "report": "nothing"}, "report"),
        ({"name": "x", "report": "tags", "params": {"period": "day"}}, "params"),
        ({"name": "x", "report": "tags", "params": {"book_id": 1}}, "params"),
        ({"name": "x", "report": "tags", "params": []}, "params"),
        ({"report": "tags"}, "name"),
    ],
)
def test_parameters_that_a_report_does_not_take_are_refused(ana: Person, body: dict[str, Any], field: str) -> None:
    assert list(ana.caller.post(SAVED, body, expect=400)["errors"]) == [field]
