"""Recurring expenses over the API: entered, previewed, accrued, paused, resumed, changed, deleted."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from app.infra import clock
from app.infra.scheduler import run_job
from app.registry import jobs
from tests.factories.clients import ClientFactory
from tests.factories.expenses import RecurringExpenseFactory
from tests.statements import counted
from tests.support import Caller

NEW = {
    "description": "Cloud hosting",
    "frequency": "Mensual",
    "start_date": "2025-01-31",
    "amount": 310,
    "currency": "COP",
    "category": "Software",
    "payment_method": "Tarjeta",
}
RECURRING, ACCRUED, PREVIEW = "/api/expenses/recurring", "/api/expenses/accrued", "/api/expenses/preview-recurring"
Run = Callable[[str], dict[str, Any]]


def at(day: str) -> Any:
    """The clock stands at noon of that day."""
    return clock.frozen(datetime.fromisoformat(f"{day}T17:00:00+00:00").astimezone(UTC))


@pytest.fixture
def accrue(app: Flask, database: None) -> Run:
    """Run the monthly job as on that day."""
    return lambda day: run(app, "accrue-expenses", day)


def run(app: Flask, name: str, day: str) -> dict[str, Any]:
    with app.app_context(), at(day):
        job = next(job for job in jobs(app.config) if job.name == name)
        return dict(run_job(job, slot=None) or {})


def due(caller: Caller, **filters: Any) -> list[tuple[str, str]]:
    """Due date and status of what is accrued."""
    answer = caller.get(ACCRUED, sort="due_date", per_page=100, **filters)
    return [(row["due_date"], row["status"]) for row in answer["data"]]


def upcoming(caller: Caller, recurring_id: int) -> str:
    found: str = caller.get(f"{RECURRING}/{recurring_id}")["data"]["next_payment"]
    return found


def enter(caller: Caller, day: str = "2023-12-01", **values: Any) -> dict[str, Any]:
    """Enter a recurring expense on that day, by default long before it begins."""
    with at(day):
        entered: dict[str, Any] = caller.post(RECURRING, {**NEW, **values})["data"]
    return entered


def test_a_recurring_expense_begins_with_its_start(user: Caller) -> None:
    with at("2024-12-31"):
        response = user.send("POST", RECURRING, json={**NEW, "next_payment": "1999-01-01"})
    created = response.get_json()["data"]
    assert response.headers["Location"] == f"{RECURRING}/{created['id']}"
    assert (created["next_payment"], created["status"]) == ("2025-01-31", "Activo")
    assert user.get(response.headers["Location"])["data"] == created
    assert "settled_through" not in created


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("description", ""),
        ("frequency", "mensual"),
        ("frequency", None),
        ("start_date", "2025-02-30"),
        ("amount", 0),
        ("currency", "EUR"),
        ("category", "x" * 101),
        ("payment_method", " "),
        ("status", "Terminado"),
        ("settled_through", "2025-01-01"),
        ("receipt_path", "x"),
    ],
)
def test_a_wrong_field_is_named(user: Caller, field: str, value: object) -> None:
    assert list(user.post(RECURRING, {**NEW, field: value}, expect=400)["errors"]) == [field]


FIRST_THREE = {
    "Diaria": ["2025-01-31", "2025-02-01", "2025-02-02"],
    "Semanal": ["2025-01-31", "2025-02-07", "2025-02-14"],
    "Quincenal": ["2025-01-31", "2025-02-16", "2025-02-28"],
    "Mensual": ["2025-01-31", "2025-02-28", "2025-03-31"],
    "Bimensual": ["2025-01-31", "2025-03-31", "2025-05-31"],
    "Trimestral": ["2025-01-31", "2025-04-30", "2025-07-31"],
    "Semestral": ["2025-01-31", "2025-07-31", "2026-01-31"],
    "Anual": ["2025-01-31", "2026-01-31", "2027-01-31"],
}


@pytest.mark.parametrize("frequency", list(FIRST_THREE))
def test_a_preview_follows_the_calendar_and_stores_nothing(viewer: Caller, frequency: str) -> None:
    asked = {"start_date": "2025-01-31", "frequency": frequency, "amount": "12.50", "currency": "USD", "count": 3}
    assert viewer.get(PREVIEW, **asked) == {
        "data": [
            {"number": number, "date": day, "amount": Decimal("12.50"), "currency": "USD"}
            for number, day in enumerate(FIRST_THREE[frequency], start=1)
        ]
    }
    assert viewer.get(RECURRING)["pagination"]["total"] == 0


@pytest.mark.parametrize(("count", "found"), [(None, 12), (1, 1), (366, 366)])
def test_a_preview_has_twelve_occurrences_by_default(user: Caller, count: int | None, found: int) -> None:
    asked = {"start_date": "2200-12-31", "frequency": "Anual", "amount": 1, "currency": "COP"}
    more = {} if count is None else {"count": count}
    assert len(user.get(PREVIEW, **asked, **more)["data"]) == found


@pytest.mark.parametrize(
    ("field", "value"),
    [("count", 0), ("count", 367), ("frequency", "x"), ("amount", "0"), ("start_date", ""), ("currency", "EUR")],
)
def test_a_wrong_preview_is_named(user: Caller, field: str, value: object) -> None:
    asked = {"start_date": "2025-01-31", "frequency": "Anual", "amount": 1, "currency": "COP", field: value}
    assert list(user.get(PREVIEW, expect=400, **asked)["errors"]) == [field]


def test_a_preview_needs_all_but_the_count(user: Caller) -> None:
    assert set(user.get(PREVIEW, expect=400)["errors"]) == {"start_date", "frequency", "amount", "currency"}


def test_entered_on_the_31st_accrued_for_two_months_and_paid_once(user: Caller, accrue: Run) -> None:
    recurring = enter(user)
    assert accrue("2025-01-31") == {"recurring": 1, "expenses": 1, "cut": 0}
    assert upcoming(user, recurring["id"]) == "2025-02-28"
    assert accrue("2025-02-01") == {"recurring": 1, "expenses": 1, "cut": 0}
    assert upcoming(user, recurring["id"]) == "2025-03-31"
    assert due(user) == [("2025-01-31", "pendiente"), ("2025-02-28", "pendiente")]
    [first, _] = user.get(ACCRUED, sort="due_date")["data"]
    copied = ("description", "amount", "currency", "category", "payment_method")
    assert {name: first[name] for name in copied} == {name: NEW[name] for name in copied}
    assert (first["is_recurring"], first["recurring_id"]) == (True, recurring["id"])
    with at("2025-02-03"):
        address = f"{ACCRUED}/{first['id']}/mark-as-paid"
        paid = user.post(address, {"payment_date": "2025-02-02", "payment_method": "PSE"}, expect=200)["data"]
        assert (paid["status"], paid["paid_date"], paid["payment_method"]) == ("pagado", "2025-02-02", "PSE")
        assert user.post(address, {}, expect=409)["code"] == "already_paid"
    assert user.get(f"{ACCRUED}/{first['id']}")["data"] == paid


def test_accruing_again_makes_nothing(user: Caller, accrue: Run) -> None:
    enter(user, frequency="Diaria")
    assert accrue("2025-02-10")["expenses"] == 29
    before = due(user)
    assert accrue("2025-02-10") == {"recurring": 0, "expenses": 0, "cut": 0}
    assert accrue("2025-02-28") == {"recurring": 0, "expenses": 0, "cut": 0}
    assert due(user) == before


def test_an_occurrence_that_was_paid_ahead_is_not_made_again(user: Caller, accrue: Run) -> None:
    recurring = enter(user)
    accrue("2025-03-01")
    last = user.get(ACCRUED, sort="-due_date")["data"][0]
    with at("2025-03-10"):
        user.post(f"{ACCRUED}/{last['id']}/mark-as-paid", {}, expect=200)
        user.patch(f"{RECURRING}/{recurring['id']}/status", {"status": "Pausado"})
        resumed = user.patch(f"{RECURRING}/{recurring['id']}/status", {"status": "Activo"})["data"]
    assert resumed["next_payment"] == "2025-03-31"
    assert accrue("2025-03-11") == {"recurring": 1, "expenses": 0, "cut": 0}
    assert [day for day, _ in due(user)] == ["2025-01-31", "2025-02-28", "2025-03-31"]


def test_forty_days_down_are_caught_up(user: Caller, accrue: Run) -> None:
    enter(user, frequency="Semanal")
    accrue("2025-01-31")
    accrue("2025-03-12")
    weekly = [date(2025, 1, 31) + timedelta(days=7 * k) for k in range(9)]
    assert due(user) == [
        (day.isoformat(), "vencido" if date(2025, 1, 31) < day < date(2025, 3, 12) else "pendiente") for day in weekly
    ]


def test_one_run_makes_so_many_at_most_and_the_next_goes_on(user: Caller, accrue: Run) -> None:
    recurring = enter(user, frequency="Diaria", start_date="2024-01-01")
    assert accrue("2025-03-15") == {"recurring": 1, "expenses": 400, "cut": 1}
    assert upcoming(user, recurring["id"]) == "2025-02-04"
    assert accrue("2025-03-15") == {"recurring": 1, "expenses": 56, "cut": 0}
    assert upcoming(user, recurring["id"]) == "2025-04-01"


def test_occurrences_of_a_paused_month_are_not_accrued(user: Caller, accrue: Run) -> None:
    enter(user, status="Pausado")
    assert accrue("2025-02-01")["recurring"] == 0
    assert due(user) == []


def test_occurrences_in_a_pause_are_never_charged(user: Caller, accrue: Run) -> None:
    recurring = enter(user, frequency="Semanal", start_date="2025-01-01")
    address = f"{RECURRING}/{recurring['id']}/status"
    accrue("2025-01-01")
    with at("2025-01-15"):
        assert user.patch(address, {"status": "Pausado"})["data"]["status"] == "Pausado"
    accrue("2025-02-01")
    accrue("2025-03-01")
    with at("2025-03-13"):
        resumed = user.patch(address, {"status": "Activo"})["data"]
    assert (resumed["status"], resumed["next_payment"]) == ("Activo", "2025-03-19")
    accrue("2025-03-14")
    days = [day for day, _ in due(user)]
    assert days == ["2025-01-01", "2025-01-08", "2025-01-15", "2025-03-19", "2025-03-26"]


def test_resuming_on_the_day_of_an_occurrence_charges_it(user: Caller) -> None:
    recurring = enter(user, status="Pausado", start_date="2025-01-10")
    with at("2025-04-10"):
        resumed = user.patch(f"{RECURRING}/{recurring['id']}/status", {"status": "Activo"})["data"]
    assert resumed["next_payment"] == "2025-04-10"


def test_resuming_before_the_start_changes_nothing(user: Caller) -> None:
    recurring = enter(user, status="Pausado")
    with at("2025-01-10"):
        resumed = user.patch(f"{RECURRING}/{recurring['id']}/status", {"status": "Activo"})["data"]
    assert resumed["next_payment"] == "2025-01-31"


def test_a_status_that_stays_changes_nothing(user: Caller, accrue: Run) -> None:
    recurring = enter(user)
    with at("2025-06-10"):
        same = user.patch(f"{RECURRING}/{recurring['id']}/status", {"status": "Activo"})["data"]
    assert same["next_payment"] == "2025-01-31"


def test_payments_made_ahead_survive_a_pause(user: Caller, accrue: Run) -> None:
    recurring = enter(user, frequency="Semanal", start_date="2025-01-01")
    accrue("2025-01-01")
    ahead = user.get(ACCRUED, sort="-due_date")["data"][0]
    with at("2025-01-10"):
        user.post(f"{ACCRUED}/{ahead['id']}/mark-as-paid", {}, expect=200)
        user.patch(f"{RECURRING}/{recurring['id']}/status", {"status": "Pausado"})
    assert [day for day, _ in due(user)] == ["2025-01-01", "2025-01-08", "2025-01-29"]


@pytest.mark.parametrize(
    ("change", "coming", "then"),
    [
        # what is accrued through March stays; the new calendar begins after it
        ({"start_date": "2025-01-20"}, "2025-04-20", ["2025-04-20"]),
        ({"start_date": "2025-01-02"}, "2025-04-02", ["2025-04-02"]),
        (
            {"frequency": "Semanal"},
            "2025-04-02",
            ["2025-04-02", "2025-04-09", "2025-04-16", "2025-04-23", "2025-04-30"],
        ),
        ({"frequency": "Trimestral"}, "2025-04-15", ["2025-04-15"]),
        ({"start_date": "2025-06-15"}, "2025-06-15", []),
        ({"start_date": "2024-06-15"}, "2025-04-15", ["2025-04-15"]),
        ({"amount": 400}, "2025-04-15", ["2025-04-15"]),
    ],
)
def test_a_changed_calendar_goes_on_after_what_is_accrued(
    user: Caller, accrue: Run, change: dict[str, Any], coming: str, then: list[str]
) -> None:
    recurring = enter(user, start_date="2025-01-15")
    accrue("2025-03-01")
    before = due(user)
    with at("2025-03-10"):
        changed = user.put(f"{RECURRING}/{recurring['id']}", {**change, "next_payment": "2025-01-01"})["data"]
    assert changed["next_payment"] == coming
    assert accrue("2025-03-10")["expenses"] == 0
    assert due(user) == before
    accrue("2025-04-01")
    assert [day for day, _ in due(user, date_from="2025-04-01", date_to="2025-05-31")] == then


def test_a_yearly_expense_that_becomes_monthly_is_not_charged_for_the_months_before(user: Caller, accrue: Run) -> None:
    recurring = enter(user, frequency="Anual", start_date="2025-01-15")
    accrue("2025-01-01")
    with at("2025-06-10"):
        changed = user.put(f"{RECURRING}/{recurring['id']}", {"frequency": "Mensual"})["data"]
    assert changed["next_payment"] == "2025-07-15"


def test_a_start_corrected_before_anything_is_accrued_is_the_first_payment(user: Caller) -> None:
    recurring = enter(user)
    with at("2025-03-10"):
        changed = user.put(f"{RECURRING}/{recurring['id']}", {"start_date": "2024-11-05"})["data"]
    assert changed["next_payment"] == "2024-11-05"


def test_accrued_expenses_have_the_client_and_project_of_their_origin(user: Caller, accrue: Run) -> None:
    client = ClientFactory()
    enter(user, client_id=client.id, notes="contrato 7")
    accrue("2025-01-31")
    [found] = user.get(ACCRUED)["data"]
    assert (found["client_id"], found["project_id"], found["notes"]) == (client.id, None, "contrato 7")


def test_entering_accrues_at_once_up_to_the_end_of_the_month(user: Caller) -> None:
    recurring = enter(user, "2025-03-10", start_date="2025-01-31")
    assert due(user) == [("2025-01-31", "vencido"), ("2025-02-28", "vencido"), ("2025-03-31", "pendiente")]
    assert recurring["next_payment"] == "2025-04-30"
    assert user.get(f"{RECURRING}/{recurring['id']}")["data"] == recurring


def test_a_paused_one_accrues_nothing_when_it_is_entered(user: Caller) -> None:
    assert enter(user, "2025-03-10", status="Pausado")["next_payment"] == NEW["start_date"]
    assert due(user) == []


def test_deleting_keeps_what_is_due_or_paid_and_counts_what_went(user: Caller) -> None:
    recurring = enter(user, "2025-01-10", frequency="Semanal", start_date="2025-01-03")
    with at("2025-01-10"):
        ahead = user.get(ACCRUED, sort="-due_date")["data"][0]
        user.post(f"{ACCRUED}/{ahead['id']}/mark-as-paid", {}, expect=200)
        gone = user.delete(f"{RECURRING}/{recurring['id']}")
    assert gone == {"message": "Recurring expense deleted", "removed": 2}
    user.get(f"{RECURRING}/{recurring['id']}", expect=404)
    left = user.get(ACCRUED, sort="due_date")["data"]
    assert [row["due_date"] for row in left] == ["2025-01-03", "2025-01-10", "2025-01-31"]
    assert {(row["recurring_id"], row["is_recurring"]) for row in left} == {(None, True)}


def test_an_occurrence_that_was_put_off_stays_when_coming_ones_go(user: Caller) -> None:
    recurring = enter(user, "2025-01-10", start_date="2025-01-05")
    with at("2025-01-10"):
        [bill] = user.get(ACCRUED)["data"]
        user.put(f"{ACCRUED}/{bill['id']}", {"due_date": "2025-02-05"})
        assert user.delete(f"{RECURRING}/{recurring['id']}")["removed"] == 0
    assert due(user) == [("2025-02-05", "pendiente")]


def test_an_occurrence_that_was_put_off_takes_nobodys_place(user: Caller, accrue: Run) -> None:
    enter(user, "2025-01-10", start_date="2025-01-05")
    with at("2025-01-10"):
        [bill] = user.get(ACCRUED)["data"]
        user.put(f"{ACCRUED}/{bill['id']}", {"due_date": "2025-02-05"})
    accrue("2025-02-01")
    assert due(user) == [("2025-02-05", "pendiente"), ("2025-02-05", "pendiente")]


def test_the_daily_job_accrues_what_was_entered_within_the_month(app: Flask, user: Caller, accrue: Run) -> None:
    accrue("2025-03-01")
    enter(user, start_date="2025-03-25")
    assert run(app, "mark-overdue-expenses", "2025-03-11") == {"accrued": 1, "overdue": 0}
    assert due(user) == [("2025-03-25", "pendiente")]


def test_the_daily_job_turns_overdue_what_was_due_before_today(app: Flask, user: Caller, accrue: Run) -> None:
    enter(user, frequency="Diaria", start_date="2025-03-28")
    accrue("2025-03-01")
    paid = user.get(ACCRUED, sort="due_date")["data"][0]
    user.post(f"{ACCRUED}/{paid['id']}/mark-as-paid", {"payment_date": "2025-03-28"}, expect=200)
    assert run(app, "mark-overdue-expenses", "2025-03-30") == {"accrued": 0, "overdue": 1}
    assert run(app, "mark-overdue-expenses", "2025-03-30") == {"accrued": 0, "overdue": 0}
    statuses = ["pagado", "vencido", "pendiente", "pendiente"]
    assert due(user) == [(f"2025-03-{28 + number}", status) for number, status in enumerate(statuses)]


def test_recurring_expenses_are_filtered_and_totalled(admin: Caller) -> None:
    admin.post("/api/exchange-rates", {"date": "2025-01-01", "rate": 4000})
    RecurringExpenseFactory(amount=Decimal("2.00"), currency="USD")
    paused = RecurringExpenseFactory(status="Pausado")
    RecurringExpenseFactory(category="Arriendo", amount=Decimal("500.00"))
    assert admin.get(RECURRING)["total"] == 8500
    [found] = admin.get(RECURRING, status="Pausado")["data"]
    assert found["id"] == paused.id
    answer = admin.get(RECURRING, category="Arriendo", currency="USD")
    assert (answer["total"], answer["currency"]) == (Decimal("0.13"), "USD")
    assert answer["data"][0]["converted_amount"] == Decimal("0.13")


IN_A_MONTH = {
    "Diaria": "30416.67",
    "Semanal": "4333.33",
    "Quincenal": "2000",
    "Mensual": "1000",
    "Bimensual": "500",
    "Trimestral": "333.33",
    "Semestral": "166.67",
    "Anual": "83.33",
}


def test_the_total_is_what_they_come_to_in_a_month(user: Caller) -> None:
    for frequency, expected in IN_A_MONTH.items():
        RecurringExpenseFactory(frequency=frequency, category=frequency)
        answer = user.get(RECURRING, category=frequency)
        assert answer["total"] == answer["monthly_total"] == Decimal(expected)
    assert user.get(RECURRING)["total"] == Decimal("38833.33")  # rounded once: its parts are three cents apart


def test_without_a_rate_each_currency_has_what_comes_to_a_month(user: Caller) -> None:
    RecurringExpenseFactory(amount=Decimal(10), currency="COP", frequency="Semanal")
    RecurringExpenseFactory(amount=Decimal(120), currency="COP", frequency="Anual")
    RecurringExpenseFactory(amount=Decimal(77), currency="COP", status="Pausado")
    paused = RecurringExpenseFactory(amount=Decimal(4), currency="USD", status="Pausado")
    assert user.get(RECURRING)["total"] == Decimal("53.33")  # what is paused needs no rate
    user.patch(f"{RECURRING}/{paused.id}/status", {"status": "Activo"})
    answer = user.get(RECURRING)
    assert (answer["total"], answer["monthly_total"]) == (None, None)
    assert answer["totals_by_currency"] == {"COP": Decimal("53.33"), "USD": 4}


@pytest.mark.parametrize("query", [{"q": "x"}, {"status": "activo"}, {"sort": "settled_through"}])
def test_a_wrong_parameter_is_named(user: Caller, query: dict[str, Any]) -> None:
    assert list(user.get(RECURRING, expect=400, **query)["errors"]) == list(query)


def test_the_lists_cost_few_statements(admin: Caller, accrue: Run) -> None:
    admin.post("/api/exchange-rates", {"date": "2025-01-01", "rate": 4000})
    for _ in range(10):
        RecurringExpenseFactory(currency="USD")
    accrue("2025-03-01")
    for path in (RECURRING, ACCRUED):
        with counted() as sent:
            admin.get(path, currency="USD")
        assert len(sent) <= 4, sent


def test_a_run_costs_as_many_statements_for_a_thousand_as_for_one(user: Caller, accrue: Run) -> None:
    RecurringExpenseFactory()
    with counted() as few:
        accrue("2025-01-31")
    for _ in range(20):
        RecurringExpenseFactory()
    with counted() as many:
        accrue("2025-02-01")
    assert len(many) == len(few)


def test_a_viewer_does_not_write(viewer: Caller) -> None:
    recurring = RecurringExpenseFactory()
    viewer.post(RECURRING, NEW, expect=403)
    viewer.put(f"{RECURRING}/{recurring.id}", {"notes": "x"}, expect=403)
    viewer.patch(f"{RECURRING}/{recurring.id}/status", {"status": "Pausado"}, expect=403)
    viewer.delete(f"{RECURRING}/{recurring.id}", expect=403)
    viewer.post(f"{ACCRUED}/1/mark-as-paid", {}, expect=403)
