"""Envelopes over HTTP: assigning, cards, months, moving and covering."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.infra import clock
from tests.factories.currencies import RateFactory
from tests.factories.personal import Person
from tests.suites.personal.reports.test_reports_api import enter, named

ENVELOPES, CATEGORIES, ACCOUNTS = (f"/api/personal/{name}" for name in ("envelopes", "categories", "accounts"))
MARCH = f"{ENVELOPES}/2026-03"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.frozen(datetime(2026, 3, 11, 17, tzinfo=UTC)):
        yield


def account(who: Person, name: str, kind: str, **values: Any) -> int:
    """A new account."""
    return int(who.caller.post(ACCOUNTS, {"name": name, "type": kind, **values})["data"]["id"])


def assign(who: Person, month: str, **amounts: str) -> dict[str, Any]:
    """Assign to default categories by their names."""
    given = [{"category_id": named(who, name), "assigned": amount} for name, amount in amounts.items()]
    answer: dict[str, Any] = who.caller.put(f"{ENVELOPES}/{month}", {"assignments": given})["data"]
    return answer


def act(who: Person, verb: str, body: dict[str, Any]) -> dict[str, Any]:
    """Do something with the envelopes of March."""
    answer: dict[str, Any] = who.caller.post(f"{MARCH}/{verb}", body, expect=200)["data"]
    return answer


def of(month: dict[str, Any], name: str) -> dict[str, Any]:
    """An envelope by its category's name."""
    found: dict[str, Any] = next(one for one in month["categories"] if one["name"] == name)
    return found


def month_of(who: Person, month: str) -> dict[str, Any]:
    found: dict[str, Any] = who.caller.get(f"{ENVELOPES}/{month}")["data"]
    return found


def test_income_is_assigned_spent_and_carried(ana: Person) -> None:
    enter(ana, "1000", "2026-02-01", "Salary", type="income")
    assign(ana, "2026-02", Groceries="300", Gifts="50")
    enter(ana, "120", "2026-02-10", "Groceries")
    enter(ana, "20", "2026-02-11", "Groceries", is_refund=True)
    enter(ana, "80", "2026-02-12", "Gifts")
    enter(ana, "5", "2026-02-12")
    february, march = month_of(ana, "2026-02"), month_of(ana, "2026-03")
    assert (february["to_assign"], february["income"], february["assigned"]) == (650, 1000, 350)
    groceries = of(february, "Groceries")
    assert [groceries[name] for name in ("carry", "assigned", "activity", "available")] == [0, 300, -100, 200]
    assert (of(february, "Gifts")["overspent"], of(february, "Uncategorised")["available"]) == (30, -5)
    assert (march["deducted"], march["to_assign"], of(march, "Gifts")["carry"]) == (35, 615, 0)
    assert of(march, "Groceries")["carry"] == 200


def test_an_envelope_may_carry_its_overspending(ana: Person) -> None:
    ana.caller.put(f"{CATEGORIES}/{named(ana, 'Gifts')}", {"overspending": "carry"})
    enter(ana, "80", "2026-02-12", "Gifts")
    march = month_of(ana, "2026-03")
    assert (of(march, "Gifts")["carry"], march["deducted"], march["to_assign"]) == (-80, 0, 0)


def test_assigning_more_than_there_is_is_shown_and_what_is_free_looks_ahead(ana: Person) -> None:
    enter(ana, "100", "2026-03-01", "Salary", type="income")
    assign(ana, "2026-05", Travel="70")
    march = assign(ana, "2026-03", Gifts="50")
    assert (march["to_assign"], march["free"], march["overassigned"]) == (50, -20, True)
    assert month_of(ana, "2026-05")["to_assign"] == -20


def test_a_change_of_a_past_month_names_the_months_that_follow(ana: Person) -> None:
    assign(ana, "2026-03", Gifts="10")
    changed = assign(ana, "2026-02", Gifts="5")
    assert changed["months_changed"] == ["2026-02", "2026-03", "2026-04"]
    assert changed["changes"] == [{"category_id": named(ana, "Gifts"), "account_id": None, "before": 0, "assigned": 5}]
    assert of(month_of(ana, "2026-03"), "Gifts")["carry"] == 5


def test_held_money_comes_back_in_the_next_month(ana: Person) -> None:
    enter(ana, "100", "2026-03-01", "Salary", type="income")
    held = ana.caller.put(MARCH, {"held": "40", "note": "vacaciones"})["data"]
    assert (held["to_assign"], held["held"], held["note"], month_of(ana, "2026-04")["to_assign"]) == (
        60,
        40,
        "vacaciones",
        100,
    )
    assert ana.caller.put(MARCH, {"held": "0"})["data"]["note"] == "vacaciones"


