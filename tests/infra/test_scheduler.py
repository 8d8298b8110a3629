"""Slots, runs that happen exactly once, and one leader among all workers."""

import os
import re
import signal
import time as stopwatch
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from apscheduler.schedulers.base import STATE_PAUSED, STATE_RUNNING
from flask import Flask
from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app import create_app
from app.core.parties.models import Party
from app.infra import clock
from app.infra.context import Context
from app.infra.db import db
from app.infra.job_runs import JobRun, Outcome
from app.infra.scheduler import Daily, Hourly, Job, Monthly, Schedule, Scheduler, Weekly, run_job
from tests import conftest
from tests.soak import daily
from tests.support import Server

BOGOTA, NEW_YORK = ZoneInfo("America/Bogota"), ZoneInfo("America/New_York")
EARLY = time(3, 40)
SLOT = datetime(2026, 3, 1, 8, 40, tzinfo=UTC)


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "zone", "now", "last", "following"),
    [
        (Hourly(5), BOGOTA, "2026-03-10T08:04:59.999999", "2026-03-10T07:05", "2026-03-10T08:05"),
        (Hourly(5), BOGOTA, "2026-03-10T08:05", "2026-03-10T08:05", "2026-03-10T09:05"),
        (Hourly(5), NEW_YORK, "2026-11-01T05:30", "2026-11-01T05:05", "2026-11-01T06:05"),
        (Hourly(5), BOGOTA, "2027-01-01T00:00", "2026-12-31T23:05", "2027-01-01T00:05"),
        # before, at and after the time
        (Daily(EARLY), BOGOTA, "2026-03-10T08:39:59.999999", "2026-03-09T08:40", "2026-03-10T08:40"),
        (Daily(EARLY), BOGOTA, "2026-03-10T08:40", "2026-03-10T08:40", "2026-03-11T08:40"),
        (Daily(EARLY), BOGOTA, "2026-03-10T08:40:00.000001", "2026-03-10T08:40", "2026-03-11T08:40"),
        # UTC is already in the next month
        (Daily(time(22, 30)), BOGOTA, "2026-02-01T03:30", "2026-02-01T03:30", "2026-02-02T03:30"),
        (Daily(time(22, 30)), BOGOTA, "2026-02-01T03:29", "2026-01-31T03:30", "2026-02-01T03:30"),
        # ends of months and years
        (Daily(EARLY), BOGOTA, "2028-02-29T12:00", "2028-02-29T08:40", "2028-03-01T08:40"),
        (Daily(EARLY), BOGOTA, "2026-12-31T12:00", "2026-12-31T08:40", "2027-01-01T08:40"),
        (Daily(EARLY), BOGOTA, "2027-01-01T08:00", "2026-12-31T08:40", "2027-01-01T08:40"),
        (Monthly(EARLY), BOGOTA, "2026-03-01T08:39", "2026-02-01T08:40", "2026-03-01T08:40"),
        (Monthly(EARLY), BOGOTA, "2026-03-01T08:40", "2026-03-01T08:40", "2026-04-01T08:40"),
        (Monthly(EARLY), BOGOTA, "2026-01-31T12:00", "2026-01-01T08:40", "2026-02-01T08:40"),
        (Monthly(EARLY), BOGOTA, "2026-03-31T12:00", "2026-03-01T08:40", "2026-04-01T08:40"),
        (Monthly(EARLY), BOGOTA, "2026-12-31T12:00", "2026-12-01T08:40", "2027-01-01T08:40"),
        (Monthly(EARLY), BOGOTA, "2027-01-01T04:59", "2026-12-01T08:40", "2027-01-01T08:40"),
        # Mondays: before, at and after the time, from a Sunday, over the end of a year
        (Weekly(1, EARLY), BOGOTA, "2026-03-09T08:39", "2026-03-02T08:40", "2026-03-09T08:40"),
        (Weekly(1, EARLY), BOGOTA, "2026-03-09T08:40", "2026-03-09T08:40", "2026-03-16T08:40"),
        (Weekly(1, EARLY), BOGOTA, "2026-03-15T12:00", "2026-03-09T08:40", "2026-03-16T08:40"),
        (Weekly(1, EARLY), BOGOTA, "2026-12-31T12:00", "2026-12-28T08:40", "2027-01-04T08:40"),
        (Weekly(7, EARLY), NEW_YORK, "2026-03-08T08:00", "2026-03-08T07:40", "2026-03-15T07:40"),
        # the hour that the change to summer time swallows comes an hour later by the clock, at its old distance
        (Daily(time(2, 30)), NEW_YORK, "2026-03-08T07:29", "2026-03-07T07:30", "2026-03-08T07:30"),
        (Daily(time(2, 30)), NEW_YORK, "2026-03-08T07:30", "2026-03-08T07:30", "2026-03-09T06:30"),
        (Daily(time(3, 30)), NEW_YORK, "2026-03-08T07:30", "2026-03-08T07:30", "2026-03-09T07:30"),
        # the hour that comes twice counts the first time
        (Daily(time(1, 30)), NEW_YORK, "2026-11-01T05:30", "2026-11-01T05:30", "2026-11-02T06:30"),
        (Daily(time(1, 30)), NEW_YORK, "2026-11-01T06:30", "2026-11-01T05:30", "2026-11-02T06:30"),
    ],
)
def test_the_slots_around_a_moment(schedule: Schedule, zone: ZoneInfo, now: str, last: str, following: str) -> None:
    assert schedule.last_slot(utc(now), zone) == utc(last)
    assert schedule.next_slot(utc(now), zone) == utc(following)


