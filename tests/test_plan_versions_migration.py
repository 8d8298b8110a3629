"""The migration to plan versions: a report of the past stays what it was when it read the audit log."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import Connection, text

from app import registry
from app.infra.context import make_context
from app.infra.db import db
from app.kernel.money import Currency
from app.kernel.recurrence import Frequency
from app.suites.fresco.projects.rules import RecurringFee
from app.suites.fresco.projects.service import ProjectService
from tests.soak import daily, soak_only
from tests.test_migrations import migrate, names, owner

pytestmark = pytest.mark.long

BEFORE, AFTER = "0018", "0019"
START = datetime(2020, 1, 1, 1, tzinfo=UTC)  # an evening in Bogotá: its day is the one before
DAYS = 60
PROJECTS = 8

_COMPANY = """
    INSERT INTO clients (name, start_date) VALUES ('Café', '2019-01-01');
    INSERT INTO projects (client_id, name, description, start_date)
    SELECT clients.id, 'Portal ' || n, '', '2019-01-05' FROM clients, generate_series(1, 8) n
"""
_ADD = """
    INSERT INTO payment_plans (project_id, type, recurring_fee_amount, recurring_fee_currency, recurring_fee_frequency,
        recurring_fee_grace_periods, recurring_fee_discount_periods, recurring_fee_discount_percentage, created_at)
    SELECT id, 'Suscripción periódica', :amount, 'COP', 'Mensual', 0, 0, 0, :at FROM projects
    WHERE id = :project ON CONFLICT DO NOTHING
"""
_CHANGE = """
    UPDATE payment_plans SET recurring_fee_amount = :amount, updated_at = :at
    WHERE project_id = :project AND type <> 'Fee único'
"""
_CHANGE_ALL_TERMS = """
    UPDATE payment_plans SET type = 'Suscripción periódica', implementation_fee_total = NULL,
        implementation_fee_currency = NULL, implementation_fee_installments = NULL,
        recurring_fee_currency = 'USD', recurring_fee_frequency = 'Quincenal',
        recurring_fee_day_of_charge = 3, recurring_fee_grace_periods = 1, recurring_fee_discount_periods = 2,
        recurring_fee_discount_percentage = 12.5, recurring_fee_amount = :amount, updated_at = :at
    WHERE project_id = :project
"""
_TOUCH = "UPDATE payment_plans SET updated_at = :at WHERE project_id = :project"
_END_THE_SUBSCRIPTION = """
    UPDATE payment_plans SET type = 'Fee único', implementation_fee_total = :amount,
        implementation_fee_currency = 'COP', implementation_fee_installments = 1,
        recurring_fee_amount = NULL, recurring_fee_currency = NULL,
        recurring_fee_frequency = NULL, recurring_fee_day_of_charge = NULL, recurring_fee_grace_periods = NULL,
        recurring_fee_discount_periods = NULL, recurring_fee_discount_percentage = NULL, updated_at = :at
    WHERE project_id = :project
"""
_REMOVE = "DELETE FROM payment_plans WHERE project_id = :project"
_PAUSE = """
    WITH paused AS (UPDATE projects SET status = 'Pausado' WHERE id = :project AND status = 'Activo'
                    RETURNING id)
    INSERT INTO project_pauses (project_id, first_day) SELECT id, CAST(:at AS timestamptz)::date FROM paused
"""
_DELETE = "DELETE FROM projects WHERE id = :project AND id % 4 = 0"
STEPS = [_ADD] * 4 + [_CHANGE] * 6 + [_CHANGE_ALL_TERMS] * 2 + [_TOUCH, _END_THE_SUBSCRIPTION, _REMOVE, _PAUSE, _DELETE]

# The question of the report before there were versions, and what it made of the answer.
_AS_IT_WAS_READ = text("""
    SELECT DISTINCT ON (row_id) before FROM audit_log
    WHERE table_name = 'payment_plans' AND action = 'update' AND at >= :since ORDER BY row_id, id
