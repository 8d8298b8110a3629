"""/api/tasks: what happens beside requests, and how it went."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.infra import clock
from app.infra.db import db
from tests.factories.tasks import NOON, STATUS, add_task
from tests.support import Caller

SECOND = timedelta(seconds=1)


def states(admin: Caller, **query: Any) -> list[tuple[int, str]]:
    return [(row["id"], row["state"]) for row in admin.get("/api/tasks", **query)["data"]]


def test_a_task_is_shown_without_its_payload(admin: Caller) -> None:
    task_id = add_task("failed", tries=3, error="ConnectionError: no luck")
    response = admin.send("GET", "/api/tasks")
    assert response.get_json()["data"] == [
        {
            "id": task_id,
            "name": "selftest",
            "state": "failed",
            "tries": 3,
            "last_error": "ConnectionError: no luck",
            "run_at": "2026-03-01T12:00:00Z",
        }
    ]
    assert b"secret" not in response.data


@pytest.mark.parametrize("state", list(STATUS))
def test_each_state_has_a_name_and_a_filter(admin: Caller, state: str) -> None:
    made = {one: add_task(one) for one in STATUS}
    assert states(admin, state=state) == [(made[state], state)]


def test_tasks_are_listed_newest_first_filtered_and_paged(admin: Caller) -> None:
    made = [add_task(name=name) for name in ("a", "b", "a", "a")]
    assert [task for task, _ in states(admin)] == made[::-1]
    page = admin.get("/api/tasks", name="a", per_page=2, page=2)
    assert [row["id"] for row in page["data"]] == [made[0]]
    assert page["pagination"] == {"page": 2, "per_page": 2, "total": 3, "pages": 2}


@pytest.mark.parametrize(("query", "field"), [({"state": "todo"}, "state"), ({"key": "x"}, "key")])
def test_a_wrong_parameter_is_named(admin: Caller, query: dict[str, str], field: str) -> None:
    assert list(admin.get("/api/tasks", 400, **query)["errors"]) == [field]


@pytest.mark.parametrize("state", list(STATUS))
def test_only_what_failed_or_was_cancelled_is_tried_again(admin: Caller, state: str) -> None:
    task_id = add_task(state, tries=10, error="ValueError: no luck")
    if state not in {"failed", "cancelled"}:
        assert admin.post(f"/api/tasks/{task_id}/retry", expect=409)["code"] == "task_state"
        assert states(admin) == [(task_id, state)]
        return
    task = admin.post(f"/api/tasks/{task_id}/retry", expect=200)["data"]
    assert (task["state"], task["tries"], task["last_error"]) == ("waiting", 0, "ValueError: no luck")
    assert task["run_at"] > "2026-03-01T12:00:00Z"


@pytest.mark.parametrize("state", list(STATUS))
def test_only_what_waits_is_cancelled(admin: Caller, state: str) -> None:
    task_id = add_task(state)
    if state == "waiting":
        assert admin.post(f"/api/tasks/{task_id}/cancel", expect=200)["data"]["state"] == "cancelled"
    else:
        assert admin.post(f"/api/tasks/{task_id}/cancel", expect=409)["code"] == "task_state"
        assert states(admin) == [(task_id, state)]


@pytest.mark.parametrize("verb", ["retry", "cancel"])
def test_a_task_that_does_not_exist_is_not_found(admin: Caller, verb: str) -> None:
    admin.post(f"/api/tasks/987654321/{verb}", expect=404)


def purge(app: Flask, at: datetime) -> str:
    with clock.frozen(at):
        done = app.test_cli_runner().invoke(args=["jobs", "run", "purge-tasks"])
    assert done.exit_code == 0, done.output
    return done.output.strip()


def test_finished_tasks_go_after_their_time_and_their_keys_are_free_again(app: Flask, database: None) -> None:
    for state in STATUS:
        add_task(state, key=state, error="x", run_at=NOON)
    soon, later = NOON + timedelta(days=30), NOON + timedelta(days=90)
    moments = (soon, soon + SECOND, later, later + SECOND)
    assert [purge(app, at) for at in moments] == [f"purge-tasks: tasks {n}, selftests 0" for n in (0, 1, 0, 2)]
    with app.app_context():
        left = set(db.session.scalars(text("SELECT key FROM tasks.keys")))
        errors = db.session.scalar(text("SELECT count(*) FROM tasks.errors"))
    assert (left, errors) == ({"waiting", "running"}, 2)
    assert add_task(key="done") > 0
