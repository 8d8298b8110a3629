"""Reading the audit log."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import text

from app.infra.db import APP_ROLE, db
from tests.factories.clients import ClientFactory
from tests.factories.parties import PartyFactory
from tests.support import Caller

AUDIT = "/api/audit"
BOGOTA = ZoneInfo("America/Bogota")


@pytest.fixture
def record(app: Flask, database: None) -> Callable[[str], None]:
    """An entry of this moment in Bogotá, as only the owner can make one."""

    def insert(moment: str) -> None:
        at = datetime.fromisoformat(moment).replace(tzinfo=BOGOTA)
        statement = "INSERT INTO audit_log (at, action, table_name, row_id) VALUES (:at, 'insert', 'clock', 1)"
        with app.app_context():
            db.session.execute(text("RESET ROLE"))
            db.session.execute(text(statement), {"at": at})
            db.session.execute(text(f"SET ROLE {APP_ROLE}"))
            db.session.commit()

    return insert


def test_an_entry_has_user_and_change(admin: Caller) -> None:
    made = admin.post("/api/clients", {"name": "new", "start_date": "2025-01-01"}, X_Request_ID="r-1")["data"]
    entry = admin.get(AUDIT, table="parties", row_id=made["id"])["data"][0]
    assert {"id", "at", "user_id", "request_id", "action", "table", "row_id", "before", "after"} <= set(entry)
    assert (entry["action"], entry["table"], entry["row_id"]) == ("insert", "parties", made["id"])
    assert (entry["request_id"], entry["before"], entry["after"]["name"]) == ("r-1", None, "new")
    assert entry["at"].endswith("Z")


def test_an_update_is_listed_with_the_row_before_and_after(admin: Caller) -> None:
    client = ClientFactory(name="same", phone="1")
    admin.put(f"/api/clients/{client.id}", {"phone": "2"})
    entry = admin.get(AUDIT, table="clients", row_id=client.id)["data"][0]
    before, after = entry["before"], entry["after"]
    assert (before["name"], before["phone"], after["name"], after["phone"]) == ("same", "1", "same", "2")
    assert before.keys() == after.keys()


def test_the_history_of_a_client_has_the_changes_of_its_party(admin: Caller) -> None:
    client, other = ClientFactory(), ClientFactory()
    admin.put(f"/api/clients/{client.id}", {"name": "Altura", "status": "Pausado"})
    found = admin.get(AUDIT, table="clients", row_id=client.id)["data"]
    assert {row["row_id"] for row in found} == {client.id}
    assert [(row["table"], row["action"]) for row in found] == [
        ("clients", "update"),
        ("parties", "update"),
        ("clients", "insert"),
        ("parties", "insert"),
    ]
    admin.delete(f"/api/clients/{client.id}")
    assert admin.get(AUDIT, table="clients")["pagination"]["total"] == 8
    PartyFactory()  # which is no client
    assert admin.get(AUDIT, table="clients")["pagination"]["total"] == 8
    assert {row["row_id"] for row in admin.get(AUDIT, table="clients")["data"]} == {client.id, other.id}


def test_newest_first_is_the_default_order(admin: Caller) -> None:
    made = [ClientFactory().id for _ in range(3)]
    assert [row["row_id"] for row in admin.get(AUDIT, table="parties")["data"]] == made[::-1]
    assert [row["row_id"] for row in admin.get(AUDIT, table="parties", sort="at")["data"]] == made


def test_entries_are_filtered_by_table_row_and_user(admin: Caller) -> None:
    client, _ = ClientFactory(), ClientFactory()
    me = admin.get("/api/auth/me")["data"]["id"]
    admin.put(f"/api/clients/{client.id}", {"phone": "1"})
    found = admin.get(AUDIT, table="parties", row_id=client.id)["data"]
    assert [row["action"] for row in found] == ["update", "insert"]
    assert [row["action"] for row in admin.get(AUDIT, table="parties", user_id=me)["data"]] == ["update"]
    assert admin.get(AUDIT, table="nothing")["data"] == []


@pytest.mark.parametrize(
    ("moment", "query", "found"),
    [
        ("2026-01-31T22:30", {"date_from": "2026-01-31", "date_to": "2026-01-31"}, True),
        ("2026-01-31T22:30", {"date_from": "2026-02-01"}, False),
        ("2026-01-31T22:30", {"date_to": "2026-01-30"}, False),
        ("2026-01-31T00:00", {"date_from": "2026-01-31", "date_to": "2026-01-31"}, True),
        ("2026-01-31T23:59:59.999999", {"date_to": "2026-01-31"}, True),
        ("2026-02-01T00:00", {"date_to": "2026-01-31"}, False),
        ("2026-02-01T00:00", {"date_from": "2026-02-01", "date_to": "2026-02-01"}, True),
        ("2026-01-30T23:59:59.999999", {"date_from": "2026-01-31"}, False),
    ],
)
def test_days_are_the_companys(
    admin: Caller, record: Callable[[str], None], moment: str, query: dict[str, str], found: bool
) -> None:
    record(moment)
    assert bool(admin.get(AUDIT, table="clock", **query)["data"]) is found


def test_the_last_valid_day_has_an_end(admin: Caller) -> None:
    admin.get(AUDIT, date_from="1900-01-01", date_to="2200-12-31")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"date_from": "2026-02-01", "date_to": "2026-01-31"}, "date_to"),
        ({"date_from": "2026-02-30"}, "date_from"),
        ({"date_to": "infinity"}, "date_to"),
        ({"row_id": "abc"}, "row_id"),
        ({"row_id": "0"}, "row_id"),
        ({"user_id": "-1"}, "user_id"),
        ({"table": "x" * 64}, "table"),
        ({"sort": "before"}, "sort"),
        ({"user": "1"}, "user"),
        ({"per_page": "101"}, "per_page"),
    ],
)
def test_a_wrong_filter_is_named(admin: Caller, query: dict[str, str], field: str) -> None:
    assert list(admin.get(AUDIT, 400, **query)["errors"]) == [field]


def test_an_id_beyond_64_bits_is_not_found(admin: Caller) -> None:
    admin.get(AUDIT, 404, row_id=2**63)
    assert admin.get(AUDIT, row_id=2**63 - 1)["data"] == []


def test_pages_neither_overlap_nor_skip(admin: Caller) -> None:
    made = [ClientFactory().id for _ in range(5)]
    pages = [admin.get(AUDIT, table="parties", page=page, per_page=2) for page in (1, 2, 3)]
    assert [row["row_id"] for page in pages for row in page["data"]] == made[::-1]
    assert pages[0]["pagination"] == {"page": 1, "per_page": 2, "total": 5, "pages": 3}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_there_is_no_way_to_write(admin: Caller, method: str) -> None:
    response = admin.send(method, AUDIT, json={})
    assert (response.status_code, "GET" in response.headers["Allow"]) == (405, True)
    assert admin.send(method, f"{AUDIT}/1", json={}).status_code == 404