""")


def _fee_as_it_was_read(plan: dict[str, Any]) -> RecurringFee | None:
    if plan["recurring_fee_amount"] is None:
        return None
    return RecurringFee(
        Decimal(str(plan["recurring_fee_amount"])),
        Currency(plan["recurring_fee_currency"]),
        Frequency(plan["recurring_fee_frequency"]),
        plan["recurring_fee_day_of_charge"],
        plan["recurring_fee_grace_periods"],
        plan["recurring_fee_discount_periods"],
        Decimal(str(plan["recurring_fee_discount_percentage"])),
    )


def read_from_the_audit_log(connection: Connection, day: date) -> dict[int, RecurringFee | None]:
    since = datetime(day.year, day.month, day.day, 5, tzinfo=UTC) + timedelta(days=1)  # midnight in Bogotá
    plans = connection.scalars(_AS_IT_WAS_READ, {"since": since})
    return {plan["project_id"]: _fee_as_it_was_read(plan) for plan in plans}


@contextmanager
def history(connection: Connection) -> Iterator[None]:
    """Let the audit log be dated as the test wants it."""
    connection.execute(text("ALTER TABLE audit_log DISABLE TRIGGER audit_log_is_final"))
    yield
    connection.execute(text("ALTER TABLE audit_log ENABLE TRIGGER audit_log_is_final"))


def live(connection: Connection, chance: random.Random) -> None:
    """Add, change, pause, remove and delete plans over some weeks, several times on some days."""
    connection.execute(text(_COMPANY))
    with history(connection):
        for hours in sorted(chance.randrange(DAYS * 24) for _ in range(DAYS * 3)):
            at = START + timedelta(hours=hours)
            values = {
                "at": at,
                "project": chance.randint(1, PROJECTS),
                "amount": Decimal(chance.randint(1, 10**6)) / 100,
            }
            connection.execute(text(chance.choice(STEPS)), values)
            connection.execute(text("UPDATE audit_log SET at = :at WHERE at > '2021-01-01'"), {"at": at})


def read_from_the_versions(app: Flask) -> dict[date, dict[int, RecurringFee | None]]:
    with app.app_context():
        projects = ProjectService(make_context(db.session()))
        found = {day: dict(projects.fees_before_change(day)) for day in days()}
        db.session.rollback()
        db.engine.dispose()
    return found


def days() -> list[date]:
    return [START.date() + timedelta(days=number) for number in range(-3, DAYS + 3)]


def broken_rules(app: Flask) -> list[str]:
    with app.app_context():
        found = registry.broken_rules()
        db.engine.dispose()
    return found


@pytest.mark.parametrize("seed", daily(*range(4)))
def test_each_day_of_the_past_has_the_plans_that_it_had(empty: str, seed: int) -> None:
    migrate(empty, lambda: flask_migrate.upgrade(revision=BEFORE))
    with owner(empty).connect() as connection:
        live(connection, random.Random(seed))
        planned = set(connection.scalars(text("SELECT project_id FROM payment_plans")))
        before = {day: read_from_the_audit_log(connection, day) for day in days()}
        app = migrate(empty, flask_migrate.upgrade)
        after = read_from_the_versions(app)
    for day in days():
        kept = {project: fee for project, fee in before[day].items() if project in planned}
        assert {project: fee for project, fee in after[day].items() if project in planned} == kept, day
    assert len({str(one) for one in after.values()}) > 20, "the days differ"
    assert broken_rules(app) == []


_VERSIONS = text(
    "SELECT project_id, plan_id, first_day, until_day, recurring_fee_amount FROM plan_versions ORDER BY id"
)


@soak_only
def test_down_and_up_again_the_versions_are_the_same(empty: str) -> None:
    migrate(empty, lambda: flask_migrate.upgrade(revision=BEFORE))
    structure = names(empty)
    with owner(empty).connect() as connection:
        live(connection, random.Random(5))
        migrate(empty, lambda: flask_migrate.upgrade(revision=AFTER))
        versions = connection.execute(_VERSIONS).all()
        app = migrate(empty, lambda: flask_migrate.downgrade(revision=BEFORE))
        assert names(empty) == structure
        assert connection.scalars(text("SELECT problem FROM audit_disagreements()")).all() == []
        app = migrate(empty, flask_migrate.upgrade)
        assert connection.execute(_VERSIONS).all() == versions
    assert broken_rules(app) == []


@soak_only
def test_the_versions_of_a_plan_follow_one_another_without_a_gap(empty: str) -> None:
    migrate(empty, lambda: flask_migrate.upgrade(revision=BEFORE))
    with owner(empty).connect() as connection:
        live(connection, random.Random(6))
        migrate(empty, flask_migrate.upgrade)
        gaps = text("""
            SELECT count(*) FROM (SELECT until_day, lead(first_day) OVER (PARTITION BY plan_id ORDER BY id) AS next
                                  FROM plan_versions) v WHERE next <> until_day
        """)
        assert connection.scalar(gaps) == 0
        assert connection.scalar(text("SELECT count(*) FROM plan_versions")) > PROJECTS * 2