@pytest.mark.parametrize("host", ["UTC", "America/Bogota", "Pacific/Kiritimati", "America/New_York", "Asia/Kolkata"])
@pytest.mark.parametrize("at", [time(1, 30), time(2, 30), time(3, 30)])
@pytest.mark.parametrize("switch", ["2026-03-08", "2026-11-01"])
def test_a_day_of_changing_clocks_has_one_slot(
    monkeypatch: pytest.MonkeyPatch, host: str, at: time, switch: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", host)
        stopwatch.tzset()
        start = datetime.combine(date.fromisoformat(switch), time.min, NEW_YORK).astimezone(UTC)
        seen = {Daily(at).last_slot(start + timedelta(minutes=5 * step), NEW_YORK) for step in range(-12 * 24, 12 * 49)}
    stopwatch.tzset()
    by_day = [slot.astimezone(NEW_YORK).date().isoformat() for slot in seen]
    assert by_day.count(switch) == 1
    assert len(by_day) == len(set(by_day))


@pytest.mark.parametrize(
    "schedule",
    [Hourly(0), Hourly(59), Daily(time(2, 30)), Daily(time(23, 59)), Monthly(time(2, 30)), Monthly(time(0, 0))],
)
@pytest.mark.parametrize("zone", ["America/New_York", "America/Bogota", "Australia/Lord_Howe", "Pacific/Apia"])
def test_the_last_slot_is_past_the_next_is_ahead_and_none_lies_between(schedule: Schedule, zone: str) -> None:
    for step in range(500):
        now = utc("2025-12-30T11:17") + timedelta(hours=23 * step)
        last, following = schedule.last_slot(now, ZoneInfo(zone)), schedule.next_slot(now, ZoneInfo(zone))
        assert last <= now < following
        assert schedule.next_slot(last, ZoneInfo(zone)) == following
        assert schedule.last_slot(following, ZoneInfo(zone)) == following


@dataclass
class Work:
    """Work of a job that counts its runs, and fails or waits on request."""

    fails: int = 0
    seen: list[date] = field(default_factory=list)

    def __call__(self, context: Context, today: date) -> dict[str, Any]:
        self.seen.append(today)
        context.session.add(Party(name=f"run {len(self.seen)}"))
        context.session.flush()
        if len(self.seen) <= self.fails:
            raise ValueError("no luck")
        return {"parties": 1}


def job(work: Callable[[Session, date], dict[str, Any]], name: str = "work", **options: Any) -> Job:
    return Job(name, "For the tests", work, Daily(EARLY), **options)


@pytest.fixture
def context(app: Flask, database: None) -> Iterator[Flask]:
    with app.app_context():
        yield app


def runs(app: Flask, name: str = "work") -> list[JobRun]:
    with app.app_context():
        return list(db.session.scalars(select(JobRun).filter_by(job=name).order_by(JobRun.id)))


def parties(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Party.name)))


