"""Scheduled jobs in the workers: one leader among all workers of all machines, and each slot done exactly once.

Only the leader (`leading.py`) starts jobs, so they are normally started once; that a slot is *done* only once is
guaranteed by its row in `job_runs`, which is written in the transaction of the job.
"""

import logging
import os
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask, current_app
from flask_apscheduler import APScheduler
from sqlalchemy import Connection, text

from app.infra import clock, clock_skew, failures, job_runs, logs, origins
from app.infra.context import company_settings, make_context
from app.infra.db import transaction
from app.infra.leading import Candidate, Post
from app.infra.origins import Origin

log = logging.getLogger(__name__)

RETRY_EVERY = timedelta(minutes=5)
_HOUR = timedelta(hours=1)
_WEEK = timedelta(weeks=1)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_JOB_LIMITS = text(  # a job may take longer than a request, and change more rows
    "SET LOCAL statement_timeout = '15min'; SET LOCAL lock_timeout = '1min'; SET LOCAL work_mem = '64MB';"
    " SET LOCAL idle_in_transaction_session_timeout = '15min'"
)


class Schedule(Protocol):
    """Times at which a job is due, in the zone of the job."""

    def last_slot(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The latest slot that is not in the future."""

    def next_slot(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The first slot in the future."""

    def trigger(self, zone: ZoneInfo) -> CronTrigger:
        """The schedule as a trigger of APScheduler."""


@dataclass(frozen=True, slots=True)
class Hourly:
    """Hourly schedule: every hour at this minute."""

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
    """Daily schedule; a day on which a clock change skips the time has its slot too."""

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
class Weekly:
    """Weekly schedule: on this day of the week, 1 for Monday, at this time."""

    weekday: int
    at: time

    def last_slot(self, now: datetime, zone: ZoneInfo) -> datetime:
        today = now.astimezone(zone).date()
        day = today - timedelta(days=(today.isoweekday() - self.weekday) % 7)
        slot = self._on(day, zone)
        return slot if slot <= now else self._on(day - _WEEK, zone)

    def next_slot(self, now: datetime, zone: ZoneInfo) -> datetime:
        return self._on(self.last_slot(now, zone).astimezone(zone).date() + _WEEK, zone)

    def trigger(self, zone: ZoneInfo) -> CronTrigger:
        return CronTrigger(day_of_week=self.weekday - 1, hour=self.at.hour, minute=self.at.minute, timezone=zone)

    def _on(self, day: date, zone: ZoneInfo) -> datetime:
        return datetime.combine(day, self.at, zone).astimezone(UTC)

    def __str__(self) -> str:
        return f"{_WEEKDAYS[self.weekday - 1]}s at {self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class Monthly:
    """Monthly schedule: on the first of every month at this time."""

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
    """A scheduled job. `run` gets a context and today, and returns its counts."""

    name: str
    description: str
    run: Callable[..., Mapping[str, object]]
    schedule: Schedule
    at_start: bool = False
    before: Callable[[date], object] | None = None
    """Called before the transaction, for calls over the network; `run` gets its result as third argument."""
    zone: ZoneInfo | None = None
    """Zone of the schedule; that of the company, if None."""

    def last_slot(self, now: datetime, company: ZoneInfo) -> datetime:
        """The latest slot that is not in the future."""
        return self.schedule.last_slot(now, self.zone or company)

    def next_slot(self, now: datetime, company: ZoneInfo) -> datetime:
        """The first slot in the future."""
        return self.schedule.next_slot(now, self.zone or company)

    def trigger(self, company: ZoneInfo) -> CronTrigger:
        """The schedule as a trigger of APScheduler."""
        return self.schedule.trigger(self.zone or company)


def run_job(job: Job, *, slot: datetime | None, today: date | None = None) -> Mapping[str, object] | None:
    """Run the job in one transaction with its `job_runs` row; returns None if it runs elsewhere or the slot is done.

    Raises `ClockSkew`, without counting an attempt, if the clock differs too much from the database's.
    """
    with origins.acting(Origin.of(job.name, job.run.__module__)):
        return _run_job(job, slot, today)


def _run_job(job: Job, slot: datetime | None, today: date | None) -> Mapping[str, object] | None:
    request = f"job:{job.name}:{uuid.uuid4().hex[:12]}"
    with transaction(request_id=request) as session:
        clock_skew.check(session)
        company = company_settings(session)
    day = today or clock.today(company.zone)
    token = logs.request_id.set(request)
    started = clock.now()
    try:
        arguments = _run_before(job, slot, day, request)
        if arguments is None:
            return None
        with transaction(request_id=request) as session:
            session.execute(_JOB_LIMITS)
            if not job_runs.lock_job(session, job.name):
                return None
            run_id = job_runs.claim(session, job.name, slot, started)
            if run_id is None:
                return None
            counts = dict(job.run(make_context(session, company=company), day, *arguments))
            job_runs.finish(session, run_id, clock.now(), counts)
        log.info("job done", extra={"job": job.name, "counts": counts})
    except Exception as error:
        log.exception("job failed", extra={"job": job.name})
        with transaction(request_id=request) as session:
            times = (started, clock.now())
            job_runs.fail(session, job.name, slot, times, f"{type(error).__name__}: {error}")
            failures.tell_soon(session, clock.now())
        raise
    else:
        return counts
    finally:
        logs.request_id.reset(token)


def _run_before(job: Job, slot: datetime | None, day: date, request: str) -> tuple[object, ...] | None:
    """Call `before` and return the additional arguments of `run`; None if the slot is already done."""
    if job.before is None:
        return ()
    with transaction(request_id=request) as session:
        if not job_runs.is_open(session, job.name, slot):
            return None
    return (job.before(day),)


class Scheduler:
    """The scheduler of a worker: tries to become leader, and starts jobs while it leads."""

    def __init__(self, app: Flask, jobs: tuple[Job, ...]) -> None:
        self.app = app
        self.jobs = jobs
        self.leading = threading.Event()
        self._timer: APScheduler | None = None
        self._clocks = clock_skew.ClockWatch()
        post = Post(
            app.config["DIRECT_DATABASE_URI"],
            "scheduler",
            app.config["SCHEDULER_POLL_SECONDS"],
            "control-fresco-leader",
        )
        self._candidate = Candidate(post, lead=self._check_and_lead, stand_down=self._stop_leading)

    def start(self, may_lead: Callable[[], bool] = lambda: True) -> None:
        """Start the thread that tries to lead, as long as `may_lead()`. To be called in a worker, after the fork."""
        self._candidate.start(may_lead)

    def ask_to_stop(self) -> None:
        """Lead no longer, and wait for nothing."""
        self._candidate.ask_to_stop()

    def stop(self) -> None:
        """Stop leading and release the lock."""
        self._candidate.stop()

    def run_due(self, job: Job) -> None:
        """Run the latest slot of the job unless it is done; a failure is recorded and does not stop other jobs."""
        with self.app.app_context():
            try:
                slot = job.last_slot(clock.now(), _company_zone())
                run_job(job, slot=slot)
            except Exception:  # noqa: BLE001 - recorded and logged by run_job, retried later
                log.warning("the slot will be retried", extra={"job": job.name})

    def run_at_start(self) -> None:
        """Run the due slots, and the jobs that run at every start."""
        for job in self.jobs:
            self.run_due(job)
            if job.at_start:
                with self.app.app_context():
                    try:
                        run_job(job, slot=None)
                    except Exception:  # noqa: BLE001 - recorded and logged by run_job
                        log.warning("the run at start failed", extra={"job": job.name})

    def run_all_due(self) -> None:
        """Run all due slots: retries failed ones, and those missed while the machine slept."""
        for job in self.jobs:
            self.run_due(job)

    def _check_and_lead(self, connection: Connection) -> None:
        """Start jobs while the clock is right; raises if the connection, and with it the lock, is lost."""
        if not self._clocks.agrees(connection):
            self._stop_leading()
        elif not self.leading.is_set():
            self._start_leading()

    def _start_leading(self) -> None:
        self.leading.set()
        log.info("this worker leads the scheduled jobs", extra={"pid": os.getpid()})
        if self._timer is None:
            self._timer = self._make_timer()
        self._timer.add_job(id="start", func=self.run_at_start, replace_existing=True, misfire_grace_time=None)
        self._timer.resume()

    def _stop_leading(self) -> None:
        if self.leading.is_set():
            self.leading.clear()
            if self._timer is not None:
                self._timer.pause()

    def _make_timer(self) -> APScheduler:
        with self.app.app_context():
            zone = _company_zone()
        timer = APScheduler(app=self.app)
        timer.start(paused=True)
        options = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        for job in self.jobs:
            timer.add_job(id=job.name, func=self.run_due, args=[job], trigger=job.trigger(zone), **options)
        again = IntervalTrigger(seconds=int(RETRY_EVERY.total_seconds()))
        timer.add_job(id="again", func=self.run_all_due, trigger=again, **options)
        return timer


def _company_zone() -> ZoneInfo:
    with transaction(request_id="scheduler") as session:
        return company_settings(session).zone


def init_app(app: Flask, jobs: tuple[Job, ...]) -> None:
    """Create the scheduler of the application; no job runs before `start`."""
    app.config["SCHEDULER_API_ENABLED"] = False  # its API can run any code
    app.config["SCHEDULER_EXECUTORS"] = {"default": {"type": "threadpool", "max_workers": 1}}
    app.config["SCHEDULER_TIMEZONE"] = app.config["TIMEZONE"]
    app.extensions["scheduler"] = Scheduler(app, jobs)


def of_current_app() -> Scheduler:
    """The scheduler of the running application."""
    scheduler: Scheduler = current_app.extensions["scheduler"]
    return scheduler
