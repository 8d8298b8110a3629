"""Projects with their payment plans over the API."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.infra.db import db
from app.suites.fresco.projects.models import PaymentPlan, ProjectPause
from app.suites.fresco.projects.rules import PLAN_FIELDS, ChargeFrequency, PlanType
from tests.factories.clients import ClientFactory
from tests.factories.payments import PaymentFactory
from tests.factories.projects import ProjectFactory, plan, sent_plan
from tests.suites.fresco.payments.clocks import on
from tests.support import Caller

TODAY = date(2025, 3, 10)


def new(**changes: Any) -> dict[str, Any]:
    """The request body of a new project."""
    client_id = changes.pop("client_id", None) or ClientFactory().id
    return {"client_id": client_id, "name": "Tienda", "description": "", "start_date": "2025-01-31", **changes}


def created(user: Caller, **changes: Any) -> dict[str, Any]:
    return user.post("/api/projects", new(**changes))["data"]


def etag(user: Caller, project_id: int) -> str:
    return user.send("GET", f"/api/projects/{project_id}").headers["ETag"]


@pytest.mark.parametrize("kind", PlanType)
def test_a_project_is_created_with_a_plan_of_each_type(user: Caller, kind: PlanType) -> None:
    sent = sent_plan(kind)
    response = user.send("POST", "/api/projects", json=new(payment_plan=sent))
    project = response.get_json()["data"]
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/projects/{project['id']}"
    assert user.get(response.headers["Location"])["data"] == project
    stored = project["payment_plan"]
    assert stored["project_id"] == project["id"]
    assert {name for name in PLAN_FIELDS if stored[name] is not None} == set(sent)
    assert {name: str(stored[name]) for name in sent} == {name: str(value) for name, value in sent.items()}


def test_a_project_needs_no_plan_and_is_active_by_default(user: Caller) -> None:
    project = created(user)
    assert (project["status"], project["payment_plan"], project["end_date"]) == ("Activo", None, None)
    assert created(user, payment_plan=None)["payment_plan"] is None


def test_a_new_project_is_as_old_as_its_last_change(user: Caller) -> None:
    project = created(user)
    assert project["created_at"] == project["updated_at"]


def test_an_unknown_client_is_not_found(user: Caller) -> None:
    assert user.post("/api/projects", new(client_id=999_999), expect=404)["code"] == "not_found"
    project = ProjectFactory()
    user.put(f"/api/projects/{project.id}", {"client_id": 999_999}, expect=404)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("client_id", None),
        ("client_id", "x"),
        ("client_id", 0),
        ("name", " "),
        ("name", "x" * 201),
        ("description", None),
        ("start_date", "2025-02-30"),
        ("end_date", "2025-01-30"),
        ("status", "Terminado"),
        ("payment_plan", []),
        ("payment_plan", "Mixto"),
        ("budget", 1),
    ],
)
def test_a_wrong_field_is_named(user: Caller, field: str, value: object) -> None:
    problem = user.post("/api/projects", {**new(), field: value}, expect=400)
    assert list(problem["errors"]) == [field]


@pytest.mark.parametrize(
    ("kind", "changes", "wrong"),
    [
        (PlanType.SINGLE_FEE, {"implementation_fee_currency": None}, "implementation_fee_currency"),
        (PlanType.SINGLE_FEE, {"recurring_fee_amount": 5}, "recurring_fee_amount"),
        (PlanType.INSTALLMENTS, {"implementation_fee_installments": 1}, "implementation_fee_installments"),
        (PlanType.INSTALLMENTS, {"implementation_fee_installments": 121}, "implementation_fee_installments"),
        (PlanType.SUBSCRIPTION, {"recurring_fee_day_of_charge": 32}, "recurring_fee_day_of_charge"),
        (PlanType.SUBSCRIPTION, {"recurring_fee_frequency": "Diaria"}, "recurring_fee_frequency"),
        (PlanType.SUBSCRIPTION, {"recurring_fee_discount_percentage": "100.01"}, "recurring_fee_discount_percentage"),
        (PlanType.SUBSCRIPTION, {"recurring_fee_grace_periods": -1}, "recurring_fee_grace_periods"),
        (PlanType.MIXED, {"recurring_fee_amount": "NaN"}, "recurring_fee_amount"),
        (PlanType.MIXED, {"type": "Otro"}, "type"),
        (PlanType.MIXED, {"type": None}, "type"),
        (PlanType.MIXED, {"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_field_of_the_plan_is_named_under_it(
    user: Caller, kind: PlanType, changes: dict[str, Any], wrong: str
) -> None:
    problem = user.post("/api/projects", new(payment_plan=sent_plan(kind, **changes)), expect=400)
    assert list(problem["errors"]) == ["payment_plan"]
    assert list(problem["errors"]["payment_plan"]) == [wrong]


def test_a_plan_without_a_type_gets_a_message(user: Caller) -> None:
    problem = user.post("/api/projects", new(payment_plan={}), expect=400)
    assert list(problem["errors"]["payment_plan"]) == ["type"]


def test_projects_are_filtered_searched_and_sorted(user: Caller) -> None:
    first = ProjectFactory(name="Ábaco", notes="Piloto")
    second = ProjectFactory(name="zorro", status="Pausado", client_id=first.client_id)
    third = ProjectFactory(name="Beta", description="PILÓTO")

    def ids(**query: Any) -> list[int]:
        return [row["id"] for row in user.get("/api/projects", **query)["data"]]

    assert ids(client_id=first.client_id) == [first.id, second.id]
    assert ids(status="Pausado") == [second.id]
    assert ids(q="piloto") == [first.id, third.id]
    assert ids(q="piloto", client_id=first.client_id) == [first.id]
    assert ids(sort="-name") == [second.id, third.id, first.id]
    assert ids(client_id=999_999) == []
    user.get("/api/projects", expect=400, sort="payment_plan")
    user.get("/api/projects", expect=400, client="1")


def test_lists_carry_the_plan(user: Caller) -> None:
    ProjectFactory(payment_plan=plan(PlanType.SUBSCRIPTION))
    assert user.get("/api/projects")["data"][0]["payment_plan"]["type"] == "Suscripción periódica"


@pytest.mark.parametrize("kind", PlanType)
def test_a_project_sent_back_as_it_was_got_is_unchanged(user: Caller, kind: PlanType) -> None:
    project = created(user, payment_plan=sent_plan(kind))
    version = etag(user, project["id"])
    assert user.put(f"/api/projects/{project['id']}", project)["data"] == project
    assert user.put(f"/api/projects/{project['id']}", {})["data"] == project
    assert etag(user, project["id"]) == version


def test_a_put_merges_the_plan_and_leaves_the_rest(user: Caller) -> None:
    project = created(user, payment_plan=sent_plan(PlanType.MIXED), notes="VIP")
    changed = user.put(f"/api/projects/{project['id']}", {"payment_plan": {"recurring_fee_amount": 7.5}})["data"]
    before, after = project["payment_plan"], changed["payment_plan"]
    assert {name for name in after if after[name] != before[name]} <= {"recurring_fee_amount", "updated_at"}
    assert (after["recurring_fee_amount"], changed["notes"]) == (7.5, "VIP")


def test_a_plan_changes_its_type_and_keeps_its_id(user: Caller) -> None:
    project = created(user, payment_plan=sent_plan(PlanType.MIXED))
    changed = user.put(f"/api/projects/{project['id']}", {"payment_plan": {"type": "Suscripción periódica"}})["data"]
    assert changed["payment_plan"]["id"] == project["payment_plan"]["id"]
    assert changed["payment_plan"]["implementation_fee_total"] is None
    assert changed["payment_plan"]["implementation_fee_installments"] is None


def test_a_change_that_makes_the_plan_incomplete_is_refused_and_changes_nothing(user: Caller) -> None:
    project = created(user, payment_plan=sent_plan(PlanType.SUBSCRIPTION))
    wrong = {"name": "Otra", "payment_plan": {"type": "Mixto"}}
    problem = user.put(f"/api/projects/{project['id']}", wrong, expect=400)
    assert set(problem["errors"]["payment_plan"]) == {"implementation_fee_total", "implementation_fee_currency"}
    assert user.get(f"/api/projects/{project['id']}")["data"] == project


def test_a_null_plan_removes_it_and_a_new_one_takes_its_place(user: Caller, app: Flask) -> None:
    project = created(user, payment_plan=sent_plan(PlanType.MIXED))
    path = f"/api/projects/{project['id']}"
    assert user.put(path, {"payment_plan": None})["data"]["payment_plan"] is None
    with app.app_context():
        assert db.session.scalars(select(PaymentPlan)).all() == []
    user.put(path, {"payment_plan": {"recurring_fee_amount": 1}}, expect=400)  # no stored plan to merge into
    again = user.put(path, {"payment_plan": sent_plan(PlanType.SINGLE_FEE)})["data"]
    assert again["payment_plan"]["type"] == "Fee único"


@pytest.mark.parametrize(
    "change",
    [
        {"payment_plan": {"recurring_fee_amount": 7}},
        {"payment_plan": None},
        {"name": "Otra"},
        {"status": "Pausado"},
    ],
)
def test_every_change_also_of_the_plan_alone_is_a_new_version(user: Caller, change: dict[str, Any]) -> None:
    project = created(user, payment_plan=sent_plan(PlanType.SUBSCRIPTION))
    seen = etag(user, project["id"])
    path = f"/api/projects/{project['id']}"
    changed = user.put(path, change, If_Match=seen)["data"]
    assert etag(user, project["id"]) != seen
    assert changed["updated_at"] > project["updated_at"]
    assert user.put(path, {"name": "late"}, expect=412, If_Match=seen)["code"] == "stale_version"
    user.delete(path, expect=412, If_Match=seen)
    assert user.get(path)["data"] == changed


@pytest.mark.parametrize(
    ("stored", "change"),
    [
        ({}, {"end_date": "2025-01-30"}),
        ({"end_date": date(2025, 3, 1)}, {"start_date": "2025-03-02"}),
    ],
)
def test_a_project_never_ends_before_it_starts(user: Caller, stored: dict[str, Any], change: dict[str, Any]) -> None:
    project = ProjectFactory(**stored)
    assert list(user.put(f"/api/projects/{project.id}", change, expect=400)["errors"]) == ["end_date"]


def test_a_project_may_last_a_day(user: Caller) -> None:
    assert created(user, end_date="2025-01-31")["end_date"] == "2025-01-31"


def test_the_client_changes_only_while_there_are_no_payments(user: Caller) -> None:
    project, other = ProjectFactory(), ClientFactory()
    path = f"/api/projects/{project.id}"
    assert user.put(path, {"client_id": other.id})["data"]["client_id"] == other.id
    PaymentFactory(project_id=project.id, client_id=other.id)
    problem = user.put(path, {"client_id": project.client_id}, expect=409)
    assert problem["code"] == "project_has_payments"


@pytest.mark.parametrize(
    ("payment", "code"),
    [
        ({"status": "Pagado", "paid_date": date(2025, 3, 15)}, "payment_has_receipts"),
        ({"invoice_number": "FV-1"}, "project_has_payments"),
        ({"status": "Vencido", "invoice_number": "FV-1"}, "project_has_payments"),
    ],
)
def test_a_project_with_paid_or_invoiced_payments_stays_whole(user: Caller, payment: dict[str, Any], code: str) -> None:
    project = ProjectFactory(payment_plan=plan(PlanType.SUBSCRIPTION))
    ids = {PaymentFactory(project=project).id, PaymentFactory(project=project, **payment).id}
    problem = user.delete(f"/api/projects/{project.id}", expect=409)
    assert problem["code"] == code
    assert {row["id"] for row in user.get("/api/payments", project_id=project.id)["data"]} == ids


def test_a_deleted_project_takes_its_payments_plan_and_pauses_with_it(user: Caller, app: Flask) -> None:
    project = created(user, payment_plan=sent_plan(PlanType.MIXED), status="Activo")
    path = f"/api/projects/{project['id']}"
    user.post("/api/payments/generate", {"project_id": project["id"]})
    PaymentFactory(project_id=project["id"], client_id=project["client_id"], status="Vencido")
    user.put(path, {"status": "Pausado"})
    assert user.delete(path) == {"message": "Project deleted"}
    user.get(path, expect=404)
    assert user.get("/api/payments")["data"] == []
    with app.app_context():
        assert db.session.scalars(select(PaymentPlan)).all() == []
        assert db.session.scalars(select(ProjectPause)).all() == []


def pauses(app: Flask) -> list[tuple[date, date | None]]:
    with app.app_context():
        rows = db.session.scalars(select(ProjectPause).order_by(ProjectPause.id))
        return [(row.first_day, row.until_day) for row in rows]


def test_days_without_activity_are_kept(user: Caller, app: Flask) -> None:
    with on(date(2025, 3, 1)):
        path = f"/api/projects/{created(user)['id']}"
    assert pauses(app) == []
    with on(date(2025, 3, 10)):
        user.put(path, {"status": "Pausado"})
    with on(date(2025, 3, 12)):
        user.put(path, {"status": "Finalizado"})
    assert pauses(app) == [(date(2025, 3, 10), None)]
    with on(date(2025, 3, 20)):
        user.put(path, {"status": "Activo"})
        user.put(path, {"status": "Cancelado"})
    assert pauses(app) == [(date(2025, 3, 10), date(2025, 3, 20)), (date(2025, 3, 20), None)]


@pytest.mark.parametrize("status", ["Pausado", "Finalizado", "Cancelado"])
def test_a_project_entered_inactive_is_so_from_that_day(user: Caller, app: Flask, status: str) -> None:
    with on(TODAY):
        created(user, status=status)
    assert pauses(app) == [(TODAY, None)]


def test_a_pause_never_ends_before_it_began(user: Caller, app: Flask) -> None:
    with on(TODAY):
        path = f"/api/projects/{created(user, status='Pausado')['id']}"
    with on(date(2025, 3, 8)):  # a clock that was corrected
        user.put(path, {"status": "Activo"})
    assert pauses(app) == [(TODAY, TODAY)]


def test_amounts_go_out_as_numbers_exact_to_the_cent(user: Caller) -> None:
    sent = sent_plan(
        PlanType.SUBSCRIPTION, recurring_fee_amount="9999999999.99", recurring_fee_discount_percentage="33.33"
    )
    stored = created(user, payment_plan=sent)["payment_plan"]
    assert stored["recurring_fee_amount"] == Decimal("9999999999.99")
    assert stored["recurring_fee_discount_percentage"] == Decimal("33.33")


def test_a_new_frequency_must_fit_the_stored_day(user: Caller) -> None:
    project = ProjectFactory(payment_plan=plan(PlanType.SUBSCRIPTION, recurring_fee_day_of_charge=31))
    path = f"/api/projects/{project.id}"
    problem = user.put(path, {"payment_plan": {"recurring_fee_frequency": "Semanal"}}, expect=400)
    assert list(problem["errors"]["payment_plan"]) == ["recurring_fee_day_of_charge"]
    both = {"recurring_fee_frequency": ChargeFrequency.WEEKLY, "recurring_fee_day_of_charge": None}
    assert user.put(path, {"payment_plan": both})["data"]["payment_plan"]["recurring_fee_day_of_charge"] is None


def test_a_viewer_reads_and_does_not_write(viewer: Caller) -> None:
    project = ProjectFactory()
    viewer.get(f"/api/projects/{project.id}")
    viewer.post("/api/projects", new(), expect=403)
    viewer.put(f"/api/projects/{project.id}", {"name": "x"}, expect=403)
    viewer.delete(f"/api/projects/{project.id}", expect=403)
