"""Archives of many rows: tasks make them, their persons alone read them, and nothing of them is left over."""

import io
import json
import zipfile
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.suites.personal.books.service import reencrypt
from app.suites.personal.privacy.service import purge_archives
from tests.due_tasks import Worker
from tests.factories.personal import BOOKS, Household, Person
from tests.suites.personal.privacy.test_erasure import ask, days_on, rows, run
from tests.suites.personal.transactions.test_transactions_api import enter

ARCHIVE = "/api/personal/privacy/export"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def few(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every archive has too many rows for one answer."""
    monkeypatch.setitem(app.config, "ARCHIVE_ROWS", 3)


@pytest.fixture
def worker(app: Flask) -> Worker:
    return Worker(app)


def asked(who: Person) -> list[dict[str, Any]]:
    """The archives of somebody, as a request for everything answers them."""
    response = who.caller.send("GET", ARCHIVE)
    assert response.status_code == 202, response.data
    found: list[dict[str, Any]] = response.json["data"]
    return found


def made(who: Person, worker: Worker, at: datetime = NOON) -> list[dict[str, Any]]:
    """The archives of somebody, once they are made."""
    with clock.frozen(at):
        asked(who)
    worker.work(at)
    with clock.frozen(at):
        return asked(who)


def read(who: Person, url: str) -> dict[str, Any]:
    response = who.caller.send("GET", url)
    assert (response.status_code, response.mimetype) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}


def kept(app: Flask) -> list[Any]:
    """Numbers of archives and of files of archives."""
    counts = "SELECT (SELECT count(*) FROM book_archives), (SELECT count(*) FROM stored_files WHERE domain = :domain)"
    return [tuple(one) for one in rows(app, counts, domain="personal.privacy")]


def test_a_task_makes_an_archive_of_each_book_which_is_read_for_seven_days(
    ana: Person, worker: Worker, app: Flask
) -> None:
    entered = enter(ana, notes="una nota")
    second = ana.caller.post(BOOKS, {"name": "Finca"})["data"]["id"]
    with clock.frozen(NOON):
        waiting = asked(ana)
    assert [(one["book_id"], one["state"], one["file_url"]) for one in waiting] == [
        (ana.book_id, "waiting", None),
        (second, "waiting", None),
    ]
    first, other = made(ana, worker)
    assert (first["state"], first["expires_at"][:10], first["id"]) == ("ready", "2026-03-09", waiting[0]["id"])
    with clock.frozen(NOON + timedelta(days=6)):
        found = read(ana, first["file_url"])
    assert found["account.json"]["user"]["id"] == ana.user_id
    [row] = found[f"books/{ana.book_id}/transactions.json"]
    assert (row["id"], row["notes"]) == (entered["id"], "una nota")
    assert not any(name.startswith(f"books/{second}/") for name in found)
    assert f"books/{second}/transactions.json" in read_at(ana, other["file_url"], NOON)


def read_at(who: Person, url: str, at: datetime) -> dict[str, Any]:
    with clock.frozen(at):
        return read(who, url)


def test_a_second_request_gets_the_same_archive_and_one_notification(ana: Person, worker: Worker, app: Flask) -> None:
    with clock.frozen(NOON):
        assert asked(ana) == asked(ana)
    assert worker.work(NOON) >= 1
    [first], [again] = made(ana, worker), made(ana, worker, NOON + timedelta(days=3))
    assert first == again
    told = [one for one in ana.caller.get("/api/notifications")["data"] if one["kind"] == "archive_ready"]
    assert [(one["title"], "09/03/2026" in one["body"]) for one in told] == [
        ("Tus datos están listos para descargar", True)
    ]
    assert kept(app) == [(1, 1)]


def test_a_task_that_runs_twice_makes_one_file(ana: Person, worker: Worker, app: Flask) -> None:
    [first] = made(ana, worker)
    again = text("UPDATE tasks.procrastinate_jobs SET status = 'todo' WHERE queue_name = 'book-archive'")
    with app.app_context():
        db.session.execute(again)
        db.session.commit()
    assert worker.work(NOON) >= 1
    [second] = made(ana, worker)
    assert (first["file_id"], kept(app)) == (second["file_id"], [(1, 1)])


def test_an_archive_is_encrypted_on_disk_and_in_no_other_archive(
    ana: Person, worker: Worker, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(ana, notes="una nota")
    made(ana, worker)
    [(path, key)] = rows(app, "SELECT path, key_id FROM stored_files WHERE domain = 'personal.privacy'")
    with app.app_context():
        stored = b"".join(make_context(db.session()).storage.read(path, 0, 4))
    assert key is not None
    assert stored != b"PK\x03\x04"
    monkeypatch.setitem(app.config, "ARCHIVE_ROWS", 100_000)
    whole = ana.caller.send("GET", ARCHIVE)
    with zipfile.ZipFile(io.BytesIO(whole.data)) as archive:
        assert not any(name.startswith("files/") for name in archive.namelist())


def test_nobody_else_reads_an_archive_not_even_members_of_the_book(home: Household, worker: Worker) -> None:
    [_, shared] = made(home.owner, worker)
    assert shared["book_id"] == home.book_id
    with clock.frozen(NOON):
        for other in (home.editor, home.viewer):
            other.caller.get(shared["file_url"], expect=404)
            other.caller.delete(f"{ARCHIVE}/{shared['id']}", expect=404)
        read(home.owner, shared["file_url"])


def test_a_viewer_has_an_archive_without_the_history(home: Household, worker: Worker) -> None:
    [_, shared] = made(home.viewer, worker)
    found = read_at(home.viewer, shared["file_url"], NOON)
    assert f"books/{home.book_id}/transactions.json" in found
    assert f"books/{home.book_id}/book_audit.json" not in found


def test_after_seven_days_the_link_ends_and_the_file_goes(ana: Person, worker: Worker, app: Flask) -> None:
    [first] = made(ana, worker)
    later = NOON + timedelta(days=7)
    with clock.frozen(later):
        ana.caller.get(first["file_url"], expect=404)
        with app.app_context():
            context = make_context(db.session())
            assert purge_archives(context, context.clock.today())["archives"] == 1
            db.session.commit()
    assert kept(app) == [(0, 0)]
    [second] = made(ana, worker, later)
    assert second["id"] != first["id"]


def test_another_one_is_made_after_a_day_without_success(ana: Person) -> None:
    with clock.frozen(NOON):
        [first] = asked(ana)
    with clock.frozen(NOON + timedelta(days=1)):
        [second] = asked(ana)
    assert first["id"] != second["id"]


def test_an_archive_is_deleted_before_its_time(ana: Person, worker: Worker, app: Flask) -> None:
    [first] = made(ana, worker)
    ana.caller.delete(f"{ARCHIVE}/{first['id']}")
    assert kept(app) == [(0, 0)]
    ana.caller.delete(f"{ARCHIVE}/{first['id']}", expect=404)


@pytest.mark.parametrize("leaves", [True, False])
def test_it_goes_with_the_membership_or_the_role(home: Household, worker: Worker, app: Flask, leaves: bool) -> None:
    [_, shared] = made(home.editor, worker)
    [member] = [
        one for one in home.owner.caller.get(home.path("members"))["data"] if one["user_id"] == home.editor.user_id
    ]
    path = f"{home.path('members')}/{member['id']}"
    if leaves:
        home.editor.caller.delete(path)
    else:
        home.owner.caller.put(path, {"role": "viewer"})
    with clock.frozen(NOON):
        home.editor.caller.get(shared["file_url"], expect=404)
    assert kept(app) == [(1, 1)]  # that of their own book


def test_a_member_that_left_meanwhile_gets_none(home: Household, worker: Worker, app: Flask) -> None:
    with clock.frozen(NOON):
        asked(home.editor)
    [member] = [
        one for one in home.owner.caller.get(home.path("members"))["data"] if one["user_id"] == home.editor.user_id
    ]
    home.owner.caller.delete(f"{home.path('members')}/{member['id']}")
    worker.work(NOON)
    assert kept(app) == [(1, 1)]


def test_nothing_is_left_of_an_archive_when_its_book_goes(ana: Person, bob: Person, worker: Worker, app: Flask) -> None:
    made(ana, worker)
    made(bob, worker)
    ana.caller.delete(ana.path())
    assert kept(app) == [(1, 1)]
    ask(bob.caller)
    assert run(app, days_on(20)) == {"erased": 1, "failed": 0}
    assert kept(app) == [(0, 0)]


def test_a_new_key_of_the_book_encrypts_its_archives_anew(ana: Person, worker: Worker, app: Flask) -> None:
    [first] = made(ana, worker)
    before = rows(app, "SELECT key_id FROM stored_files WHERE domain = 'personal.privacy'")

    with app.app_context():
        session = db.session()
        reencrypt(lambda: nullcontext(make_context(session)))
        session.commit()
    after = rows(app, "SELECT key_id FROM stored_files WHERE domain = 'personal.privacy'")
    assert before != after
    assert "account.json" in read_at(ana, first["file_url"], NOON)
