"""/api/jobs: scheduled jobs and their runs."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.infra import clock, job_runs
from app.infra.db import db
from tests.support import Caller

NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
NAME = "purge-expired"


@pytest.fixture
def at_noon(anonymous: Caller) -> Iterator[None]:
    with clock.frozen(NOON):
        yield


def record(app: Flask, *outcomes: str) -> None:
    with app.app_context():
        for day, outcome in enumerate(outcomes):
            slot = NOON + timedelta(days=day)
            if outcome == "done":
                job_runs.claim(db.session(), NAME, slot, slot)
            else:
                job_runs.fail(db.session(), NAME, slot, (slot, slot), "ValueError: no luck")
        db.session.commit()


def row(admin: Caller) -> Any:
    return next(job for job in admin.get("/api/jobs", per_page=100)["data"] if job["name"] == NAME)


def test_every_job_is_listed_with_its_next_run(app: Flask, at_noon: None, admin: Caller) -> None:
    listed = admin.get("/api/jobs", per_page=100)
    assert {job["name"] for job in listed["data"]} == {job.name for job in app.extensions["scheduler"].jobs}
    assert listed["pagination"]["total"] == len(listed["data"])
    following = (NOON + timedelta(days=1)).replace(hour=8, minute=40)  # 03:40 in Bogotá
    assert row(admin) == {
        "name": NAME,
        "description": "Remove old sessions, login attempts and idempotency keys",
        "schedule": "daily at 03:40",
        "next_run_at": f"{following:%Y-%m-%dT%H:%M:%SZ}",
        "last_run": None,
    }


def test_the_last_run_has_its_outcome(app: Flask, at_noon: None, admin: Caller) -> None:
    record(app, "done", "failed")
    last = row(admin)["last_run"]
    assert (last["outcome"], last["error"], last["attempt"]) == ("failed", "ValueError: no luck", 1)


def test_runs_are_listed_newest_first_and_paged(app: Flask, at_noon: None, admin: Caller) -> None:
    record(app, "done", "failed", "done")
    page = admin.get(f"/api/jobs/{NAME}/runs", per_page=2)
    assert [run["outcome"] for run in page["data"]] == ["done", "failed"]
    assert page["pagination"] == {"page": 1, "per_page": 2, "total": 3, "pages": 2}
    assert [run["outcome"] for run in admin.get(f"/api/jobs/{NAME}/runs", sort="slot")["data"]] == [
        "done",
        "failed",
        "done",
    ]


@pytest.mark.parametrize("name", ["nothing", "purge_expired", "%2e%2e", "ñ"])
def test_an_unknown_job_is_not_found(admin: Caller, name: str) -> None:
    admin.get(f"/api/jobs/{name}/runs", 404)


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("/api/jobs", {"sort": "name"}, "sort"),
        ("/api/jobs", {"name": NAME}, "name"),
        (f"/api/jobs/{NAME}/runs", {"sort": "error"}, "sort"),
        (f"/api/jobs/{NAME}/runs", {"page": "0"}, "page"),
    ],
)
def test_a_wrong_parameter_is_named(admin: Caller, path: str, query: dict[str, str], field: str) -> None:
    assert list(admin.get(path, 400, **query)["errors"]) == [field]


def test_a_page_past_the_end_is_empty(admin: Caller) -> None:
    assert admin.get("/api/jobs", page=1000)["data"] == []


@pytest.mark.parametrize("path", ["/scheduler", "/scheduler/jobs", "/api/scheduler", "/api/scheduler/jobs"])
def test_the_schedulers_own_api_is_off(admin: Caller, path: str) -> None:
    for method in ("GET", "POST"):
        assert admin.send(method, path).status_code == 404
