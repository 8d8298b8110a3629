"""Insights about goals, balances ahead, the languages of readers, and the history of their answers, over HTTP."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.infra import clock
from app.kernel.money import Currency
from app.suites.personal.insights.rules.insight import InsightCode
from app.suites.personal.insights.rules.planned import GoalState, of_goals
from tests.factories.personal import Household, Person
from tests.factories.personal_insights import INSIGHTS

ACCOUNTS, GOALS, RECURRING, TRANSACTIONS = (
    f"/api/personal/{name}" for name in ("accounts", "goals", "recurring", "transactions")
)
GOAL = {"name": "Viaje", "target_amount": "1200", "target_date": "2026-06-30", "start_date": "2026-01-01"}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.frozen(datetime(2026, 3, 20, 17, tzinfo=UTC)):
        yield


def only(who: Person, code: str, **query: Any) -> dict[str, Any]:
    [one] = who.caller.get(INSIGHTS, code=code, **query)["data"]
    found: dict[str, Any] = one
    return found


def told(who: Person, code: str, **query: Any) -> bool:
    return bool(who.caller.get(INSIGHTS, code=code, **query)["data"])


def contribute(who: Person, goal_id: int, amount: int, day: str = "2026-03-02") -> None:
    who.caller.post(f"{GOALS}/{goal_id}/contribute", {"amount": amount, "date": day})


def test_a_goal_is_behind_until_enough_came_in(ana: Person) -> None:
    goal_id = ana.caller.post(GOALS, GOAL)["data"]["id"]
    contribute(ana, goal_id, 100)
    behind = only(ana, "goal_behind")
    assert (behind["amount"], behind["severity"], behind["period"], behind["action"]) == (
        1100,
        "warning",
        "2026-03",
        "see_goal",
    )
    assert behind["evidence"]["goal_id"] == goal_id
    assert (behind["evidence"]["required_monthly"], behind["evidence"]["overdue"]) == (Decimal("366.67"), False)
    assert behind["detail"] == (
        "100.00 COP of 1,200.00 COP; 1,100.00 COP is lacking, which takes 366.67 COP a month until 30 June 2026."
    )
    contribute(ana, goal_id, 600)
    assert not told(ana, "goal_behind")


def test_a_goal_whose_day_is_past_is_behind(ana: Person) -> None:
    ana.caller.post(GOALS, {**GOAL, "target_date": "2026-03-01"})
    behind = only(ana, "goal_behind")
    assert (behind["evidence"]["overdue"], behind["evidence"]["required_monthly"]) == (True, None)
    assert "its day was 1 March 2026" in behind["detail"]


def test_a_goal_without_a_day_or_in_the_archive_is_never_behind(ana: Person) -> None:
    ana.caller.post(GOALS, {"name": "Algún día", "target_amount": "1200"})
    gone = ana.caller.post(GOALS, {**GOAL, "target_date": "2026-03-25"})["data"]["id"]
    ana.caller.put(f"{GOALS}/{gone}", {"is_archived": True})
    assert not told(ana, "goal_behind")


def test_a_goal_that_is_reached_is_told_with_its_day(ana: Person) -> None:
    goal_id = ana.caller.post(GOALS, GOAL)["data"]["id"]
    contribute(ana, goal_id, 1200)
    reached = only(ana, "goal_reached")
    assert (reached["amount"], reached["severity"], reached["period"]) == (1200, "info", "")
    assert reached["evidence"] == {"goal_id": goal_id, "current": 1200, "target": 1200, "reached_on": "2026-03-20"}


@pytest.mark.parametrize(("reached_on", "is_told"), [("2026-01-19", True), ("2026-01-18", False), (None, True)])
def test_a_goal_is_told_to_be_reached_for_sixty_days(reached_on: str | None, is_told: bool) -> None:
    day = None if reached_on is None else date.fromisoformat(reached_on)
    amount = Decimal(1200)
    state = GoalState(1, "Viaje", Currency.COP, amount, amount, None, None, None, None, True, day)
    assert [one.code for one in of_goals([state], date(2026, 3, 20))] == [InsightCode.GOAL_REACHED] * is_told


def test_an_account_that_will_fall_below_its_least_balance_is_told_with_the_day(ana: Person) -> None:
    bank = ana.caller.post(
        ACCOUNTS,
        {"name": "Banco", "type": "checking", "opening_balance": "1000", "low_balance": "200", "currency": "EUR"},
    )["data"]["id"]
    rent = {"type": "expense", "amount": "900", "account_id": bank, "date": "2026-04-02", "description": "Renta"}
    later = ana.caller.post(TRANSACTIONS, rent)["data"]["id"]
    short = only(ana, "shortfall_ahead")
    assert (short["amount"], short["currency"], short["severity"], short["period"]) == (100, "EUR", "alert", "2026-04")
    assert short["evidence"] == {
        "account_id": bank,
        "date": "2026-04-02",
        "balance": 100,
        "low_balance": 200,
        "is_certain": True,
        "possible_from": "2026-04-02",
    }
    assert short["title"] == "Banco falls short on 2 April 2026"
    ana.caller.put(f"{TRANSACTIONS}/{later}", {"amount": "800"})
    assert not told(ana, "shortfall_ahead")


def test_a_balance_that_may_fall_short_is_a_warning(ana: Person) -> None:
    bank = ana.caller.post(ACCOUNTS, {"name": "Banco", "type": "checking", "opening_balance": "1000"})["data"]["id"]
    data = {"type": "expense", "amount": "900", "account_id": bank, "description": "Luz"}
    ana.caller.post(
        RECURRING,
        {
            "template_name": "Luz",
            "frequency": "monthly",
            "start_date": "2026-04-02",
            "amount_mode": "estimate",
            "min": "800",
            "max": "1100",
            "transaction_data": data,
        },
    )
    short = only(ana, "shortfall_ahead")
    assert (short["amount"], short["severity"], short["evidence"]["is_certain"]) == (-100, "warning", False)


def earn_and_spend(who: Person, bank: int, salary: int, spent: int) -> None:
    """A salary of each month since October, which is no recurring transaction, and spending of each week."""
    for month in ("2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03"):
        earned = {"type": "income", "amount": salary, "date": f"{month}-01", "account_id": bank}
        who.caller.post(TRANSACTIONS, earned)
        for day in ("05", "12", "19"):
            paid = {"type": "expense", "amount": spent, "date": f"{month}-{day}", "account_id": bank}
            who.caller.post(TRANSACTIONS, paid)


def test_a_salary_that_nobody_planned_is_counted_on(ana: Person) -> None:
    bank = ana.caller.post(ACCOUNTS, {"name": "Banco", "type": "checking", "opening_balance": "2500"})["data"]["id"]
    earn_and_spend(ana, bank, 3000, 1000)
    [forecast] = ana.caller.get("/api/personal/reports/forecast", days=30, accounts=bank)["data"]["accounts"]
    assert forecast["shortfalls"], "the report leaves unplanned income out"
    assert not told(ana, "shortfall_ahead")


def test_a_shortfall_in_spite_of_an_unplanned_salary_is_told(ana: Person) -> None:
    bank = ana.caller.post(ACCOUNTS, {"name": "Banco", "type": "checking", "opening_balance": "900"})["data"]["id"]
    earn_and_spend(ana, bank, 3000, 1000)
    rent = {"type": "expense", "amount": "2000", "account_id": bank, "date": "2026-03-27"}
    ana.caller.post(TRANSACTIONS, rent)
    short = only(ana, "shortfall_ahead")
    assert (short["severity"], short["evidence"]["date"]) == ("alert", "2026-03-27")
    assert short["detail"].startswith("The forecast, with the usual income, for that day is ")


def test_texts_are_in_the_language_of_the_reader_or_else_of_the_book(home: Household) -> None:
    home.owner.caller.post(f"{GOALS}?book_id={home.book_id}", {**GOAL, "target_amount": "12000.5"})
    assert only(home.editor, "goal_behind", book_id=home.book_id)["title"] == "Viaje is behind its plan"
    home.editor.caller.put("/api/auth/user", {"preferences": {"locale": "es-CO"}})
    assert only(home.editor, "goal_behind", book_id=home.book_id)["detail"] == (
        "0,00 COP de 12.000,50 COP; faltan 12.000,50 COP, o sea 3.000,13 COP al mes hasta el 30 de junio de 2026."
    )
    home.owner.caller.put(home.path(), {"locale": "es"})
    assert only(home.viewer, "goal_behind", book_id=home.book_id)["title"] == "Viaje va atrasada"
    home.viewer.caller.put("/api/auth/user", {"preferences": {"locale": "en"}})
    assert only(home.viewer, "goal_behind", book_id=home.book_id)["title"] == "Viaje is behind its plan"


def test_answers_stand_in_the_history_of_the_book(ana: Person) -> None:
    ana.caller.post(GOALS, GOAL)
    behind = only(ana, "goal_behind")
    ana.caller.patch(f"{INSIGHTS}/{behind['id']}", {"dismiss": True, "useful": False})
    [entry] = ana.caller.get(ana.path("audit"), table="insights", row_id=behind["id"])["data"]
    assert (entry["action"], entry["user_id"], entry["after"]) == (
        "answered",
        ana.user_id,
        {"dismiss": True, "useful": False},
    )
    assert not told(ana, "goal_behind")