def test_a_slot_is_done_once(context: Flask) -> None:
    work = Work()
    assert run_job(job(work), slot=SLOT) == {"parties": 1}
    assert run_job(job(work), slot=SLOT) is None
    assert run_job(job(work), slot=SLOT + timedelta(days=1)) == {"parties": 1}
    assert (len(work.seen), len(parties(context)), len(runs(context))) == (2, 2, 2)


def test_a_run_leaves_when_it_ran_and_what_it_counted(context: Flask) -> None:
    with clock.frozen(SLOT + timedelta(minutes=1)):
        run_job(job(Work()), slot=SLOT)
    [run] = runs(context)
    assert (run.slot, run.outcome, run.counts, run.error) == (SLOT, Outcome.DONE, {"parties": 1}, None)
    assert run.started_at == run.finished_at == SLOT + timedelta(minutes=1)


def test_a_failed_run_leaves_its_error_and_nothing_of_its_work(context: Flask) -> None:
    with pytest.raises(ValueError, match="no luck"):
        run_job(job(Work(fails=1)), slot=SLOT)
    [run] = runs(context)
    assert (run.outcome, run.error, run.attempt) == (Outcome.FAILED, "ValueError: no luck", 1)
    assert parties(context) == []


def test_a_failed_slot_is_tried_three_times(context: Flask) -> None:
    work = Work(fails=9)
    for _ in range(3):
        with pytest.raises(ValueError, match="no luck"):
            run_job(job(work), slot=SLOT)
    assert run_job(job(work), slot=SLOT) is None
    assert [(run.attempt, run.outcome) for run in runs(context)] == [(3, Outcome.FAILED)]


def test_a_failed_slot_may_succeed_the_next_time(context: Flask) -> None:
    work = Work(fails=1)
    with pytest.raises(ValueError, match="no luck"):
        run_job(job(work), slot=SLOT)
    assert run_job(job(work), slot=SLOT) == {"parties": 1}
    assert [(run.attempt, run.outcome, run.error) for run in runs(context)] == [(2, Outcome.DONE, None)]
    assert parties(context) == ["run 2"]


def test_a_run_by_hand_has_no_slot_and_happens_each_time(context: Flask) -> None:
    work = Work()
    for _ in range(2):
        run_job(job(work), slot=None, today=date(2026, 1, 31))
    assert work.seen == [date(2026, 1, 31)] * 2
    assert [run.slot for run in runs(context)] == [None, None]


def test_a_run_gets_today_in_the_companys_zone(context: Flask) -> None:
    work = Work()
    with clock.frozen(utc("2026-02-01T03:30")):
        run_job(job(work), slot=SLOT)
    assert work.seen == [date(2026, 1, 31)]


def test_changes_of_a_run_are_recorded_under_its_name(context: Flask) -> None:
    run_job(job(Work()), slot=SLOT)
    request = db.session.scalar(text("SELECT request_id FROM audit_log WHERE table_name = 'parties'"))
    assert str(request).startswith("job:work:")


def test_a_job_may_take_longer_than_a_request(context: Flask) -> None:
    limits: dict[str, Any] = {}

    def work(context: Context, _today: date) -> dict[str, Any]:
        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            limits[name] = context.session.scalar(text(f"SHOW {name}"))
        return {}

    run_job(job(work), slot=SLOT)
    assert limits == {
        "statement_timeout": "15min",
        "lock_timeout": "1min",
        "idle_in_transaction_session_timeout": "15min",
    }


@contextmanager
def running_elsewhere(app: Flask, name: str) -> Iterator[None]:
    engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"], poolclass=NullPool)
    with engine.begin() as connection:
        key = f"control-fresco-job:{name}"
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})
        yield