def test_the_list_is_taken_whole_or_not_at_all(ana: Person, bob: Person) -> None:
    gifts = named(ana, "Gifts")
    for wrong, status in (
        ({"category_id": named(bob, "Gifts"), "assigned": "1"}, 404),
        ({"category_id": named(ana, "Salary", "income"), "assigned": "1"}, 400),
        ({"account_id": ana.caller.get(ACCOUNTS)["data"][0]["id"], "assigned": "1"}, 400),
        ({"category_id": gifts, "assigned": "2"}, 400),
        ({"category_id": None, "assigned": "1.001"}, 400),
    ):
        body = {"assignments": [{"category_id": gifts, "assigned": "1"}, wrong]}
        ana.caller.put(MARCH, body, expect=status)
    assert of(month_of(ana, "2026-03"), "Gifts")["assigned"] == 0
    assert list(ana.caller.put(MARCH, {"held": "-1"}, expect=400)["errors"]) == ["held"]
    ana.caller.get(f"{ENVELOPES}/2026-13", expect=404)
    ana.caller.get(f"{ENVELOPES}/9999-12", expect=404)


def test_a_purchase_on_a_card_moves_its_money_to_the_payment(ana: Person) -> None:
    visa = account(ana, "Visa", "credit")
    cash = ana.caller.get(ACCOUNTS)["data"][0]["id"]
    enter(ana, "1000", "2026-03-01", "Salary", type="income", account_id=cash)
    assign(ana, "2026-03", Groceries="100")
    enter(ana, "130", "2026-03-02", "Groceries", account_id=visa)
    march = month_of(ana, "2026-03")
    assert (of(march, "Groceries")["available"], of(march, "Groceries")["credit_over"]) == (-30, 30)
    [card] = march["cards"]
    assert (card["name"], card["funded"], card["available"]) == ("Visa", 100, 100)
    covered = act(ana, "cover", {"to": named(ana, "Groceries")})
    assert (covered["to_assign"], covered["cards"][0]["available"]) == (870, 130)
    enter(ana, "130", "2026-03-10", type="transfer", account_id=cash, to_account_id=visa)
    assert (month_of(ana, "2026-03")["cards"][0]["paid"], month_of(ana, "2026-03")["cards"][0]["available"]) == (130, 0)
    ana.caller.put(ana.path(), {"card_handling": "plain"})
    plain = month_of(ana, "2026-03")
    assert (plain["cards"], of(plain, "Groceries")["available"], plain["to_assign"]) == ([], 0, 870)


def test_an_old_debt_of_a_card_is_paid_by_assigning_to_it(ana: Person) -> None:
    visa = account(ana, "Visa", "credit", opening_balance="-200", opening_date="2026-03-01")
    enter(ana, "500", "2026-03-01", "Salary", type="income")
    body = {"assignments": [{"account_id": visa, "assigned": "200"}]}
    march = ana.caller.put(MARCH, body)["data"]
    assert (march["income"], march["to_assign"], march["cards"][0]["available"]) == (500, 300, 200)


def test_of_several_cards_the_last_purchases_lack_the_money(ana: Person) -> None:
    first, second = account(ana, "Una", "credit"), account(ana, "Otra", "credit")
    assign(ana, "2026-03", Groceries="100")
    enter(ana, "70", "2026-03-03", "Groceries", account_id=second)
    enter(ana, "80", "2026-03-03", "Groceries", account_id=first)
    funded = {card["account_id"]: card["funded"] for card in month_of(ana, "2026-03")["cards"]}
    assert funded == {second: 70, first: 30}


def test_a_transfer_out_of_the_budget_is_paid_by_the_envelope_that_it_names(ana: Person) -> None:
    broker = account(ana, "Bolsa", "investment")
    cash = ana.caller.get(ACCOUNTS)["data"][0]["id"]
    savings = named(ana, "Savings")
    assign(ana, "2026-03", Savings="100")
    moved = {"type": "transfer", "account_id": cash, "to_account_id": broker}
    enter(ana, "60", "2026-03-02", budget_category_id=savings, **moved)
    enter(ana, "7", "2026-03-02", splits=[{"amount": "2", "category_id": named(ana, "Fees")}], **moved)
    march = month_of(ana, "2026-03")
    figures = [of(march, name)["activity"] for name in ("Savings", "Uncategorised", "Fees")]
    assert figures == [-60, -5, -2]
    assert ana.caller.get("/api/personal/reports/category")["data"]["expenses"] == 2


def test_months_begin_on_the_day_of_the_book(ana: Person) -> None:
    ana.caller.put(ana.path(), {"month_start_day": 25})
    enter(ana, "100", "2026-01-25", "Salary", type="income")
    enter(ana, "7", "2026-02-24", "Gifts")
    february = month_of(ana, "2026-02")
    assert (february["date_from"], february["date_to"]) == ("2026-01-25", "2026-02-24")
    assert (february["income"], of(february, "Gifts")["activity"]) == (100, -7)


