"""/api/metrics, for Prometheus: the state of the whole server, whichever of its workers answers.

Off unless METRICS_TOKEN is set; whoever sends it as a bearer token may read. No names, no ids, no addresses.
"""

import hmac
import platform
import time
from collections.abc import Iterable, Iterator

from flask import Flask, Response, current_app, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound

from app.infra import job_runs, metrics, scheduler
from app.infra.db import db
from app.infra.storage import LocalStorage
from app.kernel.errors import Unauthenticated
from app.web.context import context
from app.web.headers import BEGAN
from app.web.health import migration_head
from app.web.openapi import VERSION

PATH = "/api/metrics"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
NO_ROUTE = ""
"""Labels of requests without a route."""


def init_app(app: Flask) -> None:
    """Serve /api/metrics; must be called after all routes are registered."""
    token: str = app.config["METRICS_TOKEN"]

    def serve_metrics() -> Response:
        if not token:
            raise NotFound
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given.encode(), token.encode()):
            raise Unauthenticated("The token of METRICS_TOKEN is required.", code="token_invalid")
        own = CollectorRegistry()
        own.register(ProgramCollector())
        return Response(generate_latest(metrics.collected()) + generate_latest(own), content_type=CONTENT_TYPE)

    app.add_url_rule(PATH, "metrics", serve_metrics)
    if token:
        with app.app_context():
            metrics.count_connections(db.engine)
        app.after_request(_count)


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count a completed request; without a route its method is not recorded either."""
    method = method if route else NO_ROUTE
    metrics.REQUESTS.labels(method, route, f"{status // 100}xx").inc()
    metrics.DURATIONS.labels(method, route).observe(seconds)


def _count(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else NO_ROUTE
    count_request(request.method, route, response.status_code, time.perf_counter() - request.environ[BEGAN])
    return response


class ProgramCollector(Collector):
    """Metrics computed at each scrape: version, jobs, database, disk."""

    def collect(self) -> Iterable[Metric]:
        """The metrics."""
        yield _build_info()
        yield from _database_and_jobs()
        yield from _disk()


def _gauge(name: str, description: str, value: float) -> Metric:
    return GaugeMetricFamily(name, description, value=value)


def _build_info() -> Metric:
    labels = {"version": VERSION, "migration": migration_head(), "python": platform.python_version()}
    family = GaugeMetricFamily("fresco_build_info", "Build information; always 1.", labels=list(labels))
    family.add_metric(list(labels.values()), 1)
    return family


def _database_and_jobs() -> list[Metric]:
    """Metrics of the database, and of the jobs, which are stored in it."""
    description = "Whether the database responds."
    try:
        jobs = list(_jobs())
    except SQLAlchemyError:
        db.session.rollback()
        return [_gauge("fresco_database_up", description, 0)]
    return [_gauge("fresco_database_up", description, 1), *jobs]


def _jobs() -> Iterator[Metric]:
    """Metrics of each job, by label `name`, as `job` is reserved by Prometheus; the time of a missing run is 0."""
    jobs = scheduler.of_current_app().jobs
    last, succeeded = job_runs.latest_per_job(db.session()), job_runs.last_success_per_job(db.session())
    clock = context().clock
    now, zone = clock.now(), clock.zone
    ran = {job.name: run for job in jobs if (run := last.get(job.name))}
    yield _by_job(
        "fresco_job_last_slot_timestamp_seconds",
        "Latest planned time of the job.",
        {job.name: job.last_slot(now, zone).timestamp() for job in jobs},
    )
    yield _by_job(
        "fresco_job_last_success_timestamp_seconds",
        "Time of the job's last success.",
        {job.name: succeeded[job.name].timestamp() if job.name in succeeded else 0 for job in jobs},
    )
    yield _by_job(
        "fresco_job_last_run_timestamp_seconds",
        "Time of the end of the job's last run.",
        {name: run.finished_at.timestamp() for name, run in ran.items()},
    )
    yield _by_job(
        "fresco_job_last_run_duration_seconds",
        "Duration of the last run.",
        {name: (run.finished_at - run.started_at).total_seconds() for name, run in ran.items()},
    )
    yield _by_job(
        "fresco_job_last_run_failed",
        "Whether its last run failed.",
        {name: int(run.outcome is job_runs.Outcome.FAILED) for name, run in ran.items()},
    )


def _by_job(name: str, description: str, values: dict[str, float]) -> Metric:
    family = GaugeMetricFamily(name, description, labels=["name"])
    for job, value in values.items():
        family.add_metric([job], value)
    return family


def _disk() -> Iterator[Metric]:
    """Disk space of the file store, if it is a folder."""
    storage = current_app.extensions["storage"]
    if isinstance(storage, LocalStorage):
        size, free = storage.disk_space()
        yield _gauge("fresco_storage_size_bytes", "Size of the file store's disk.", size)
        yield _gauge("fresco_storage_free_bytes", "Free space on the file store's disk.", free)