@pytest.mark.parametrize("slot", [None, SLOT])
def test_a_job_that_runs_elsewhere_is_refused(context: Flask, slot: datetime | None) -> None:
    work = Work()
    with running_elsewhere(context, "work"):
        assert run_job(job(work), slot=slot) is None
        assert run_job(job(work, "other"), slot=slot) == {"parties": 1}
    assert run_job(job(work), slot=slot) == {"parties": 1}
    assert len(runs(context)) == 1


def test_a_failing_job_does_not_stop_the_others(app: Flask, database: None) -> None:
    bad, good = Work(fails=9), Work()
    scheduler = Scheduler(app, (job(bad, "bad"), job(good, "good")))
    with clock.frozen(SLOT):
        for _ in range(5):
            scheduler.run_all_due()
    assert (len(bad.seen), len(good.seen)) == (3, 1)
    assert [run.attempt for run in runs(app, "bad")] == [3]


def test_a_missed_slot_is_caught_up_once(app: Flask, database: None) -> None:
    work = Work()
    scheduler = Scheduler(app, (job(work),))
    for days in (0, 0, 40, 40):
        with clock.frozen(SLOT + timedelta(days=days, hours=1)):
            scheduler.run_all_due()
    assert [run.slot for run in runs(app)] == [SLOT, SLOT + timedelta(days=40)]


def test_a_job_at_start_runs_at_each_start_and_failing_stops_nothing(app: Flask, database: None) -> None:
    starting, bad = Work(), Work(fails=99)
    jobs = (job(bad, "bad", at_start=True), job(starting, "starting", at_start=True), job(Work(), "daily"))
    scheduler = Scheduler(app, jobs)
    with clock.frozen(SLOT):
        for _ in range(2):
            scheduler.run_at_start()
    assert [run.slot for run in runs(app, "starting")] == [SLOT, None, None]
    assert [run.slot for run in runs(app, "daily")] == [SLOT]
    assert len(runs(app, "bad")) == 3


LOADS_WITH_A_QUERY = """
import os
import config
from app import create_app
from app.core.parties.models import Party
from app.infra.db import db
from sqlalchemy import text

app = create_app(config.load(os.environ))
with app.app_context():
    db.session.execute(text("SELECT 'before the fork'"))
"""
SCHEDULED = {"SCHEDULER_ENABLED": "true", "SCHEDULER_POLL_SECONDS": "1"}

_LEADING = """
    SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND granted AND datname = current_database()
        AND application_name = 'control-fresco-leader'
"""
_CUT = text(f"SELECT pg_terminate_backend(pid) FROM ({_LEADING}) AS found")  # noqa: S608 - put together from constants
_LEADERS = text(f"SELECT count(*) FROM ({_LEADING}) AS found")  # noqa: S608 - put together from constants
_CANDIDATES = text("""
    SELECT count(*) FROM pg_stat_activity
    WHERE application_name = 'control-fresco-leader' AND datname = current_database()
""")
_RUNS = text("SELECT job, slot IS NULL AS at_start, outcome, attempt FROM job_runs ORDER BY job, id")
_USED_BEFORE_THE_FORK = text("""
    SELECT pid, state_change FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'control-fresco' ORDER BY backend_start LIMIT 1
""")


