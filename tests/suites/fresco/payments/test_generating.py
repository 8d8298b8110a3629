"""Payments generated from plans, and generated again after changes of plan, dates or status."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.infra.db import db
from app.suites.fresco.projects.events import ScheduleChanged
from app.suites.fresco.projects.rules import PlanType
from tests.suites.fresco.payments.charged import Project, Row, short
from tests.suites.fresco.payments.clocks import on
from tests.support import Caller

TODAY = date(2025, 3, 10)
FEE, MIXED = PlanType.INSTALLMENTS, PlanType.MIXED
THREE = {"implementation_fee_installments": 3}


@pytest.fixture(autouse=True)
def _in_march(user: Caller) -> Iterator[None]:
    """Freeze the time after the login at the real time, so that the session outlives the months of these tests."""
    with on(TODAY):
        yield


@pytest.fixture
def project(user: Caller, app: Flask) -> Project:
    """A project charged monthly on the 5th, created on 10 March; payments exist for 5 April, 5 May and 5 June."""
    made = Project(user, app)
    made.generate(3)
    return made


COMING = [(2, "04-05", 100), (3, "05-05", 100), (4, "06-05", 100)]


def test_generating_creates_the_charges_of_the_window_and_says_how_many(user: Caller, app: Flask) -> None:
    one = Project(user, app)
    answer = user.post("/api/payments/generate", {"project_id": one.id})
    assert answer["message"] == "12 payments generated"
    assert short(answer["data"])[::11] == [(2, "04-05", 100), (13, "03-05", 100)]
    assert {(row["status"], row["type"], row["paid_date"]) for row in answer["data"]} == {
        ("Pendiente", "Recurrente", None)
    }
    again = user.post("/api/payments/generate", {"project_id": one.id})
    assert again == {"data": [], "message": "0 payments generated"}
    assert len(one.all()) == 12


@pytest.mark.parametrize(
    ("start", "body", "first", "last"),
    [
        ("2025-03-10", {}, "03-10", "05-10"),  # today itself counts; the window ends before 10 June
        ("2025-03-05", {}, "04-05", "06-05"),
        ("2025-06-05", {}, "06-05", "08-05"),  # not started: from the start
        ("2025-01-05", {"from": "2025-01-05"}, "01-05", "03-05"),
        ("2025-01-05", {"from": "2025-01-06"}, "02-05", "04-05"),
        ("2025-03-05", {"from": None}, "04-05", "06-05"),
        ("2025-03-05", {"from": "2024-12-05"}, None, None),
    ],
)
def test_the_window_is_from_a_day_on_for_so_many_months(
    user: Caller, app: Flask, start: str, body: dict[str, Any], first: str | None, last: str | None
) -> None:
    days = [day for _, day, _ in Project(user, app, start).generate(3, **body)]
    assert (days[0], days[-1], len(days)) == (first, last, 3) if first else days == []


def test_the_fee_is_generated_whole_whatever_the_window(user: Caller, app: Flask) -> None:
    one = Project(user, app, "2025-01-31", kind=FEE, plan={"implementation_fee_total": "1000.00"})
    new = one.generate(1)
    assert [(day, amount) for _, day, amount in new] == [
        ("01-31", Decimal("333.34")),
        ("02-28", Decimal("333.33")),
        ("03-31", Decimal("333.33")),
    ]
    assert [row["status"] for row in one.all("Implementación")] == ["Vencido", "Vencido", "Pendiente"]


@pytest.mark.parametrize("months", [0, 121, -1, "x", None, 1.5, True])
def test_months_are_from_1_to_120(user: Caller, app: Flask, months: Any) -> None:
    one = Project(user, app)
    body = {"project_id": one.id, "months": months}
    assert list(user.post("/api/payments/generate", body, expect=400)["errors"]) == ["months"]


def test_the_longest_window_is_taken_up_to_the_end_of_the_calendar(user: Caller, app: Flask) -> None:
    one = Project(user, app, kind=MIXED, plan={"recurring_fee_frequency": "Semanal", **THREE})
    assert len(one.generate(120)) == 522 + 3
    last = Project(user, app, "2200-12-01", kind=MIXED, plan=THREE)
    assert len(last.generate(120, **{"from": "2200-12-31"})) == 1  # one installment fits, and no charge


@pytest.mark.parametrize("status", ["Pausado", "Finalizado", "Cancelado"])
def test_only_an_active_project_is_charged(user: Caller, app: Flask, status: str) -> None:
    one = Project(user, app, status=status)
    problem = user.post("/api/payments/generate", {"project_id": one.id}, expect=409)
    assert problem["code"] == "project_not_active"


def test_a_project_without_a_plan_or_without_existence_is_not_charged(user: Caller, app: Flask) -> None:
    one = Project(user, app)
    one.change(payment_plan=None)
    assert user.post("/api/payments/generate", {"project_id": one.id}, expect=409)["code"] == "project_without_plan"
    user.post("/api/payments/generate", {"project_id": 999_999}, expect=404)
    user.post("/api/payments/generate", {}, expect=400)


def test_a_deleted_payment_comes_back_by_hand_only(project: Project) -> None:
    project.user.delete(project.numbered(3))
    project.tonight()
    assert [number for number, _, _ in project.payments()] == [2, 4]
    assert project.generate(3) == [COMING[1]]


def test_nor_does_a_deleted_payment_of_a_project_that_had_not_started(user: Caller, app: Flask) -> None:
    one = Project(user, app, "2025-06-05")
    one.generate(3)
    user.delete(one.numbered(2))
    with on(date(2025, 6, 20)):
        one.tonight()
    assert [number for number, _, _ in one.payments()] == [1, 3]


def test_a_number_entered_by_hand_is_not_charged_again(user: Caller, app: Flask) -> None:
    one = Project(user, app)
    hand = {"project_id": one.id, "amount": 1, "currency": "COP", "date": "2025-03-20", "type": "Recurrente"}
    user.post("/api/payments", hand | {"installment_number": 3})
    assert [number for number, _, _ in one.generate(3)] == [2, 4]


def test_a_window_further_on_leaves_what_is_between_to_the_job(user: Caller, app: Flask) -> None:
    one = Project(user, app)
    one.generate(2, **{"from": "2025-06-01"})
    with on(date(2025, 4, 10)):
        one.tonight()
    assert [day for _, day, _ in one.payments()] == ["04-05", "05-05", "06-05", "07-05"]


# Changes, and the payments of 5 April, 5 May and 5 June after them.
@pytest.mark.parametrize(
    ("changes", "after"),
    [
        ({"payment_plan": {"recurring_fee_amount": 70}}, [(2, "04-05", 70), (3, "05-05", 70), (4, "06-05", 70)]),
        (
            {"payment_plan": {"recurring_fee_day_of_charge": 20}},
            [(2, "04-20", 100), (3, "05-20", 100), (4, "06-20", 100)],
        ),
        (
            {"payment_plan": {"recurring_fee_frequency": "Bimensual"}},
            [(2, "05-05", 100)],
        ),
        ({"payment_plan": {"recurring_fee_grace_periods": 3}}, COMING[2:]),
        (
            {"payment_plan": {"recurring_fee_discount_periods": 2, "recurring_fee_discount_percentage": "10"}},
            [(2, "04-05", 90), *COMING[1:]],
        ),
        ({"payment_plan": None}, []),
        ({"end_date": "2025-05-05"}, COMING[:2]),
        ({"start_date": "2025-04-20"}, [(1, "04-20", 100), (2, "05-20", 100)]),
        ({"start_date": "2025-03-10"}, [(1, "03-10", 100), (2, "04-10", 100), (3, "05-10", 100)]),
        ({"status": "Pausado"}, []),
        ({"status": "Finalizado"}, []),
        ({"status": "Cancelado"}, []),
        ({"name": "Otro"}, COMING),
    ],
)
def test_future_payments_are_regenerated_after_a_change(
    project: Project, changes: dict[str, Any], after: list[Row]
) -> None:
    project.change(**changes)
    assert project.payments() == after


def test_a_project_without_generated_payments_is_not_regenerated(user: Caller, app: Flask) -> None:
    one = Project(user, app)
    one.plan(amount=70)
    assert one.payments() == []


UNTOUCHED = {
    "paid": lambda user, path: user.patch(f"{path}/status", {"status": "Pagado"}),
    "invoiced": lambda user, path: user.put(path, {"invoice_number": "FV-1"}),
    "today's": lambda user, path: user.put(path, {"date": "2025-03-10"}),
    "overdue": lambda user, path: user.put(path, {"date": "2025-03-09"}),
}
CHANGES: list[dict[str, Any]] = [
    {"payment_plan": {"recurring_fee_amount": 70}},
    {"payment_plan": {"recurring_fee_frequency": "Semanal"}},
    {"payment_plan": None},
    {"status": "Cancelado"},
    {"start_date": "2025-05-01"},
    {"end_date": "2025-03-11"},
]


@pytest.mark.parametrize("kind", UNTOUCHED)
@pytest.mark.parametrize("changes", CHANGES, ids=lambda changes: next(iter(changes)))
def test_paid_overdue_todays_and_invoiced_payments_stay(project: Project, kind: str, changes: dict[str, Any]) -> None:
    path = project.numbered(3)
    UNTOUCHED[kind](project.user, path)
    before = project.user.get(path)["data"]
    project.change(**changes)
    assert project.user.get(path)["data"] == before
    assert sum(number == 3 for number, _, _ in project.payments()) == 1


@pytest.mark.parametrize("changes", CHANGES, ids=lambda changes: next(iter(changes)))
def test_payments_entered_by_hand_stay(project: Project, changes: dict[str, Any]) -> None:
    hand = {"project_id": project.id, "amount": 1, "currency": "COP", "date": "2025-04-01", "type": "Recurrente"}
    made = project.user.post("/api/payments", hand)["data"]
    project.change(**changes)
    assert project.user.get(f"/api/payments/{made['id']}")["data"] == made


def test_a_payment_marked_as_unpaid_is_regenerated(project: Project) -> None:
    path = f"{project.numbered(2)}/status"
    project.user.patch(path, {"status": "Pagado"})
    project.user.patch(path, {"status": "Pendiente"})
    project.plan(amount=70)
    assert [amount for _, _, amount in project.payments()] == [70, 70, 70]


def test_numbers_under_a_new_frequency_do_not_meet_those_that_stay(project: Project) -> None:
    project.user.patch(f"{project.numbered(4)}/status", {"status": "Pagado"})
    project.plan(frequency="Trimestral")
    assert project.payments() == COMING
    assert project.generate(9) == [(5, "09-05", 100), (6, "12-05", 100)]
    project.plan(frequency="Mensual")
    assert project.payments() == [*COMING, *((n, f"{n + 2:02}-05", 100) for n in range(5, 11))]


def test_payments_are_regenerated_up_to_the_last_one_also_past_a_gap(user: Caller, app: Flask) -> None:
    one = Project(user, app)
    one.tonight()
    one.generate(2, **{"from": "2025-08-01"})
    one.plan(amount=70)
    assert one.payments()[-1] == (7, "09-05", 70)


def test_a_payment_moved_far_ahead_by_hand_does_not_draw_a_century_with_it(project: Project) -> None:
    project.user.put(project.numbered(4), {"date": "2199-01-01"})
    project.plan(amount=70)
    assert project.user.get("/api/payments", project_id=project.id)["pagination"]["total"] == 120


def test_after_a_pause_charges_go_on_as_far_as_before_and_nothing_falls_into_it(project: Project) -> None:
    with on(date(2025, 4, 1)):
        project.change(status="Pausado")
    with on(date(2025, 4, 6)):
        project.change(status="Activo")
        assert project.payments() == COMING[1:]
        project.tonight()
        assert project.payments() == COMING[1:]
        assert project.generate(12, **{"from": "2025-03-05"})[0] == (1, "03-05", 100)
        assert "04-05" not in [day for _, day, _ in project.payments()]


def test_the_day_of_the_return_is_charged(project: Project) -> None:
    with on(date(2025, 4, 1)):
        project.change(status="Pausado")
    with on(date(2025, 4, 5)):
        project.change(status="Activo")
        assert project.payments() == COMING


def test_a_pause_undone_on_the_same_day_keeps_todays_payment(project: Project) -> None:
    with on(date(2025, 4, 5)):
        project.user.delete(project.numbered(2))
        project.change(status="Pausado")
        project.change(status="Activo")
        assert project.payments() == COMING[1:]


def test_todays_charge_is_not_made_twice_on_a_return_with_another_frequency(project: Project) -> None:
    with on(date(2025, 4, 4)):
        project.change(status="Pausado")
    with on(date(2025, 4, 5)):
        hand = {"project_id": project.id, "amount": 1, "currency": "COP", "date": "2025-04-05", "type": "Recurrente"}
        project.user.post("/api/payments", hand)
        project.change(status="Activo", payment_plan={"recurring_fee_frequency": "Quincenal"})
        assert [day for _, day, _ in project.payments()] == ["04-05", "04-20", "05-05", "05-20", "06-05"]


def test_installments_that_fell_into_a_pause_are_owed_again(user: Caller, app: Flask) -> None:
    one = Project(user, app, "2025-03-15", kind=FEE)
    one.generate()
    one.change(status="Pausado")
    assert one.payments("Implementación") == []
    with on(date(2025, 4, 20)):
        one.change(status="Activo")
        assert [(row["date"], row["status"]) for row in one.all("Implementación")] == [
            ("2025-03-15", "Vencido"),
            ("2025-04-15", "Vencido"),
            ("2025-05-15", "Pendiente"),
        ]


@pytest.mark.parametrize("start", ["2025-01-20", "2024-11-01", "2025-03-01", "2025-06-30"])
def test_installments_still_add_up_when_the_start_moves(user: Caller, app: Flask, start: str) -> None:
    plan = {"implementation_fee_installments": 7, "implementation_fee_total": "1000.00"}
    one = Project(user, app, "2025-01-15", kind=FEE, plan=plan)
    one.generate()
    one.change(start_date=start)
    assert sum(amount for _, _, amount in one.payments("Implementación")) == 1000


def test_a_later_end_charges_what_it_makes_due_again(project: Project) -> None:
    project.change(end_date="2025-03-31")
    with on(date(2025, 4, 10)):
        project.tonight()
        project.change(end_date=None)
        project.tonight()
        assert project.payments() == COMING[:2]


def test_a_start_corrected_from_another_decade_does_not_charge_that_decade(user: Caller, app: Flask) -> None:
    one = Project(user, app, "2035-03-05")
    one.tonight()
    one.change(start_date="2025-03-05")
    one.tonight()
    assert one.payments() == COMING[:1]


def test_a_failing_event_handler_leaves_the_project_unchanged(project: Project, app: Flask) -> None:
    def fails(_session: Any, _event: Any) -> None:
        raise RuntimeError("a later subscriber fails")

    before = project.user.get(project.path)["data"]
    handlers = app.extensions["event_handlers"][ScheduleChanged]
    handlers.append(fails)
    try:
        project.user.put(project.path, {"payment_plan": {"recurring_fee_amount": 70}}, expect=500)
    finally:
        handlers.remove(fails)
    assert project.user.get(project.path)["data"] == before
    assert project.payments() == COMING


def test_the_audit_log_has_the_old_and_the_new_row(project: Project, app: Flask) -> None:
    with app.app_context():
        seen = db.session.scalar(text("SELECT max(id) FROM audit_log"))
    project.plan(amount=70)
    with app.app_context():
        rows = db.session.execute(
            text(
                "SELECT table_name, action, before->>'amount', after->>'amount' FROM audit_log"
                " WHERE id > :seen AND table_name = 'payments' ORDER BY id"
            ),
            {"seen": seen},
        ).all()
    assert sorted(tuple(row) for row in rows) == sorted(
        [("payments", "delete", "100.00", None)] * 3 + [("payments", "insert", None, "70.00")] * 3, key=str
    )
