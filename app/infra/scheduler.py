"""Scheduled jobs, in process: one leader among all workers of all machines, and each slot done exactly once.

The leader holds an advisory lock on a connection of its own; when it dies, PostgreSQL frees the lock and another
worker leads. That keeps jobs from being started several times; that a slot is *done* only once is guaranteed by
its row in `job_runs`, written in the transaction of the work itself.
"""

import logging
import os
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask, current_app
from flask_apscheduler import APScheduler
from sqlalchemy import Connection, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from app.infra import clock, clock_skew, job_runs, logs
from app.infra.context import make_context
from app.infra.db import network_limits, transaction

log = logging.getLogger(__name__)

RETRY_EVERY = timedelta(minutes=5)
_HOUR = timedelta(hours=1)
_LEADER_LOCK = "control-fresco-scheduler"
_PATIENT = text(  # a job may compute, or wait for another server, longer than a request may, and change more rows
    "SET LOCAL statement_timeout = '15min'; SET LOCAL lock_timeout = '1min'; SET LOCAL work_mem = '64MB';"
    " SET LOCAL idle_in_transaction_session_timeout = '15min'"
)


class Schedule(Protocol):
    """When a job is due, in the company's time zone."""

    def last_slot(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The latest planned moment that is not in the future."""

    def next_slot(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The first planned moment in the future."""

    def trigger(self, zone: ZoneInfo) -> CronTrigger:
        """The same for APScheduler."""


@dataclass(frozen=True, slots=True)
class Hourly:
    """At this minute of every hour."""

    minute: int

    def last_slot(self, now: datetime, _zone: ZoneInfo) -> datetime:
        slot = now.astimezone(UTC).replace(minute=self.minute, second=0, microsecond=0)
        return slot if slot <= now else slot - _HOUR

    def next_slot(self, now: datetime, zone: ZoneInfo) -> datetime:
        return self.last_slot(now, zone) + _HOUR

    def trigger(self, _zone: ZoneInfo) -> CronTrigger:
        return CronTrigger(minute=self.minute, timezone=UTC)

    def __str__(self) -> str:
        return f"hourly at minute {self.minute}"


@dataclass(frozen=True, slots=True)
class Daily:
    """Every day at this time; a day on which the clock change swallows it still has its slot."""

    at: time

    def last_slot(self, now: datetime, zone: ZoneInfo) -> datetime:
        today = now.astimezone(zone).date()
        slot = self._on(today, zone)
        return slot if slot <= now else self._on(today - timedelta(days=1), zone)

    def next_slot(self, now: datetime, zone: ZoneInfo) -> datetime:
        today = now.astimezone(zone).date()
        slot = self._on(today, zone)
        return slot if slot > now else self._on(today + timedelta(days=1), zone)

    def trigger(self, zone: ZoneInfo) -> CronTrigger:
        return CronTrigger(hour=self.at.hour, minute=self.at.minute, timezone=zone)

    def _on(self, day: date, zone: ZoneInfo) -> datetime:
        return datetime.combine(day, self.at, zone).astimezone(UTC)

    def __str__(self) -> str:
        return f"daily at {self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class Monthly:
    """On the first of every month at this time."""

    at: time

    def last_slot(self, now: datetime, zone: ZoneInfo) -> datetime:
        first = now.astimezone(zone).date().replace(day=1)
        slot = self._on(first, zone)
        return slot if slot <= now else self._on((first - timedelta(days=1)).replace(day=1), zone)

    def next_slot(self, now: datetime, zone: ZoneInfo) -> datetime:
        first = now.astimezone(zone).date().replace(day=1)
        slot = self._on(first, zone)
        return slot if slot > now else self._on((first + timedelta(days=32)).replace(day=1), zone)

    def trigger(self, zone: ZoneInfo) -> CronTrigger:
        return CronTrigger(day=1, hour=self.at.hour, minute=self.at.minute, timezone=zone)

    def _on(self, first: date, zone: ZoneInfo) -> datetime:
        return datetime.combine(first, self.at, zone).astimezone(UTC)

    def __str__(self) -> str:
        return f"on the first of the month at {self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class Job:
    """Work that happens by itself. `run` gets a context and today, and returns what it counted."""

    name: str
    description: str
    run: Callable[..., Mapping[str, Any]]
    schedule: Schedule
    at_start: bool = False
    before: Callable[[date], Any] | None = None
    """What can't be done within the transaction (a call over the network); `run` gets its result as well."""


def run_job(job: Job, *, slot: datetime | None, today: date | None = None) -> Mapping[str, Any] | None:
    """Run it once, in one transaction with its `job_runs` row; None if it runs elsewhere or the slot is done.

    With a clock that is far from the database's it raises `ClockSkew`, which is no attempt and leaves no row.
    """
    request = f"job:{job.name}:{uuid.uuid4().hex[:12]}"
    with transaction(request_id=request) as session:
        clock_skew.check(session)
    token = logs.request_id.set(request)
    started = clock.now()
    day = today or clock.today(current_app.config["TIMEZONE"])
    try:
        given = _prepared(job, slot, day, request)
        if given is None:
            return None
        with transaction(request_id=request) as session:
            session.execute(_PATIENT)
            if not job_runs.hold(session, job.name):
                return None
            run_id = job_runs.claim(session, job.name, slot, started)
            if run_id is None:
                return None
            counts = dict(job.run(make_context(session), day, *given))
            job_runs.finish(session, run_id, clock.now(), counts)
        log.info("job done", extra={"job": job.name, "counts": counts})
    except Exception as error:
        log.exception("job failed", extra={"job": job.name})
        with transaction(request_id=request) as session:
            times = (started, clock.now())
            job_runs.fail(session, job.name, slot, times, f"{type(error).__name__}: {error}")
        raise
    else:
        return counts
    finally:
        logs.request_id.reset(token)


def _prepared(job: Job, slot: datetime | None, day: date, request: str) -> tuple[Any, ...] | None:
    """What `run` gets besides; None if the slot is done, for the rounds ask again every few minutes."""
    if job.before is None:
        return ()
    with transaction(request_id=request) as session:
        if not job_runs.is_open(session, job.name, slot):
            return None
    return (job.before(day),)


class Scheduler:
    """The worker's part in leading: campaigns, leads, and steps down."""

    def __init__(self, app: Flask, jobs: tuple[Job, ...]) -> None:
        self.app = app
        self.jobs = jobs
        self.leading = threading.Event()
        self._stop = threading.Event()
        self._may_lead: Callable[[], bool] = lambda: True
        self._thread: threading.Thread | None = None
        self._timer: APScheduler | None = None
        self._clocks = clock_skew.ClockWatch()

    def start(self, may_lead: Callable[[], bool] = lambda: True) -> None:
        """Campaign in the background, as long as `may_lead`. To be called in a worker, after any fork."""
        self._may_lead = may_lead
        self._thread = threading.Thread(target=self._campaign, name="scheduler-leader", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Step down and let go of the lock."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def run_due(self, job: Job) -> None:
        """Do the job's latest slot unless it is done; a failure is recorded and does not stop the others."""
        with self.app.app_context():
            slot = job.schedule.last_slot(clock.now(), self.app.config["TIMEZONE"])
            try:
                run_job(job, slot=slot)
            except Exception:  # noqa: BLE001 - recorded and logged by run_job, tried again by the next round
                log.warning("the slot will be tried again", extra={"job": job.name})

    def run_at_start(self) -> None:
        """What is due, and what every start asks for."""
        for job in self.jobs:
            self.run_due(job)
            if job.at_start:
                with self.app.app_context():
                    try:
                        run_job(job, slot=None)
                    except Exception:  # noqa: BLE001 - recorded and logged by run_job
                        log.warning("the run at start failed", extra={"job": job.name})

    def run_all_due(self) -> None:
        """A round over all jobs: catches what failed, and what a sleeping machine missed."""
        for job in self.jobs:
            self.run_due(job)

    def _campaign(self) -> None:
        poll = self.app.config["SCHEDULER_POLL_SECONDS"]
        engine = create_engine(
            self.app.config["DIRECT_DATABASE_URI"],  # the lock lives as long as its connection, which no pooler lends
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={**network_limits(), "application_name": "control-fresco-leader"},
        )
        while self._goes_on():
            try:
                with engine.connect() as connection:
                    self._lead_while_possible(connection, poll)
            except DBAPIError as error:
                log.warning("the scheduler lost its database: %s", type(error).__name__)
            finally:
                self._step_down()
            self._stop.wait(poll)
        engine.dispose()

    def _lead_while_possible(self, connection: Connection, poll: float) -> None:
        key = func.hashtextextended(_LEADER_LOCK, 0)
        held = False
        while self._goes_on():
            held = held or bool(connection.scalar(select(func.pg_try_advisory_lock(key))))
            if held and self._goes_on():
                self._lead(connection)
            self._stop.wait(poll)

    def _lead(self, connection: Connection) -> None:
        """Start jobs while the clock is right; asking raises when the lock is gone with its connection."""
        if not self._clocks.agrees(connection):
            self._step_down()
        elif not self.leading.is_set():
            self._take_office()

    def _goes_on(self) -> bool:
        """Whether this worker may still lead: one that is stopping leaves the lock to another."""
        return not self._stop.is_set() and self._may_lead()

    def _take_office(self) -> None:
        self.leading.set()
        log.info("this worker leads the scheduled jobs", extra={"pid": os.getpid()})
        if self._timer is None:
            self._timer = self._make_timer()
        self._timer.add_job(id="start", func=self.run_at_start, replace_existing=True, misfire_grace_time=None)
        self._timer.resume()

    def _step_down(self) -> None:
        if self.leading.is_set():
            self.leading.clear()
            if self._timer is not None:
                self._timer.pause()

    def _make_timer(self) -> APScheduler:
        zone = self.app.config["TIMEZONE"]
        timer = APScheduler(app=self.app)
        timer.start(paused=True)
        options = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        for job in self.jobs:
            timer.add_job(id=job.name, func=self.run_due, args=[job], trigger=job.schedule.trigger(zone), **options)
        again = IntervalTrigger(seconds=int(RETRY_EVERY.total_seconds()))
        timer.add_job(id="again", func=self.run_all_due, trigger=again, **options)
        return timer


def init_app(app: Flask, jobs: tuple[Job, ...]) -> None:
    """Make the jobs known; nothing runs before `start`."""
    app.config["SCHEDULER_API_ENABLED"] = False  # whoever can add a job can run any code
    app.config["SCHEDULER_EXECUTORS"] = {"default": {"type": "threadpool", "max_workers": 1}}
    app.config["SCHEDULER_TIMEZONE"] = app.config["TIMEZONE"]
    app.extensions["scheduler"] = Scheduler(app, jobs)


def of_current_app() -> Scheduler:
    """The scheduler of the running application."""
    scheduler: Scheduler = current_app.extensions["scheduler"]
    return scheduler