@pytest.fixture
def watcher(server_database: str) -> Iterator[Connection]:
    """The owner, looking on at an empty book of runs."""
    engine = create_engine(server_database, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DELETE FROM job_runs"))
        yield connection


def until(condition: Callable[[], bool], seconds: float = 10) -> float:
    """Seconds until the condition became true."""
    started = stopwatch.monotonic()
    while not condition():
        assert stopwatch.monotonic() - started < seconds, "it did not happen in time"
        stopwatch.sleep(0.05)
    return stopwatch.monotonic() - started


def leaders(log: Path) -> list[int]:
    """The processes that said they lead, in order."""
    return [int(pid) for pid in re.findall(r"this worker leads .*pid=(\d+)", log.read_text(encoding="utf-8"))]


def slots_done(watcher: Connection) -> list[tuple[str, str, int]]:
    return [(run.job, run.outcome, run.attempt) for run in watcher.execute(_RUNS) if not run.at_start]


@pytest.mark.server
@pytest.mark.parametrize(
    ("workers", "arguments"),
    daily((4, ()), (1, ()), (2, ("--preload",))),
    ids=["4 workers", "1 worker", "2 preloaded"],
)
def test_however_many_workers_each_slot_is_done_once_and_one_leads(
    app: Flask, server_database: str, watcher: Connection, tmp_path: Path, workers: int, arguments: tuple[str, ...]
) -> None:
    log = tmp_path / "log"
    expected = sorted((job.name, "done", 1) for job in app.extensions["scheduler"].jobs)
    arguments += ("--log-file", str(log), "--capture-output")
    with Server(server_database, workers=workers, arguments=arguments, environ=SCHEDULED) as server:
        until(lambda: len(slots_done(watcher)) >= len(expected))
        until(lambda: watcher.scalar(_CANDIDATES) == workers)
        stopwatch.sleep(1.5)
        assert slots_done(watcher) == expected
        assert watcher.scalar(_LEADERS) == 1
        [first] = leaders(log)

        os.kill(first, signal.SIGKILL)
        assert until(lambda: len(leaders(log)) == 2, 8) < 4
        stopwatch.sleep(1.5)
        assert slots_done(watcher) == expected
        assert watcher.scalar(_LEADERS) == 1
        assert len(set(leaders(log))) == 2

        assert {server.send("GET", path).status for path in ("/scheduler", "/scheduler/jobs") * 6} == {404}
        server.stop()
    assert watcher.scalar(_CANDIDATES) == 0


@pytest.mark.server
def test_a_stopped_leader_ends_within_five_seconds(server_database: str, watcher: Connection) -> None:
    with Server(server_database, workers=1, environ=SCHEDULED) as server:
        until(lambda: watcher.scalar(_LEADERS) == 1)
        assert server.process is not None
        server.process.terminate()
        assert server.process.wait(5) == 0
    assert watcher.scalar(_CANDIDATES) == 0


def test_a_leader_that_lost_its_lock_starts_nothing_until_it_has_it_again(
    server_database: str, watcher: Connection, logs_as_before: None
) -> None:
    app = create_app(replace(conftest.testing_config(server_database), scheduler_poll_seconds=1))
    scheduler = Scheduler(app, (Job("idle", "Does nothing.", lambda _session, _today: {}, Daily(EARLY)),))
    lock = "pg_advisory_lock(hashtextextended('control-fresco-scheduler', 0))"
    scheduler.start()
    try:
        until(lambda: timer(scheduler) == STATE_RUNNING)
        watcher.execute(_CUT)
        watcher.execute(text(f"SELECT {lock}"))  # another worker leads
        until(lambda: timer(scheduler) == STATE_PAUSED)
        watcher.execute(text(f"SELECT {lock.replace('_lock', '_unlock')}"))
        until(lambda: timer(scheduler) == STATE_RUNNING)
    finally:
        scheduler.stop()
    assert timer(scheduler) == STATE_PAUSED
    assert scheduler._timer is not None
    scheduler._timer.shutdown()
    with app.app_context():
        db.engine.dispose()


def timer(scheduler: Scheduler) -> int | None:
    """Whether it starts jobs when they are due."""
    return scheduler._timer and scheduler._timer.state


@pytest.mark.server
def test_a_connection_from_before_the_fork_is_used_by_no_worker(
    server_database: str, watcher: Connection, tmp_path: Path
) -> None:
    (tmp_path / "wsgi.py").write_text(LOADS_WITH_A_QUERY, encoding="utf-8")
    arguments = ("--preload", "--pythonpath", str(tmp_path))
    with Server(server_database, arguments=arguments, environ=SCHEDULED) as server:
        before = watcher.execute(_USED_BEFORE_THE_FORK).one()
        answers = [server.send("GET", "/api/health/ready").status for _ in range(20)]
        assert answers == [200] * 20
        assert watcher.execute(_USED_BEFORE_THE_FORK).one() == before
        asked = text("SELECT query FROM pg_stat_activity WHERE pid = :pid")
        assert watcher.scalar(asked, {"pid": before.pid}) == "ROLLBACK"
