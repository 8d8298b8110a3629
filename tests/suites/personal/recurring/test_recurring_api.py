"""Recurring transactions: what is entered when, and what is not."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.suites.personal.accounts.models import PersonalAccount
from app.suites.personal.books.service import program_access
from app.suites.personal.recurring.service import post_due
from tests.factories.personal import Household, Person
from tests.factories.personal_recurring import RECURRING, RENT
from tests.suites.personal.transactions.test_transactions_api import (
    ACCOUNTS,
    CATEGORIES,
    TRANSACTIONS,
    account,
    balance,
    category,
)

TODAY = date(2026, 3, 15)
NOTIFICATIONS = "/api/notifications"
pytestmark = pytest.mark.usefixtures("either_texts")


@pytest.fixture(autouse=True)
def noon(anonymous: Any) -> Iterator[None]:
    with clock.frozen(datetime(2026, 3, 15, 17, tzinfo=UTC)):
        yield


def make(who: Person, expect: int = 201, **values: Any) -> dict[str, Any]:
    """A recurring expense of each month, or the refusal of it; `data` are values of its transactions."""
    data = {"type": "expense", "amount": "1200000", **values.pop("data", {})}
    answer = who.caller.post(RECURRING, {**RENT, **values, "transaction_data": data}, expect=expect)
    found: dict[str, Any] = answer["data"] if expect == 201 else answer
    return found


def run(app: Flask, day: date = TODAY) -> dict[str, object]:
    """The job of a day."""
    with app.app_context():
        counts = dict(post_due(make_context(db.session()), day))
        db.session.commit()
    return counts


def entered(who: Person, **query: Any) -> list[tuple[str, float]]:
    """Days and amounts of the transactions, the first first."""
    listed = who.caller.get(TRANSACTIONS, sort="date", per_page=100, **query)["data"]
    return [(one["date"], one["amount"]) for one in listed]


def read(who: Person, one: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = who.caller.get(f"{RECURRING}/{one['id']}")["data"]
    return found


def do(who: Person, one: dict[str, Any], verb: str, expect: int = 200, **body: Any) -> dict[str, Any]:
    """One of the verbs, and what it answers."""
    sent = None if verb in {"pause", "resume"} else body
    answer: dict[str, Any] = who.caller.post(f"{RECURRING}/{one['id']}/{verb}", sent, expect=expect)
    return answer["data"] if expect == 200 else answer


def test_one_has_its_next_twelve_dates_and_what_it_costs_in_a_year(ana: Person) -> None:
    made = make(ana, data={"description": "Casa"})
    assert made["next_occurrence"] == "2026-01-31"
    assert made["next_dates"][:3] == ["2026-01-31", "2026-02-28", "2026-03-31"]
    assert (len(made["next_dates"]), made["yearly_cost"], made["currency"]) == (12, 14_400_000, "COP")
    assert (made["auto_post"], made["transaction_data"]["description"]) == (True, "Casa")


def test_of_the_original_only_transaction_and_frequency_are_needed(ana: Person) -> None:
    data = {"amount": 50, "type": "expense", "description": "Netflix", "date": "2026-02-10"}
    made = ana.caller.post(RECURRING, {"transaction_data": data, "frequency": "monthly", "end_date": "2026-12-31"})
    assert (made["data"]["template_name"], made["data"]["start_date"]) == ("Netflix", "2026-02-10")
    bare = ana.caller.post(RECURRING, {"transaction_data": {"amount": 1, "type": "income"}, "frequency": "daily"})
    assert bare["data"]["start_date"] == "2026-03-15"


def test_the_job_makes_up_for_missed_days_with_their_own_dates_and_once(app: Flask, ana: Person) -> None:
    made = make(ana)
    assert run(app) == {"books": 1, "posted": 2, "blocked": 0}
    assert entered(ana) == [("2026-01-31", 1_200_000), ("2026-02-28", 1_200_000)]
    assert run(app) == {}
    assert read(ana, made)["next_occurrence"] == "2026-03-31"
    [last, _] = ana.caller.get(TRANSACTIONS)["data"]
    assert (last["recurring_id"], last["occurrence"], last["created_by"]) == (made["id"], 2, None)


def test_an_occurrence_that_was_entered_is_not_entered_again_when_it_was_deleted(app: Flask, ana: Person) -> None:
    make(ana)
    run(app)
    for one in ana.caller.get(TRANSACTIONS)["data"]:
        ana.caller.delete(f"{TRANSACTIONS}/{one['id']}")
    run(app, date(2026, 3, 31))
    assert entered(ana) == [("2026-03-31", 1_200_000)]


def test_a_day_of_the_command_is_the_day_of_every_book(app: Flask, ana: Person) -> None:
    make(ana, start_date="2026-05-01")
    run(app)
    assert entered(ana) == []
    run(app, date(2026, 5, 1))
    assert entered(ana) == [("2026-05-01", 1_200_000)]


def test_without_auto_post_the_entry_is_pending(app: Flask, ana: Person) -> None:
    make(ana, auto_post=False, start_date="2026-03-01")
    run(app)
    [one] = ana.caller.get(TRANSACTIONS, status="pending")["data"]
    assert one["date"] == "2026-03-01"


def test_some_days_before_it_is_entered_with_its_own_day(app: Flask, ana: Person) -> None:
    make(ana, days_before=5, start_date="2026-03-20")
    run(app)
    [one] = ana.caller.get(TRANSACTIONS)["data"]
    assert (one["date"], one["status"]) == ("2026-03-20", "pending")


def test_nothing_is_entered_into_a_reconciled_period_but_told(
    app: Flask, home: Household, encrypts_texts: bool
) -> None:
    bank = account(home.owner)
    make(home.owner, data={"account_id": bank})
    with app.app_context():
        program_access(make_context(db.session()), home.owner.book_id)
        db.session.get_one(PersonalAccount, bank).reconciled_through = date(2026, 2, 1)
        db.session.commit()
    assert run(app) == {"books": 1, "posted": 1, "blocked": 1}
    assert entered(home.owner) == [("2026-02-28", 1_200_000)]
    [told] = home.owner.caller.get(NOTIFICATIONS)["data"]
    assert (told["kind"], "31/01/2026" in told["body"]) == ("recurring_blocked", True)
    assert ("Arriendo" in told["body"]) is not encrypts_texts  # notifications are stored outside of books


def test_one_that_cannot_be_entered_does_not_keep_others_back(app: Flask, ana: Person) -> None:
    bank = account(ana)
    make(ana, data={"account_id": bank})
    ana.caller.put(f"{ACCOUNTS}/{bank}", {"is_closed": True})
    make(ana, start_date="2026-03-01", template_name="Gimnasio")
    assert run(app) == {"books": 1, "posted": 1, "blocked": 2}
    assert len(ana.caller.get(NOTIFICATIONS)["data"]) == 2


def test_a_pause_is_not_made_up_for(app: Flask, ana: Person) -> None:
    made = make(ana, start_date="2025-12-15")
    assert do(ana, made, "pause")["next_dates"] == []
    run(app)
    assert entered(ana) == []
    resumed = do(ana, made, "resume")
    assert (resumed["is_active"], resumed["next_occurrence"]) == (True, "2026-03-15")
    run(app)
    assert entered(ana) == [("2026-03-15", 1_200_000)]


def test_a_skipped_occurrence_is_left_out_and_counts(app: Flask, ana: Person) -> None:
    made = make(ana, max_occurrences=3)
    skipped = do(ana, made, "skip")
    assert (skipped["skipped"], skipped["next_dates"]) == ([1], ["2026-02-28", "2026-03-31"])
    assert do(ana, made, "skip", date="2026-03-31")["next_dates"] == ["2026-02-28"]
    run(app, date(2026, 6, 1))
    assert entered(ana) == [("2026-02-28", 1_200_000)]
    assert do(ana, made, "skip", expect=409)["code"] == "no_occurrence"


def test_an_occurrence_is_entered_by_hand_on_its_day_or_today(app: Flask, ana: Person) -> None:
    late, early = make(ana, start_date="2026-03-01"), make(ana, start_date="2026-04-01", template_name="Seguro")
    assert do(ana, late, "post")["next_occurrence"] == "2026-04-01"
    assert do(ana, early, "post", amount="5")["next_occurrence"] == "2026-05-01"
    run(app)
    assert entered(ana) == [("2026-03-01", 1_200_000), ("2026-03-15", 5)]
    do(ana, late, "pause")
    assert do(ana, late, "post", expect=409)["code"] == "recurring_paused"


@pytest.mark.parametrize(("mode", "third"), [("fixed", 100), ("estimate", 100), ("last", 130), ("average_3", 115)])
def test_the_amount_is_the_template_s_or_follows_those_before(app: Flask, ana: Person, mode: str, third: int) -> None:
    made = make(ana, amount_mode=mode, start_date="2026-01-10", data={"amount": "100"})
    do(ana, made, "post")
    do(ana, made, "post", amount="130")
    assert read(ana, made)["expected_amount"] == third
    run(app)
    assert entered(ana)[-1] == ("2026-03-10", third)


def test_a_transfer_may_recur_between_currencies(app: Flask, ana: Person) -> None:
    bank, dollars = account(ana), account(ana, name="USD", currency="USD")
    data = {"type": "transfer", "amount": "400000", "account_id": bank, "to_account_id": dollars, "to_amount": "100"}
    make(ana, start_date="2026-03-01", data=data)
    run(app)
    assert (balance(ana, bank), balance(ana, dollars)) == (-400_000, 100)
    assert make(ana, 400, amount_mode="last", data=data)["errors"].keys() == {"amount_mode"}


def test_splits_recur(app: Flask, ana: Person) -> None:
    food, gifts = category(ana, "Groceries"), category(ana, "Gifts")
    splits = [{"amount": "60", "category_id": food}, {"amount": "40", "category_id": gifts}]
    made = make(ana, start_date="2026-03-01", data={"amount": "100", "splits": splits})
    assert [one["amount"] for one in made["transaction_data"]["splits"]] == [60, 40]
    run(app)
    [one] = ana.caller.get(TRANSACTIONS)["data"]
    assert [part["category_id"] for part in one["splits"]] == [food, gifts]


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"end_date": "2026-01-30"}, "validation_failed", "end_date"),
        ({"frequency": "daily", "weekend": "before"}, "validation_failed", "weekend"),
        ({"frequency": "weekly", "day": 8}, "validation_failed", "day"),
        ({"min": "1300000"}, "validation_failed", "min"),
        ({"max": "1"}, "validation_failed", "max"),
        ({"data": {"amount": "1.001"}}, "currency_decimals", "transaction_data"),
        ({"data": {"type": "transfer"}}, "validation_failed", "transaction_data"),
        ({"data": {"splits": [{"amount": "3"}]}}, "split_sum", "transaction_data"),
    ],
)
def test_values_that_do_not_fit_are_refused_by_name(ana: Person, values: dict[str, Any], code: str, field: str) -> None:
    refused = make(ana, 400, **values)
    assert (refused["code"], list(refused["errors"])) == (code, [field])


def test_accounts_and_categories_of_others_are_not_found(ana: Person, bob: Person) -> None:
    for name, theirs in {"account_id": account(bob), "category_id": category(bob, "Gifts")}.items():
        make(ana, 404, data={name: theirs})
    make(ana, 404, data={"payee_id": 2**40})


def test_a_change_of_the_calendar_enters_no_day_twice(app: Flask, ana: Person) -> None:
    made = make(ana, start_date="2026-02-01")
    run(app)
    changed = ana.caller.put(f"{RECURRING}/{made['id']}", {"frequency": "weekly", "start_date": "2026-02-02"})["data"]
    assert changed["next_dates"][:2] == ["2026-03-02", "2026-03-09"]
    run(app)
    assert [day for day, _ in entered(ana)] == ["2026-02-01", "2026-03-01", "2026-03-02", "2026-03-09"]


def test_a_change_of_the_amount_is_of_what_comes(app: Flask, ana: Person) -> None:
    made = make(ana, start_date="2026-03-01")
    run(app)
    changed = ana.caller.put(f"{RECURRING}/{made['id']}", {"transaction_data": {"amount": "1300000"}})["data"]
    assert (changed["transaction_data"]["amount"], changed["yearly_cost"]) == (1_300_000, 15_600_000)
    run(app, date(2026, 4, 1))
    assert [amount for _, amount in entered(ana)] == [1_200_000, 1_300_000]


def test_a_refused_change_leaves_it_as_it_was(ana: Person) -> None:
    made = make(ana)
    address = f"{RECURRING}/{made['id']}"
    for body in (
        {"transaction_data": {"type": "transfer"}},
        {"end_date": "2026-01-01"},
        {"transaction_data": {"splits": [{"category_id": category(ana, "Gifts")}]}},
    ):
        ana.caller.put(address, body, expect=400)
    assert read(ana, made)["version"] == made["version"]


def test_upcoming_lists_the_occurrences_of_all(ana: Person) -> None:
    make(ana, start_date="2026-03-20"), make(ana, start_date="2026-03-16", template_name="Gimnasio")
    listed = ana.caller.get(f"{RECURRING}/upcoming")
    assert [(one["date"], one["template_name"]) for one in listed["data"]] == [
        ("2026-03-16", "Gimnasio"),
        ("2026-03-20", "Arriendo"),
    ]
    assert ana.caller.get(f"{RECURRING}/upcoming", date_to="2026-04-20")["pagination"]["total"] == 4
    ana.caller.get(f"{RECURRING}/upcoming", date_to="2028-04-20", expect=400)


def test_the_transactions_of_a_deleted_one_stay(app: Flask, ana: Person) -> None:
    made = make(ana, start_date="2026-03-01")
    run(app)
    ana.caller.delete(f"{RECURRING}/{made['id']}")
    [one] = ana.caller.get(TRANSACTIONS)["data"]
    assert (one["recurring_id"], one["amount"]) == (None, 1_200_000)


def test_the_category_of_what_recurs_moves_with_its_transactions(ana: Person) -> None:
    old, new = category(ana, "Mascotas"), category(ana, "Gifts")
    splits = [{"amount": "60", "category_id": old}, {"amount": "40", "category_id": new}]
    whole, parts = make(ana, data={"category_id": old}), make(ana, data={"amount": "100", "splits": splits})
    ana.caller.delete(f"{CATEGORIES}/{old}?move_to={new}&mode=delete")
    assert read(ana, whole)["transaction_data"]["category_id"] == new
    assert {one["category_id"] for one in read(ana, parts)["transaction_data"]["splits"]} == {new}


def test_nothing_is_entered_in_the_days_before_an_erasure_and_what_was_missed_after_it_is_taken_back(
    app: Flask, ana: Person, home: Household
) -> None:
    def set_erasure(day: str | None) -> None:
        with app.app_context():
            statement = "UPDATE users SET erase_on = :day WHERE id IN (:ana, :owner)"
            values = {"day": day, "ana": ana.user_id, "owner": home.owner.user_id}
            db.session.execute(text(statement), values)
            db.session.commit()

    make(ana, start_date="2026-03-01")
    data = {"type": "expense", "amount": "7"}
    shared = {**RENT, "start_date": "2026-03-01", "transaction_data": data}
    home.owner.caller.post(f"{RECURRING}?book_id={home.book_id}", shared)
    set_erasure("2026-03-20")
    run(app)
    set_erasure(None)
    assert entered(ana) == []
    assert len(entered(home.owner, book_id=home.book_id)) == 1  # others share that book
    run(app)
    assert len(entered(ana)) == 1
