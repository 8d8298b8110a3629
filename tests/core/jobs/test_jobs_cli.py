"""`flask jobs`."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.infra.db import db
from app.infra.job_runs import JobRun
from app.infra.scheduler import Daily, Job


def jobs(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["jobs", *arguments])
    return result.exit_code, result.output


def runs(app: Flask) -> list[JobRun]:
    with app.app_context():
        return list(db.session.scalars(select(JobRun)))


@pytest.fixture
def days(app: Flask, database: None, monkeypatch: pytest.MonkeyPatch) -> list[date]:
    """Days that the job `note` was run for; another job always fails."""
    told: list[date] = []

    def note(_session: Session, today: date) -> dict[str, Any]:
        told.append(today)
        return {"noted": len(told)}

    def fail(_session: Session, _today: date) -> dict[str, Any]:
        raise ValueError("no luck")

    schedule = Daily(app.config["PURGE_EXPIRED_AT"])
    made = (Job("note", "Notes the day", note, schedule), Job("fail", "Fails", fail, schedule))
    monkeypatch.setattr(app.extensions["scheduler"], "jobs", made)
    return told


def test_list_shows_every_job_and_its_last_run(app: Flask, days: list[date]) -> None:
    jobs(app, "run", "note")
    code, output = jobs(app, "list")
    note, fail = output.splitlines()
    assert code == 0
    assert note.startswith("note")
    assert "last done at" in note
    assert "{'noted': 1}" in note
    assert fail.startswith("fail")
    assert "never run" in fail
    assert "daily at 03:40" in fail


def test_run_does_it_now_and_leaves_a_run_without_a_slot(app: Flask, days: list[date]) -> None:
    assert jobs(app, "run", "note") == (0, "note: noted 1\n")
    assert [(run.job, run.slot, run.counts) for run in runs(app)] == [("note", None, {"noted": 1})]


def test_run_takes_another_day_for_today(app: Flask, days: list[date]) -> None:
    assert jobs(app, "run", "note", "--date", "2024-02-29")[0] == 0
    assert days == [date(2024, 2, 29)]


@pytest.mark.parametrize("written", ["2025-02-29", "tomorrow", "2025-1", "29/02/2024", ""])
def test_run_refuses_what_is_no_day(app: Flask, days: list[date], written: str) -> None:
    code, output = jobs(app, "run", "note", "--date", written)
    assert (code, days) == (2, [])
    assert "--date" in output


def test_an_unknown_name_is_answered_with_the_known_ones(app: Flask, days: list[date]) -> None:
    assert jobs(app, "run", "nothing") == (1, "Error: There is no job nothing; there are note, fail.\n")
    assert runs(app) == []


def test_a_failing_job_exits_1_says_why_and_is_recorded(app: Flask, days: list[date]) -> None:
    code, output = jobs(app, "run", "fail")
    assert (code, "Error: fail failed: no luck" in output) == (1, True)
    assert [(run.job, run.error) for run in runs(app)] == [("fail", "ValueError: no luck")]


def test_a_job_that_runs_elsewhere_is_refused(app: Flask, days: list[date]) -> None:
    engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"], poolclass=NullPool)
    with engine.begin() as elsewhere:
        elsewhere.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('control-fresco-job:note', 0))"))
        assert jobs(app, "run", "note") == (1, "Error: note is running elsewhere.\n")
    assert (days, runs(app)) == ([], [])
