"""No job runs on a machine whose clock differs from the database's, and this is reported."""

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import NullPool

from app import create_app
from app.infra import clock, clock_skew
from app.infra.clock_skew import ClockSkew
from app.infra.db import db
from app.infra.job_runs import JobRun
from app.infra.scheduler import Daily, Job, Scheduler, run_job
from tests import conftest
from tests.support import Caller

TOO_FAR = [timedelta(seconds=61), timedelta(seconds=-62), timedelta(days=40), timedelta(days=-400)]
NEAR = [timedelta(0), timedelta(seconds=55), timedelta(seconds=-55)]


@pytest.fixture
def context(app: Flask, database: None) -> Iterator[Flask]:
    with app.app_context():
        yield app


def note(told: list[date]) -> Job:
    def run(_session: Any, today: date) -> dict[str, Any]:
        told.append(today)
        return {}

    return Job("note", "Notes the day.", run, Daily(clock.now().time()), at_start=True)


@pytest.mark.parametrize("error", [*TOO_FAR, *NEAR], ids=str)
def test_the_difference_is_measured(context: Flask, error: timedelta) -> None:
    with clock.shifted(error):
        assert abs(clock_skew.measure(db.session()) - error) < timedelta(seconds=2)


@pytest.mark.parametrize("error", TOO_FAR, ids=str)
def test_no_job_books_anything_with_a_wrong_clock(context: Flask, error: timedelta) -> None:
    told: list[date] = []
    with clock.shifted(error), pytest.raises(ClockSkew):
        run_job(note(told), slot=None)
    assert told == []
    assert list(db.session.scalars(select(JobRun))) == []


@pytest.mark.parametrize("error", NEAR, ids=str)
def test_a_clock_that_is_nearly_right_is_right(context: Flask, error: timedelta) -> None:
    told: list[date] = []
    with clock.shifted(error):
        run_job(note(told), slot=None)
    assert len(told) == 1


def test_a_job_run_by_hand_says_why_it_does_not(context: Flask) -> None:
    with clock.shifted(timedelta(minutes=5)):
        result = context.test_cli_runner().invoke(args=["jobs", "run", "mark-overdue"])
    assert result.exit_code == 1
    assert "clock is 300 s ahead of the database's" in result.output


@pytest.mark.parametrize("error", TOO_FAR, ids=str)
def test_readiness_names_it(anonymous: Caller, error: timedelta) -> None:
    with clock.shifted(error):
        problem = anonymous.get("/api/health/ready", expect=503)
    assert problem["code"] == "clock_skew"
    assert f"{'ahead of' if error > timedelta(0) else 'behind'} the database's" in problem["detail"]
    assert anonymous.get("/api/health/ready")["data"]["status"] == "ready"


def test_the_scheduler_pauses_and_goes_on_and_says_each_once(
    server_database: str, logs_as_before: None, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[date] = []
    made = create_app(replace(conftest.testing_config(server_database), scheduler_poll_seconds=1))
    logging.getLogger("app").addHandler(caplog.handler)
    scheduler = Scheduler(made, (note(told),))
    try:
        with clock.shifted(timedelta(hours=-3)):
            scheduler.start()
            time.sleep(3.5)
            assert not scheduler.leading.is_set()
            assert told == []
            assert runs(server_database) == 0
        assert scheduler.leading.wait(5)
        until_told(told)
    finally:
        scheduler.stop()
    said = [record.getMessage() for record in caplog.records if record.name == "app.infra.clock_skew"]
    assert len(said) == 2, said
    assert "behind the database's" in said[0]
    assert "agree again" in said[1]
    assert scheduler._timer is not None
    scheduler._timer.shutdown()
    with made.app_context():
        db.engine.dispose()


def runs(url: str) -> Any:
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM job_runs"))


def until_told(told: list[date]) -> None:
    deadline = time.monotonic() + 10
    while not told:
        assert time.monotonic() < deadline
        time.sleep(0.05)
