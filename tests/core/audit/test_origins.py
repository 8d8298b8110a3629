"""Origin of audit entries: the operation and the client; and events that are no changes of rows."""

from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.audit.service import SealService
from app.infra.audit_events import HIDDEN, record_event, without_secrets
from app.infra.context import make_context
from app.infra.db import db, transaction
from app.infra.origins import Origin
from app.infra.scheduler import Daily, Job, run_job
from tests.core.audit.test_verify import verify
from tests.factories.auth import PASSWORD, UserFactory
from tests.factories.clients import ClientFactory
from tests.factories.documents import upload
from tests.factories.files import storing_in_folder
from tests.factories.parties import PartyFactory
from tests.support import Caller

AUDIT, LOGIN, ME = "/api/audit", "/api/auth/login", "/api/auth/me"
NEW = {"name": "new", "start_date": "2025-01-01"}
NEW_USER = {"username": "lucia", "email": "lucia@example.com", "password": "a long enough one"}


@pytest.fixture
def session(app: Flask, database: None) -> Iterator[Session]:
    with app.app_context():
        yield db.session()


def newest(admin: Caller, **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = admin.get(AUDIT, per_page=1, **query)["data"][0]
    return found


def test_an_entry_says_by_which_operation_and_from_where(admin: Caller) -> None:
    session_id = newest(admin, table="sessions")["row_id"]
    admin.with_headers(User_Agent='Mozilla/5.0 "x", {\\}').post("/api/clients", NEW)
    entry = newest(admin, table="clients")
    assert {name: entry[name] for name in Origin._fields} == {
        "operation": "clients:write",
        "suite": "fresco",
        "domain": "clients",
        "address": "127.0.0.1",
        "user_agent": 'Mozilla/5.0 "x", {\\}',
    }
    assert entry["session_id"] == session_id


def test_a_core_operation_is_of_the_suite_core(admin: Caller) -> None:
    admin.post("/api/users", NEW_USER)
    entry = newest(admin, table="users")
    assert (entry["operation"], entry["suite"], entry["domain"]) == ("users:write", "core", "identity")


def test_a_long_user_agent_is_cut(admin: Caller) -> None:
    admin.with_headers(User_Agent="x" * 1000).post("/api/clients", NEW)
    assert newest(admin, table="clients")["user_agent"] == "x" * 300


def enter_a_party(context: Any, _today: date) -> dict[str, object]:
    context.session.execute(text("INSERT INTO parties (name) VALUES ('x')"))
    return {}


def test_an_entry_of_a_job_has_its_name_and_one_of_nobody_has_nothing(admin: Caller, app: Flask) -> None:
    with app.app_context():
        run_job(Job("enter-parties", "Enter parties", enter_a_party, Daily(time(3))), slot=None)
    assert newest(admin, table="parties")["operation"] == "enter-parties"
    with app.app_context(), transaction(request_id="tests") as session:
        enter_a_party(make_context(session), date(2026, 1, 1))
    entry = newest(admin, table="parties")
    assert [entry[name] for name in (*Origin._fields, "session_id")] == [None] * 6


def test_entries_are_filtered_by_operation_and_domain(admin: Caller) -> None:
    ClientFactory()
    admin.post("/api/clients", NEW)
    admin.post("/api/users", NEW_USER)
    assert {row["table"] for row in admin.get(AUDIT, operation="users:write")["data"]} == {"users"}
    assert {row["table"] for row in admin.get(AUDIT, domain="clients")["data"]} == {"clients", "parties"}
    assert admin.get(AUDIT, domain="moon")["data"] == []


def test_a_cursor_walks_backwards_whatever_is_added_meanwhile(admin: Caller) -> None:
    made = [PartyFactory().id for _ in range(5)]
    walked: list[int] = []
    page = admin.get(AUDIT, table="parties", per_page=2)["data"]
    while page:
        walked += [row["row_id"] for row in page]
        PartyFactory()
        page = admin.get(AUDIT, table="parties", per_page=2, cursor=page[-1]["id"])["data"]
    assert walked == made[::-1]
    assert list(admin.get(AUDIT, 400, cursor=1, sort="at")["errors"]) == ["sort"]


def test_a_sign_in_and_a_failed_one_are_recorded(admin: Caller, anonymous: Caller) -> None:
    made = UserFactory()
    anonymous.post(LOGIN, {"username": made.username, "password": "not the one"}, 401)
    anonymous.post(LOGIN, {"username": "nobody at all", "password": "not the one"}, 401)
    anonymous.post(LOGIN, {"username": made.username, "password": PASSWORD}, 200)
    found = admin.get(AUDIT, table="users", row_id=made.id)["data"]
    assert [row["action"] for row in found] == ["sign_in", "sign_in_failed", "insert"]
    assert {(row["operation"], row["address"]) for row in found[:2]} == {("login", "127.0.0.1")}
    assert "nobody at all" not in str(admin.get(AUDIT, per_page=100))


def test_a_refusal_of_a_known_user_is_recorded(admin: Caller, viewer: Caller) -> None:
    own = viewer.get(ME)["data"]["id"]
    viewer.with_headers(User_Agent="Curious/1").get("/api/users", 403)
    entry = newest(admin)
    assert (entry["action"], entry["user_id"], entry["row_id"]) == ("refused", own, own)
    assert (entry["address"], entry["user_agent"]) == ("127.0.0.1", "Curious/1")
    assert entry["after"] == {"method": "GET", "path": "/api/users", "reason": "forbidden", "times": 1}


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_an_export_is_recorded_with_its_filters(admin: Caller, user: Caller, file_format: str) -> None:
    own = user.get(ME)["data"]["id"]
    user.send("GET", "/api/clients", query_string={"format": file_format, "q": "café"}, buffered=True)
    entry = newest(admin)
    assert (entry["action"], entry["table"], entry["row_id"], entry["user_id"]) == ("export", "clients", None, own)
    assert entry["after"] == {"format": file_format, "filters": {"format": file_format, "q": "café"}}
    assert entry["operation"] == "clients:read"


def test_a_page_is_no_export(admin: Caller) -> None:
    before = newest(admin)["id"]
    admin.get("/api/clients")
    assert admin.send("GET", "/api/clients", query_string={"format": "pdf"}).status_code == 400
    assert newest(admin)["id"] == before


def test_a_download_is_recorded_once_however_many_ranges_are_read(
    app: Flask, admin: Caller, user: Caller, tmp_path: Path
) -> None:
    with storing_in_folder(app, tmp_path / "files"):
        file = upload(user)
        before = newest(admin)["id"]
        for asked in ({"Range": "bytes=0-9"}, {"Range": "bytes=10-"}, {"If-None-Match": "*"}):
            user.send("GET", file["file_url"], headers=asked, buffered=True)
        user.send("HEAD", file["file_url"], buffered=True)
    entry = newest(admin)
    assert (entry["action"], entry["table"], entry["operation"]) == ("download", "stored_files", "files:read")
    assert (entry["row_id"], entry["user_id"]) == (file["id"], user.get(ME)["data"]["id"])
    assert admin.get(AUDIT, table="stored_files")["data"][1]["id"] < before + 1


def test_secrets_are_hidden_wherever_they_are() -> None:
    detail = {"name": "Ana", "new_password": "x", "inner": [{"Access_Token": "y", "n": 1}], "code": "123456"}
    assert without_secrets(detail) == {
        "name": "Ana",
        "new_password": HIDDEN,
        "inner": [{"Access_Token": HIDDEN, "n": 1}],
        "code": HIDDEN,
    }


def test_the_log_stays_whole_with_events(app: Flask, session: Session) -> None:
    client = ClientFactory()
    for verb in ("download", "export"):
        record_event(session, verb, "clients", client.id, {"password": "x"})
    record_event(session, "export", "clients")
    SealService(make_context(session)).seal()
    session.commit()
    assert verify(app) == (0, "Everything holds.\n")
    found = session.scalars(text("SELECT after ->> 'password' FROM audit_log WHERE action = 'download'")).all()
    assert found == [HIDDEN]


@pytest.mark.parametrize("verb", ["insert", "update", "delete", "INSERT", "up date"])
def test_an_event_can_not_look_like_a_change(session: Session, verb: str) -> None:
    with pytest.raises(DBAPIError, match="no verb of an event"):
        record_event(session, verb, "clients", 1)


def test_entries_of_before_keep_their_digest(session: Session) -> None:
    client = ClientFactory()
    before = """
        SELECT audit_entry_digest(a) = sha256(convert_to(json_build_array(id, at, user_id, request_id, action,
            table_name, row_id, before, after)::text, 'UTF8'))
        FROM audit_log a WHERE table_name = 'clients' AND row_id = :id
    """
    assert session.scalars(text(before), {"id": client.id}).all() == [True]
