"""Audit entries of the triggers, and their protection from the application."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.audit.models import AuditEntry
from app.core.parties.models import Party
from app.infra.db import act_as, db, mark_actor_set, transaction
from app.suites.fresco.clients.models import Client
from tests.factories.auth import UserFactory
from tests.factories.clients import ClientFactory
from tests.support import Caller

NEW = {"name": "Café Altura", "start_date": "2025-03-01"}


@pytest.fixture
def session(app: Flask, database: None) -> Iterator[Session]:
    with app.app_context():
        yield db.session()


def entries(session: Session, table: str = "parties") -> list[AuditEntry]:
    found = session.scalars(select(AuditEntry).filter_by(table_name=table).order_by(AuditEntry.id))
    return list(found)


def only_entry(session: Session, table: str = "parties") -> AuditEntry:
    [entry] = entries(session, table)
    return entry


def user_id(caller: Caller) -> int:
    return int(caller.get("/api/auth/me")["data"]["id"])


def test_an_insert_is_recorded_with_who_when_and_what(user: Caller, session: Session) -> None:
    made = user.post("/api/clients", NEW, X_Request_ID="my-request")["data"]
    entry = only_entry(session)
    assert (entry.action, entry.row_id, entry.before) == ("insert", made["id"], None)
    assert (entry.user_id, entry.request_id) == (user_id(user), "my-request")
    assert entry.after is not None
    assert entry.after["name"] == NEW["name"]
    assert abs((entry.at - session.scalar(text("SELECT clock_timestamp()"))).total_seconds()) < 30


def test_an_update_is_recorded_with_before_and_after(user: Caller, session: Session) -> None:
    client = ClientFactory(phone="1")
    user.put(f"/api/clients/{client.id}", {"phone": "2"}, X_Request_ID="my-request")
    entry = entries(session)[-1]
    assert (entry.action, entry.row_id, entry.user_id) == ("update", client.id, user_id(user))
    assert entry.request_id == "my-request"
    assert entry.before is not None
    assert entry.after is not None
    assert (entry.before["phone"], entry.after["phone"]) == ("1", "2")
    assert entry.before["version"] + 1 == entry.after["version"]


def test_an_update_stores_the_changes_and_lists_the_whole_row(user: Caller, session: Session) -> None:
    client = ClientFactory(phone="1", notes="was", name="Café")
    session.execute(text("UPDATE parties SET phone = :it, notes = NULL"), {"it": 'a "quote", a \\ and a\nline'})
    entry = entries(session)[-1]
    assert entry.became == {"phone": 'a "quote", a \\ and a\nline', "notes": None}
    assert entry.before is not None
    assert (entry.before["id"], entry.before["phone"], entry.before["notes"]) == (client.id, "1", "was")
    now = session.scalar(text("SELECT to_jsonb(parties) FROM parties"))
    assert entry.after == now
    assert session.scalar(text("SELECT audit_after(before, after) FROM audit_log ORDER BY id DESC LIMIT 1")) == now


def test_a_delete_is_recorded_with_what_was_there(user: Caller, session: Session) -> None:
    client = ClientFactory(name="gone")
    user.delete(f"/api/clients/{client.id}")
    entry = entries(session)[-1]
    assert (entry.action, entry.row_id, entry.after) == ("delete", client.id, None)
    assert entry.before is not None
    assert entry.before["name"] == "gone"


@pytest.mark.parametrize("path", ["/api/clients", "/api/users", "/api/audit", "/api/auth/me"])
def test_reading_leaves_nothing(admin: Caller, session: Session, path: str) -> None:
    before = session.query(AuditEntry).count()
    admin.get(path)
    assert session.query(AuditEntry).count() == before


def test_a_refused_request_leaves_nothing(user: Caller, session: Session) -> None:
    user.post("/api/clients", {**NEW, "name": ""}, 400)
    client = ClientFactory()
    user.put(f"/api/clients/{client.id}", {"name": "other"}, 412, If_Match='"x"')
    assert [entry.action for entry in entries(session)] == ["insert"]


def test_the_actor_is_set_again_in_each_transaction(session: Session) -> None:
    session.execute(text("SELECT 1"))
    mark_actor_set(session, 7, 70, "earlier")
    session.rollback()
    session.execute(text("SELECT 1"))
    act_as(session, user_id=7, session_id=70, request_id="earlier")
    session.execute(insert(Party), {"name": NEW["name"]})
    entry = only_entry(session)
    assert (entry.user_id, entry.session_id, entry.request_id) == (7, 70, "earlier")


def test_a_bulk_insert_leaves_an_entry_for_each_row(session: Session) -> None:
    act_as(session, user_id=7, request_id="bulk")
    values = [{"name": f"c{number}"} for number in range(50)]
    made = set(session.scalars(insert(Party).returning(Party.id), values))
    found = entries(session)
    assert {entry.row_id for entry in found} == made
    assert {(entry.action, entry.user_id, entry.request_id) for entry in found} == {("insert", 7, "bulk")}


def test_a_bulk_update_leaves_an_entry_for_each_changed_row(session: Session) -> None:
    changed = {ClientFactory(phone=None).id for _ in range(3)}
    ClientFactory(phone="same")
    session.execute(text("UPDATE parties SET phone = 'same'"))
    updates = [entry for entry in entries(session) if entry.action == "update"]
    assert {entry.row_id for entry in updates} == changed
    assert {(entry.before or {})["phone"] for entry in updates} == {None}
    assert {(entry.after or {})["phone"] for entry in updates} == {"same"}


def test_a_bulk_update_after_one_of_a_single_row_takes_no_longer(session: Session) -> None:
    """A session keeps the plan of its first update, which must not join every old row with every new one."""

    def seconds(phone: str) -> float:
        started = time.perf_counter()
        session.execute(text("UPDATE parties SET phone = :phone"), {"phone": phone})
        return time.perf_counter() - started

    session.execute(insert(Party), [{"name": f"c{number}"} for number in range(4_000)])
    session.execute(text("DISCARD PLANS"))
    at_first = seconds("1")
    session.execute(text("DISCARD PLANS"))
    session.execute(text("UPDATE parties SET phone = '2' WHERE id = (SELECT min(id) FROM parties)"))
    later = seconds("3")
    assert later < 4 * at_first + 0.2, (later, at_first)


def test_a_bulk_delete_leaves_an_entry_for_each_row(session: Session) -> None:
    made = {ClientFactory().id for _ in range(3)}
    session.execute(delete(Client))
    assert {entry.row_id for entry in entries(session, "clients") if entry.action == "delete"} == made


def test_an_upsert_is_recorded_as_what_it_did(session: Session) -> None:
    client = ClientFactory(phone="1")
    session.execute(
        text("""
            INSERT INTO parties (id, name) OVERRIDING SYSTEM VALUE VALUES (:id, 'x')
            ON CONFLICT (id) DO UPDATE SET phone = '2'
        """),
        {"id": client.id},
    )
    assert [entry.action for entry in entries(session)] == ["insert", "update"]


def test_a_cascade_is_recorded_too(admin: Caller, session: Session) -> None:
    made = admin.post(
        "/api/users", {"username": "short", "email": "short@example.com", "password": "a long enough one"}
    )["data"]
    admin.post("/api/auth/login", {"username": "short", "password": "a long enough one"}, 200)
    admin.delete(f"/api/users/{made['id']}")
    last = entries(session, "sessions")[-1]
    assert (last.action, (last.before or {})["user_id"]) == ("delete", made["id"])


def test_an_update_that_changes_nothing_leaves_nothing(user: Caller, session: Session) -> None:
    client = ClientFactory(phone="1")
    user.put(f"/api/clients/{client.id}", {"phone": "1"})
    session.execute(text("UPDATE parties SET phone = phone"))
    assert [entry.action for entry in entries(session)] == ["insert"]


def test_work_that_is_rolled_back_leaves_nothing(app: Flask, database: None, session: Session) -> None:
    with pytest.raises(ZeroDivisionError), transaction(request_id="fails") as work:  # noqa: PT012 - one unit of work
        work.add(Party(name="never"))
        work.flush()
        assert len(entries(work)) == 1
        raise ZeroDivisionError
    assert entries(session) == []


def test_work_without_anybody_logged_in_is_recorded_under_its_request(app: Flask, session: Session) -> None:
    with transaction(request_id="cli:seed") as work:
        work.add(Party(name="seeded"))
    entry = only_entry(session)
    assert (entry.user_id, entry.request_id) == (None, "cli:seed")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET user_id = 1",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        "INSERT INTO audit_log (at, action, table_name, row_id) VALUES (now(), 'insert', 'clients', 1)",
        "DROP TABLE audit_log",
        "ALTER TABLE audit_log DISABLE TRIGGER ALL",
        "ALTER TABLE clients DISABLE TRIGGER audit_update",
        "DROP TRIGGER audit_update ON clients",
        "DROP FUNCTION audit_record() CASCADE",
        "CREATE OR REPLACE FUNCTION audit_exempt() RETURNS text[] LANGUAGE sql AS 'SELECT NULL::text[]'",
        "TRUNCATE clients",
        "TRUNCATE users CASCADE",
        "CREATE TABLE mine (id int)",
        "SET session_replication_role = replica",
    ],
)
def test_the_application_may_not(app: Flask, database: None, statement: str) -> None:
    with app.app_context(), pytest.raises(DBAPIError) as refused:
        db.session.execute(text(statement))
    assert refused.value.orig is not None
    assert refused.value.orig.pgcode == "42501"  # type: ignore[attr-defined]  # psycopg2's errors have one


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_log SET user_id = 1", "DELETE FROM audit_log", "TRUNCATE audit_log", "TRUNCATE clients CASCADE"],
)
def test_even_the_owner_is_stopped(app: Flask, database: None, statement: str) -> None:
    with app.app_context(), pytest.raises(DBAPIError, match="never allowed"):
        db.session.execute(text(f"RESET ROLE; {statement}"))


def test_the_trigger_keeps_the_password_hash_out(admin: Caller, session: Session) -> None:
    admin.post("/api/users", {"username": "secret", "email": "s@example.com", "password": "a long enough one"})
    changes = [entry for entry in entries(session, "users") if entry.action == "insert"]
    recorded: list[dict[str, Any] | None] = [entry.after for entry in changes]
    assert recorded
    assert all(after is not None and "password_hash" not in after for after in recorded)


def test_a_change_of_nothing_but_the_hash_is_recorded_without_it(session: Session) -> None:
    made = UserFactory()
    session.execute(text("UPDATE users SET password_hash = 'another'"))
    entry = entries(session, "users")[-1]
    assert (entry.action, entry.row_id, entry.became) == ("update", made.id, {})
    assert entry.before is not None
    assert "password_hash" not in entry.before