def test_a_foreign_account_is_valued_at_the_end_of_the_month(ana: Person) -> None:
    RateFactory(date="2026-02-01", rate="4000")
    RateFactory(date="2026-03-31", rate="4100")
    dollars = account(ana, "USD", "savings", currency="USD")
    enter(ana, "10", "2026-02-02", "Salary", type="income", account_id=dollars)
    february, march = month_of(ana, "2026-02"), month_of(ana, "2026-03")
    assert (february["income"], february["to_assign"], february["fx_effect"]) == (40_000, 40_000, 0)
    assert (march["fx_effect"], march["to_assign"]) == (1_000, 41_000)


def test_without_a_rate_the_envelopes_say_which_is_missing(ana: Person) -> None:
    euros = account(ana, "EUR", "savings", currency="EUR")
    enter(ana, "10", "2026-02-02", "Salary", type="income", account_id=euros)
    assert ana.caller.get(MARCH, expect=409)["code"] == "exchange_rate_missing"


def test_money_moves_between_envelopes(ana: Person) -> None:
    gifts, travel = named(ana, "Gifts"), named(ana, "Travel")
    assign(ana, "2026-03", Gifts="50")
    moved = act(ana, "move", {"from": gifts, "to": travel, "amount": "20"})
    assert (of(moved, "Gifts")["assigned"], of(moved, "Travel")["assigned"], moved["to_assign"]) == (30, 20, -50)
    back = act(ana, "move", {"from": gifts, "to": None, "amount": "30"})
    assert (of(back, "Gifts")["assigned"], back["to_assign"]) == (0, -20)
    same = ana.caller.post(f"{MARCH}/move", {"from": gifts, "to": gifts, "amount": "1"}, expect=400)
    assert list(same["errors"]) == ["to"]


def test_an_overspent_envelope_is_covered(ana: Person) -> None:
    gifts, travel = named(ana, "Gifts"), named(ana, "Travel")
    assign(ana, "2026-03", Travel="50")
    enter(ana, "30", "2026-03-02", "Gifts")
    part = act(ana, "cover", {"from": travel, "to": gifts, "amount": "10"})
    assert of(part, "Gifts")["available"] == -20
    rest = act(ana, "cover", {"from": travel, "to": gifts})
    assert (of(rest, "Gifts")["available"], of(rest, "Travel")["available"]) == (0, 20)
    assert ana.caller.post(f"{MARCH}/cover", {"to": gifts}, expect=409)["code"] == "nothing_to_cover"


def test_a_month_is_copied_by_filling_or_overwriting(ana: Person) -> None:
    assign(ana, "2026-02", Gifts="50", Travel="10")
    assign(ana, "2026-03", Travel="40", Taxi="5")
    tried = act(ana, "copy", {"from": "2026-02", "dry_run": True})
    assert (tried["dry_run"], of(tried, "Gifts")["assigned"]) == (True, 50)
    assert of(month_of(ana, "2026-03"), "Gifts")["assigned"] == 0
    filled = act(ana, "copy", {"from": "2026-02"})
    assert [of(filled, name)["assigned"] for name in ("Gifts", "Travel", "Taxi")] == [50, 40, 5]
    over = act(ana, "copy", {"from": "2026-02", "mode": "overwrite"})
    assert [of(over, name)["assigned"] for name in ("Gifts", "Travel", "Taxi")] == [50, 10, 0]


def test_a_deleted_category_moves_the_assignments_of_every_month(ana: Person) -> None:
    gifts, travel = named(ana, "Gifts"), named(ana, "Travel")
    enter(ana, "5", "2026-02-02", "Gifts")
    assign(ana, "2026-02", Gifts="50", Travel="10")
    assign(ana, "2026-03", Gifts="7")
    ana.caller.delete(f"{CATEGORIES}/{gifts}?move_to={travel}")
    february, march = month_of(ana, "2026-02"), month_of(ana, "2026-03")
    assert (of(february, "Travel")["assigned"], of(february, "Travel")["available"]) == (60, 55)
    assert (of(march, "Travel")["assigned"], of(march, "Travel")["available"]) == (7, 62)
    ana.caller.delete(f"{CATEGORIES}/{travel}?move_to=none")
    gone = month_of(ana, "2026-03")
    assert (of(gone, "Uncategorised")["available"], gone["deducted"]) == (62, 0)


def test_another_currency_of_the_book_converts_what_was_assigned(ana: Person) -> None:
    RateFactory(date="2026-01-01", rate="4000")
    assign(ana, "2026-03", Gifts="8000")
    ana.caller.put(ana.path(), {"currency": "USD"})
    assert of(month_of(ana, "2026-03"), "Gifts")["assigned"] == Decimal(2)
