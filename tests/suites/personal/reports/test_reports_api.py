"""Reports of a book, by hand and against plain sums."""

from decimal import Decimal
from typing import Any

from tests.factories.currencies import RateFactory
from tests.factories.personal import Person

ACCOUNTS, CATEGORIES, TRANSACTIONS = (f"/api/personal/{name}" for name in ("accounts", "categories", "transactions"))
REPORTS = "/api/personal/reports"


def named(who: Person, name: str, kind: str = "expense") -> int:
    """A category of the defaults."""
    found = who.caller.get(CATEGORIES, type=kind, per_page=100)["data"]
    return next(int(one["id"]) for one in found if one["name"] == name)


def enter(who: Person, amount: str, day: str, name: str | None = None, **values: Any) -> None:
    """A transaction in a category."""
    kind = values.pop("type", "expense")
    category = {} if name is None else {"category_id": named(who, name, kind)}
    who.caller.post(TRANSACTIONS, {"type": kind, "amount": amount, "date": day, **category, **values})


def test_months_add_up_and_tell_the_change(ana: Person) -> None:
    enter(ana, "1000", "2026-02-10", "Salary", type="income")
    enter(ana, "300.50", "2026-02-11", "Groceries")
    enter(ana, "200", "2026-03-01", "Groceries")
    enter(ana, "50", "2026-03-02", "Groceries", is_refund=True)
    enter(ana, "10", "2026-03-03")
    enter(ana, "999", "2026-03-03", "Gifts", exclude_from_reports=True)
    february, march = ana.caller.get(f"{REPORTS}/monthly", **{"from": "2026-02", "to": "2026-03"})["data"]
    assert (february["income"], february["expenses"], february["net"], february["savings_rate"]) == (
        1000,
        300.5,
        699.5,
        Decimal("0.6995"),
    )
    assert (march["income"], march["expenses"], march["savings_rate"]) == (0, 160, None)
    assert march["change"] == {"income": -1000, "expenses": -140.5, "net": -859.5}
    assert [(one["name"], one["amount"], one["share"]) for one in march["categories"]] == [
        ("Groceries", 150, 0.9375),
        ("Uncategorised", 10, 0.0625),
    ]


def test_a_month_begins_on_the_day_of_the_book(ana: Person) -> None:
    ana.caller.put(ana.path(), {"month_start_day": 25})
    enter(ana, "1", "2026-01-24", "Groceries")
    enter(ana, "2", "2026-01-25", "Groceries")
    enter(ana, "4", "2026-02-24", "Groceries")
    [month] = ana.caller.get(f"{REPORTS}/monthly", month="2026-02")["data"]
    assert (month["date_from"], month["date_to"], month["expenses"]) == ("2026-01-25", "2026-02-24", 6)


def test_a_month_compares_with_the_whole_month_before_and_other_days_with_as_many(ana: Person) -> None:
    enter(ana, "3000", "2026-10-01", "Salary", type="income")
    enter(ana, "3100", "2026-11-01", "Salary", type="income")
    for last, previous in (("2026-11-30", 3000), ("2026-11-29", 0)):
        [salary] = ana.caller.get(f"{REPORTS}/category", date_from="2026-11-01", date_to=last)["data"]["items"]
        assert (salary["amount"], salary["previous"]) == (3100, previous)


def test_categories_are_added_to_the_one_above_them_at_the_level(ana: Person) -> None:
    enter(ana, "30", "2026-03-01", "Groceries")
    enter(ana, "10", "2026-03-01", "Restaurants")
    enter(ana, "60", "2026-02-01", "Restaurants")
    query = {"date_from": "2026-03-01", "date_to": "2026-03-31"}
    [food] = ana.caller.get(f"{REPORTS}/category", **query)["data"]["items"]
    assert (food["name"], food["amount"], food["share"], food["previous"]) == ("Food", 40, 1, 60)
    below = ana.caller.get(f"{REPORTS}/category", depth=2, **query)["data"]["items"]
    assert [(one["name"], one["amount"]) for one in below] == [("Groceries", 30), ("Restaurants", 10)]
    inside = ana.caller.get(f"{REPORTS}/category", category_id=named(ana, "Food"), **query)["data"]["items"]
    assert [one["name"] for one in inside] == ["Groceries", "Restaurants"]


def test_rows_are_rounded_so_that_they_give_their_total(ana: Person) -> None:
    RateFactory(date="2026-01-01", rate="3333.333333")
    dollars = ana.caller.post(ACCOUNTS, {"name": "USD", "type": "cash", "currency": "USD"})["data"]["id"]
    for name in ("Groceries", "Restaurants", "Gifts"):
        enter(ana, "0.01", "2026-03-01", name, account_id=dollars)
    report = ana.caller.get(f"{REPORTS}/category", date_from="2026-03-01", date_to="2026-03-31", depth=2)["data"]
    assert (report["expenses"], sum(one["amount"] for one in report["items"])) == (100, 100)


def test_net_worth_is_that_of_each_day_at_its_rates(ana: Person) -> None:
    RateFactory(date="2026-01-01", rate="4000")
    RateFactory(date="2026-03-01", rate="4100")
    ana.caller.post(ACCOUNTS, {"name": "USD", "type": "savings", "currency": "USD", "opening_balance": "10"})
    ana.caller.post(
        ACCOUNTS, {"name": "Visa", "type": "credit", "opening_balance": "-5000", "opening_date": "2026-02-15"}
    )
    answer = ana.caller.get(f"{REPORTS}/net-worth", date_from="2026-01-10", date_to="2026-03-10")["data"]
    assert [(one["date"], one["assets"], one["liabilities"], one["net_worth"]) for one in answer["points"]] == [
        ("2026-01-31", 40_000, 0, 40_000),
        ("2026-02-28", 40_000, 5_000, 35_000),
        ("2026-03-10", 41_000, 5_000, 36_000),
    ]


def test_without_a_rate_reports_say_which_is_missing(ana: Person) -> None:
    euros = ana.caller.post(ACCOUNTS, {"name": "EUR", "type": "cash", "currency": "EUR"})["data"]["id"]
    enter(ana, "1", "2026-03-01", "Groceries", account_id=euros)
    query = {"date_from": "2026-03-01", "date_to": "2026-03-31"}
    for name in ("category", "net-worth"):
        problem = ana.caller.get(f"{REPORTS}/{name}", expect=409, **query)
        assert problem["code"] == "exchange_rate_missing"
        assert problem["detail"].endswith(f"Enter one of this pair: POST /api/personal/rates?book_id={ana.book_id}.")
    for path in (ACCOUNTS, "/api/personal/transactions"):
        [warning] = ana.caller.get(path)["warnings"]
        assert warning["detail"].endswith(f"POST /api/personal/rates?book_id={ana.book_id}.")
    address = warning["detail"].removesuffix(".").rsplit(" ", 1)[1]
    ana.caller.post(address, {"base": "EUR", "date": "2026-03-01", "rate": "4500"})
    assert ana.caller.get("/api/personal/transactions")["totals"]["expenses"] == 4_500


def test_refused_months_are_named(ana: Person) -> None:
    for query, field in (({"from": "2026-13"}, "from"), ({"from": "2026-02", "to": "2026-01"}, "to")):
        assert list(ana.caller.get(f"{REPORTS}/monthly", expect=400, **query)["errors"]) == [field]


def test_one_month_or_several_are_given(ana: Person) -> None:
    refused = ana.caller.get(f"{REPORTS}/monthly", expect=400, month="2026-02", to="2026-03")
    assert list(refused["errors"]) == ["month"]
