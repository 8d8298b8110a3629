"""Insights and subscriptions over HTTP: found where the book has changed, and answered."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service import program_access
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.insights.jobs import jobs
from app.suites.personal.transactions.rules import ChangeOrigin, TransactionType
from app.suites.personal.transactions.service import BulkService, ChangeRecorder
from tests.factories.personal import Household, Person
from tests.factories.personal_insights import INSIGHTS, SUBSCRIPTIONS
from tests.statements import counted

TRANSACTIONS, RECURRING, BUDGETS = (f"/api/personal/{name}" for name in ("transactions", "recurring", "budgets"))
TODAY = date(2026, 3, 20)
STATEMENTS, OF_LISTS = 41, 8
"""Most statements of a request that finds everything anew, and of one that lists what is stored."""


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.frozen(datetime(2026, 3, 20, 17, tzinfo=UTC)):
        yield


@pytest.fixture
def enter(app: Flask) -> Any:
    """A function that enters expenses (day, amount, description, name of the category) in a book at once."""

    def enter(book_id: int, rows: list[tuple[str, object, str, str | None]], kind: str = "expense") -> None:
        with app.app_context():
            access = program_access(make_context(db.session()), book_id)
            names = {path[-1]: id_ for id_, path in CategoryService(access).names().items()}
            account_id = AccountService(access).first_open().id
            values: Any = [
                {
                    "type": TransactionType(kind),
                    "date": date.fromisoformat(day),
                    "amount": Decimal(str(amount)),
                    "description": text,
                    "category_id": None if category is None else names[category],
                    "account_id": account_id,
                }
                for day, amount, text, category in rows
            ]
            BulkService(access).create(values, ChangeRecorder(access, ChangeOrigin.BULK))
            db.session.commit()

    return enter


def months(
    amounts: list[object], text: str, category: str | None, day: int = 5
) -> list[tuple[str, object, str, str | None]]:
    """Rows of the months up to March 2026."""
    first = 2026 * 12 + 2 - (len(amounts) - 1)
    return [
        (f"{(first + n) // 12}-{(first + n) % 12 + 1:02}-{day:02}", amount, text, category)
        for n, amount in enumerate(amounts)
    ]


NETFLIX = months([30_000] * 6 + [36_000] * 2, "COMPRA NETFLIX.COM 1234", "Subscriptions")


def codes(who: Person, **query: Any) -> list[str]:
    return sorted(one["code"] for one in who.caller.get(INSIGHTS, per_page=100, **query)["data"])


def only(who: Person, code: str, **query: Any) -> dict[str, Any]:
    [one] = who.caller.get(INSIGHTS, code=code, **query)["data"]
    found: dict[str, Any] = one
    return found


def test_a_subscription_is_listed_with_the_history_of_its_price(ana: Person, enter: Any) -> None:
    enter(ana.book_id, NETFLIX)
    [one] = ana.caller.get(SUBSCRIPTIONS)["data"]
    assert (one["name"], one["frequency"], one["amount"], one["kind"]) == (
        "Netflix Com",
        "monthly",
        36_000,
        "subscription",
    )
    assert (one["next_date"], one["yearly_cost"], one["status"]) == ("2026-04-05", 432_000, "active")
    assert [(price["amount"], price["charges"]) for price in one["price_history"]] == [(30_000, 6), (36_000, 2)]
    assert one["price_change"] == {
        "old": 30_000,
        "new": 36_000,
        "percent": 20,
        "since": "2026-02-05",
        "yearly_difference": 72_000,
    }
    told = only(ana, "price_increase")
    assert (told["amount"], told["currency"], told["severity"], told["period"]) == (
        36_000,
        "COP",
        "warning",
        "2026-02-05",
    )
    assert [amount in told["detail"] for amount in ("30,000", "36,000", "72,000")] == [True] * 3
    assert told["evidence"]["subscription_id"] == one["id"]


def test_dismissed_insights_stay_so_when_the_book_changes(ana: Person, enter: Any) -> None:
    enter(ana.book_id, NETFLIX)
    told = only(ana, "subscription_found")
    path = f"{INSIGHTS}/{told['id']}"
    assert ana.caller.patch(path, {"dismiss": True, "useful": False})["data"]["is_dismissed"]
    enter(ana.book_id, [("2026-03-19", 5, "pan", None)])
    assert "subscription_found" not in codes(ana)
    again = only(ana, "subscription_found", include_dismissed="true")
    assert (again["id"], again["useful"]) == (told["id"], False)


def test_a_dismissed_subscription_is_told_no_more_and_can_be_taken_back(ana: Person, enter: Any) -> None:
    enter(ana.book_id, NETFLIX)
    [one] = ana.caller.get(SUBSCRIPTIONS)["data"]
    path = f"{SUBSCRIPTIONS}/{one['id']}"
    ana.caller.patch(path, {"dismiss": True})
    assert ana.caller.get(SUBSCRIPTIONS)["data"] == []
    assert not {"price_increase", "subscription_found"} & {*codes(ana)}
    assert not ana.caller.patch(path, {"dismiss": False})["data"]["is_dismissed"]
    assert "price_increase" in codes(ana)
    assert ana.caller.patch(path, {"confirm": True})["data"]["is_confirmed"]
    assert "subscription_found" not in codes(ana)


def test_a_recurring_transaction_is_made_of_a_subscription_once(ana: Person, enter: Any) -> None:
    enter(ana.book_id, NETFLIX)
    [one] = ana.caller.get(SUBSCRIPTIONS)["data"]
    path = f"{SUBSCRIPTIONS}/{one['id']}"
    made = ana.caller.patch(path, {"to_recurring": True})["data"]
    recurring = ana.caller.get(f"{RECURRING}/{made['recurring_id']}")["data"]
    assert (recurring["next_occurrence"], recurring["transaction_data"]["amount"]) == ("2026-04-05", 36_000)
    assert (made["is_confirmed"], recurring["frequency"]) == (True, "monthly")
    refused = ana.caller.patch(path, {"to_recurring": True}, expect=409)
    assert refused["code"] == "already_recurring"
    ana.caller.delete(f"{RECURRING}/{made['recurring_id']}")
    assert ana.caller.get(SUBSCRIPTIONS)["data"][0]["recurring_id"] is None


@pytest.mark.parametrize("body", [{}, {"confirm": True, "dismiss": True}, {"to_recurring": False}])
def test_an_answer_about_a_subscription_is_one_of_three(ana: Person, enter: Any, body: dict[str, bool]) -> None:
    enter(ana.book_id, NETFLIX)
    [one] = ana.caller.get(SUBSCRIPTIONS)["data"]
    ana.caller.patch(f"{SUBSCRIPTIONS}/{one['id']}", body, expect=400)


def test_an_insight_that_holds_no_more_is_gone(ana: Person, enter: Any) -> None:
    enter(ana.book_id, [("2026-03-18", 90_000, "TIENDA ABC", None), ("2026-03-19", 90_000, "TIENDA ABC", None)])
    told = only(ana, "possible_duplicate")
    ana.caller.delete(f"{TRANSACTIONS}/{told['evidence']['transaction_id']}")
    assert "possible_duplicate" not in codes(ana)


def test_spending_is_compared_with_the_median_of_the_months_before(ana: Person, enter: Any) -> None:
    enter(ana.book_id, months([100, 100, 110, 90, 100, 105, 150, 20], "MERCADO", "Groceries"))
    enter(ana.book_id, months([100, 100, 100, 100, 100, 100, 50, 20], "CINE", "Gifts"))
    up, down = only(ana, "spending_up"), only(ana, "spending_down")
    assert (up["amount"], up["evidence"]["median"], up["period"]) == (150, 100, "2026-02")
    assert (down["amount"], down["evidence"]["change"]) == (50, -0.5)
    assert up["title"] == "50 % more for Groceries"


def test_the_current_month_is_told_once_it_has_more_than_a_whole_one(ana: Person, enter: Any) -> None:
    enter(ana.book_id, months([100, 110, 90, 100, 105, 100, 200], "MERCADO", "Groceries"))
    assert (only(ana, "spending_up")["period"], only(ana, "spending_up")["amount"]) == ("2026-03", 200)


def test_savings_rates_fees_and_gaps_are_told_with_their_figures(ana: Person, enter: Any) -> None:
    enter(ana.book_id, months([1_000] * 8, "Nómina", "Salary", 1), "income")
    enter(ana.book_id, months([950] * 8, "varios", "Other", 2))
    enter(ana.book_id, months([5] * 8, "comisión", "Fees", 3))
    enter(ana.book_id, months([100] * 3, "sin", None, 4))
    told = {one["code"]: one for one in ana.caller.get(INSIGHTS, per_page=100)["data"]}
    assert told["savings_rate_low"]["evidence"]["rate"] == Decimal("-0.0217")
    assert (told["fees_paid"]["amount"], told["fees_paid"]["period"]) == (5, "2026-02")
    assert told["uncategorised"]["evidence"]["uncategorised"] == 300
    assert told["emergency_fund"]["evidence"]["accounts"]
    assert "insufficient_history" not in told


def test_a_young_book_has_too_little_history_and_an_empty_one_nothing(ana: Person, enter: Any) -> None:
    assert codes(ana) == []
    enter(ana.book_id, [("2026-02-10", 5, "pan", "Groceries")])
    assert only(ana, "insufficient_history")["evidence"] == {"months": 0, "needed": 3}


def test_a_budget_is_exceeded_or_spent_too_fast(ana: Person, enter: Any) -> None:
    for name, amount in (("Mercado", "100"), ("Otro", "1000")):
        ana.caller.post(BUDGETS, {"name": name, "amount": amount, "period": "monthly", "start_date": "2026-01-01"})
    enter(ana.book_id, [("2026-03-02", 900, "pan", "Groceries")])
    assert only(ana, "budget_exceeded")["amount"] == 800
    assert only(ana, "budget_pace")["evidence"]["pace"] == Decimal("0.2548")


def test_the_list_is_filtered_by_code_severity_and_day(ana: Person, enter: Any) -> None:
    enter(ana.book_id, NETFLIX)
    assert {"price_increase", "subscription_found"} <= {*codes(ana)}
    assert "subscription_found" not in codes(ana, severity="warning")
    assert codes(ana, since="2026-03-21") == []
    ana.caller.get(INSIGHTS, code="nothing", expect=400)


def test_nothing_is_worked_out_again_while_the_book_stays_as_it_is(ana: Person, enter: Any, app: Flask) -> None:
    enter(ana.book_id, NETFLIX)
    first = ana.caller.get(INSIGHTS)
    written: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert ana.caller.get(INSIGHTS) == first
        ana.caller.get(SUBSCRIPTIONS)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert not [one for one in written if "insight" in one or "subscription" in one]


def test_finding_sends_few_statements_however_much_there_is_and_listing_hardly_any(
    ana: Person, enter: Any, encrypts_texts: bool
) -> None:
    def sent() -> tuple[int, int]:
        with counted() as finding:
            first = ana.caller.get(INSIGHTS, per_page=100)
        with counted() as listing:
            assert ana.caller.get(INSIGHTS, per_page=100) == first
        return len(finding), len(listing)

    enter(ana.book_id, NETFLIX)
    fill(ana, "uno")
    ana.caller.get(INSIGHTS)  # which makes the state
    enter(ana.book_id, months([10, 20, 30, 40], "MERCADO", "Groceries"))
    few = sent()
    for name in ("dos", "tres", "cuatro"):
        fill(ana, name)
        enter(ana.book_id, months([30_000] * 8, f"COMPRA {name.upper()}", "Subscriptions"))
    for finding, listing in (few, sent()):
        assert finding <= STATEMENTS + 2 * encrypts_texts  # which reads the keys of the book, and holds one
        assert listing <= OF_LISTS + encrypts_texts


def fill(ana: Person, name: str) -> None:
    """A budget, a goal, an account and a recurring transaction."""
    ana.caller.post(BUDGETS, {"name": name, "amount": "100", "period": "monthly", "start_date": "2026-01-01"})
    ana.caller.post("/api/personal/goals", {"name": name, "target_amount": "100", "target_date": "2026-05-31"})
    ana.caller.post("/api/personal/accounts", {"name": name, "type": "checking", "opening_balance": "100"})
    data = {"type": "expense", "amount": "5", "description": name}
    body = {"template_name": name, "frequency": "monthly", "start_date": "2026-04-02", "transaction_data": data}
    ana.caller.post(RECURRING, body)


def test_a_viewer_sees_them_and_answers_nothing(home: Household, enter: Any) -> None:
    enter(home.book_id, NETFLIX)
    [one] = home.viewer.caller.get(SUBSCRIPTIONS, book_id=home.book_id)["data"]
    refused = home.viewer.caller.patch(f"{SUBSCRIPTIONS}/{one['id']}", {"confirm": True}, expect=403)
    assert refused["code"] == "viewer_only"


def test_the_nightly_job_finds_what_a_day_brings(ana: Person, enter: Any, app: Flask) -> None:
    enter(ana.book_id, months([30_000] * 8, "COMPRA NETFLIX.COM 1234", "Subscriptions", 15)[:-1])
    with clock.frozen(datetime(2026, 3, 19, 17, tzinfo=UTC)):
        [one] = ana.caller.get(SUBSCRIPTIONS)["data"]
    [job] = jobs(app.config)
    with app.app_context():
        counts = job.run(make_context(db.session()), TODAY)
        db.session.commit()
    assert (one["status"], counts["found"]) == ("active", counts["books"])
    missed = only(ana, "subscription_missed")
    assert missed["evidence"] == {"subscription_id": one["id"], "expected": "2026-03-15", "last_date": "2026-02-15"}
