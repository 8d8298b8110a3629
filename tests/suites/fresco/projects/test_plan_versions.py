"""The versions of a payment plan, written with it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.infra.context import make_context
from app.infra.db import db
from app.suites.fresco.projects.models import PlanVersion
from app.suites.fresco.projects.rules import PLAN_FIELDS, ChargeFrequency, PlanType
from app.suites.fresco.projects.service import ProjectService
from tests.factories.clients import ClientFactory
from tests.factories.projects import ProjectFactory, plan, sent_plan
from tests.suites.fresco.payments.clocks import on
from tests.support import Caller

FIRST, LATER, LATEST = date(2025, 3, 10), date(2025, 4, 2), date(2025, 5, 9)


def created(user: Caller, day: date, kind: PlanType = PlanType.SUBSCRIPTION) -> int:
    new = {"client_id": ClientFactory().id, "name": "Tienda", "description": "", "start_date": "2025-01-31"}
    with on(day):
        return int(user.post("/api/projects", new | {"payment_plan": sent_plan(kind)})["data"]["id"])


def change(user: Caller, day: date, project_id: int, **changes: Any) -> None:
    with on(day):
        user.put(f"/api/projects/{project_id}", changes)


def versions(app: Flask) -> list[tuple[date, date | None, Decimal | None]]:
    with app.app_context():
        found = db.session.scalars(select(PlanVersion).order_by(PlanVersion.id))
        return [(one.first_day, one.until_day, one.recurring_fee_amount) for one in found]


def violations(app: Flask) -> list[str]:
    with app.app_context():
        return ProjectService(make_context(db.session())).violations()


@pytest.mark.parametrize("kind", PlanType)
def test_a_new_plan_has_one_version_with_its_terms(app: Flask, user: Caller, kind: PlanType) -> None:
    project_id = created(user, FIRST, kind)
    with app.app_context():
        version = db.session.scalars(select(PlanVersion)).one()
        assert (version.project_id, version.first_day, version.until_day) == (project_id, FIRST, None)
        stored = user.get(f"/api/projects/{project_id}")["data"]["payment_plan"]
        assert version.plan_id == stored["id"]
        assert {name: getattr(version, name) for name in PLAN_FIELDS} == {
            name: Decimal(str(stored[name])) if isinstance(stored[name], float) else stored[name]
            for name in PLAN_FIELDS
        }
    assert violations(app) == []


def test_a_project_without_a_plan_has_no_version(app: Flask, user: Caller) -> None:
    new = {"client_id": ClientFactory().id, "name": "Tienda", "description": "", "start_date": "2025-01-31"}
    project = user.post("/api/projects", new)["data"]
    assert versions(app) == []
    change(user, FIRST, project["id"], payment_plan=sent_plan(PlanType.SUBSCRIPTION))
    assert versions(app) == [(FIRST, None, 100)]


def test_a_changed_plan_ends_its_version_and_begins_another(app: Flask, user: Caller) -> None:
    project_id = created(user, FIRST)
    change(user, LATER, project_id, payment_plan={"recurring_fee_amount": 120})
    change(user, LATER, project_id, payment_plan={"recurring_fee_amount": 130})
    change(user, LATEST, project_id, payment_plan={"recurring_fee_amount": 140})
    assert versions(app) == [
        (FIRST, LATER, 100),
        (LATER, LATER, 120),
        (LATER, LATEST, 130),
        (LATEST, None, 140),
    ]
    assert violations(app) == []


def test_a_change_of_anything_else_begins_no_version(app: Flask, user: Caller) -> None:
    project_id = created(user, FIRST)
    change(user, LATER, project_id, payment_plan={"recurring_fee_amount": 100})
    change(user, LATER, project_id, status="Pausado", name="Otra", start_date="2025-02-01")
    assert versions(app) == [(FIRST, None, 100)]


def test_a_removed_plan_ends_its_version_and_a_new_one_begins_another(app: Flask, user: Caller) -> None:
    project_id = created(user, FIRST)
    change(user, LATER, project_id, payment_plan=None)
    assert versions(app) == [(FIRST, LATER, 100)]
    assert violations(app) == []
    change(user, LATEST, project_id, payment_plan=sent_plan(PlanType.SUBSCRIPTION, recurring_fee_amount=Decimal(70)))
    assert versions(app) == [(FIRST, LATER, 100), (LATEST, None, 70)]
    assert violations(app) == []


def test_a_clock_that_was_put_back_makes_no_version_end_before_it_begins(app: Flask, user: Caller) -> None:
    project_id = created(user, LATER)
    change(user, FIRST, project_id, payment_plan={"recurring_fee_amount": 120})
    assert versions(app) == [(LATER, LATER, 100), (FIRST, None, 120)]


def test_a_deleted_project_takes_its_versions_along(app: Flask, user: Caller) -> None:
    user.delete(f"/api/projects/{created(user, FIRST)}")
    assert versions(app) == []


def test_a_refused_change_leaves_the_versions_alone(app: Flask, user: Caller) -> None:
    project_id = created(user, FIRST)
    changes = {"payment_plan": {"recurring_fee_amount": 120}, "client_id": 987_654}
    assert user.send("PUT", f"/api/projects/{project_id}", json=changes).status_code == 404
    assert versions(app) == [(FIRST, None, 100)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payment_plans SET recurring_fee_amount = 99",
        "UPDATE payment_plans SET recurring_fee_day_of_charge = 3",
        "UPDATE plan_versions SET recurring_fee_amount = 99",
        "UPDATE plan_versions SET until_day = first_day",
        "DELETE FROM plan_versions",
        "DELETE FROM payment_plans",
    ],
)
def test_a_plan_that_is_not_as_its_newest_version_is_found(app: Flask, database: None, statement: str) -> None:
    project = ProjectFactory(payment_plan=plan(PlanType.MIXED, recurring_fee_frequency=ChargeFrequency.WEEKLY))
    assert violations(app) == []
    with app.app_context():
        db.session.execute(text(statement))
        db.session.commit()
    assert violations(app) == [f"the payment plan of project {project.id} is not as its newest version"]
