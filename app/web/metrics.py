"""/api/metrics, for Prometheus: how the whole server does, whichever of its workers is asked.

Off unless METRICS_TOKEN is set; then whoever brings it as a bearer token may read. No names, no ids, no addresses.
"""

import hmac
import platform
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping

from flask import Flask, Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound

from app.infra import clock, counts, job_runs, replica, scheduler
from app.infra.db import db
from app.infra.storage import LocalStorage
from app.kernel.errors import Unauthenticated
from app.web.headers import BEGAN
from app.web.health import migration_head
from app.web.openapi import VERSION

PATH = "/api/metrics"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
_SUM = len(CLASSES)
_FIRST_BUCKET = _SUM + 1
_WIDTH = _FIRST_BUCKET + len(BUCKETS) + 1
_ELSEWHERE = ("", "")
"""Method and route of requests that no route serves."""

Labels = Mapping[str, str]
Samples = Iterable[tuple[str, Labels, float]]


class Requests:
    """Where in the shared table the requests of each route are counted."""

    def __init__(self, app: Flask) -> None:
        served = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods or ()}
        self.kinds = sorted(served | {_ELSEWHERE})
        self.places = {kind: counts.FIRST_FREE + _WIDTH * number for number, kind in enumerate(self.kinds)}
        self.columns = counts.FIRST_FREE + _WIDTH * len(self.kinds)
        if self.columns > counts.COLUMNS:
            raise AssertionError("more routes than the shared table has columns for: raise counts.COLUMNS")

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request, answered."""
        place = self.places.get((method, route)) or self.places[_ELSEWHERE]
        bucket = place + _FIRST_BUCKET + bisect_left(BUCKETS, seconds)
        counts.add((place + status // 100 - 1, 1.0), (place + _SUM, seconds), (bucket, 1.0))

    def families(self, numbers: list[float]) -> Iterator[str]:
        """What was counted."""
        seen = [(method, route, numbers[place : place + _WIDTH]) for (method, route), place in self.places.items()]
        seen = [kind for kind in seen if any(kind[2])]
        yield from _family(
            "fresco_http_requests_total",
            "counter",
            "Requests that were answered, by the class of their status.",
            (
                ("", {"method": method, "route": route, "status": name}, number)
                for method, route, found in seen
                for name, number in zip(CLASSES, found, strict=False)
                if number
            ),
        )
        yield from _family(
            "fresco_http_request_duration_seconds",
            "histogram",
            "How long the program took to answer.",
            (sample for method, route, found in seen for sample in _histogram(method, route, found)),
        )


def _histogram(method: str, route: str, found: list[float]) -> Iterator[tuple[str, Labels, float]]:
    labels = {"method": method, "route": route}
    total = 0.0
    for limit, number in zip((*map(str, BUCKETS), "+Inf"), found[_FIRST_BUCKET:], strict=True):
        total += number
        yield "_bucket", {**labels, "le": limit}, total
    yield "_sum", labels, found[_SUM]
    yield "_count", labels, total


def init_app(app: Flask) -> None:
    """Serve /api/metrics; to be called when every route is known."""
    token: str = app.config["METRICS_TOKEN"]

    def metrics() -> Response:
        if not token:
            raise NotFound
        given = request.headers.get("Authorization", "").partition(" ")
        if given[0].lower() != "bearer" or not hmac.compare_digest(given[2].encode(), token.encode()):
            raise Unauthenticated("The token of METRICS_TOKEN is needed.", code="token_invalid")
        numbers = counts.totals(requests.columns)
        lines = [*_built(), *_server(numbers), *requests.families(numbers), *_database_and_jobs(), *_disk()]
        return Response("".join(f"{line}\n" for line in lines), content_type=CONTENT_TYPE)

    app.add_url_rule(PATH, "metrics", metrics)
    requests = Requests(app)
    if token:
        with app.app_context():
            counts.count_connections(db.engine)
        app.after_request(lambda response: _count(requests, response))


def _count(requests: Requests, response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else ""
    requests.count(request.method, route, response.status_code, time.perf_counter() - request.environ[BEGAN])
    return response


def _family(name: str, kind: str, told: str, samples: Samples) -> Iterator[str]:
    """One metric in Prometheus' text format; each sample says what is appended to the name, its labels, its value."""
    yield f"# HELP {name} {told}"
    yield f"# TYPE {name} {kind}"
    for suffix, labels, value in samples:
        written = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"{name}{suffix}{{{written}}} {value}" if written else f"{name}{suffix} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _gauge(name: str, told: str, *samples: tuple[Labels, float]) -> Iterator[str]:
    return _family(name, "gauge", told, (("", labels, value) for labels, value in samples))


def _built() -> Iterator[str]:
    labels = {"version": VERSION, "migration": migration_head(), "python": platform.python_version()}
    return _gauge("fresco_build_info", "What is running; always 1.", (labels, 1))


def _server(numbers: list[float]) -> Iterator[str]:
    workers = numbers[counts.ALIVE]
    each = current_app.config["POOL_SIZE"] * 2  # pool_size and as many again of max_overflow
    yield from _gauge("fresco_workers", "Worker processes that are up.", ({}, workers))
    starts: Samples = [("", {}, numbers[counts.STARTS])]
    yield from _family("fresco_worker_starts_total", "counter", "Worker processes that were started.", starts)
    used = numbers[counts.CONNECTIONS]
    yield from _gauge("fresco_database_connections_in_use", "Connections that somebody is using.", ({}, used))
    most = each * max(workers, 1)
    yield from _gauge("fresco_database_connections_limit", "Connections that all workers may open.", ({}, most))


def _database_and_jobs() -> list[str]:
    """How the jobs went, which only the database knows."""
    try:
        lines = [*_jobs(), *_replica()]
    except SQLAlchemyError:
        db.session.rollback()
        return [*_gauge("fresco_database_up", "Whether the database answered.", ({}, 0))]
    return [*_gauge("fresco_database_up", "Whether the database answered.", ({}, 1)), *lines]


def _replica() -> Iterator[str]:
    """Without one both have no value; nor has the lag while the replica is away."""
    copy = replica.of_current_app()
    state = None if copy is None else copy.state(db.session())
    used: list[tuple[Labels, float]] = [] if state is None else [({}, int(state.status == replica.USED))]
    lag: list[tuple[Labels, float]] = [] if state is None or state.lag_seconds is None else [({}, state.lag_seconds)]
    yield from _gauge("fresco_replica_used", "Whether reports are read from the replica.", *used)
    told = "How old the newest is that the replica has; 0 if it has all."
    yield from _gauge("fresco_replica_lag_seconds", told, *lag)


def _jobs() -> Iterator[str]:
    """Every job of this server, as `name`: `job` is Prometheus' own label. The time of what never happened is 0."""
    jobs = scheduler.of_current_app().jobs
    last, succeeded = job_runs.latest_per_job(db.session()), job_runs.last_success_per_job(db.session())
    now, zone = clock.now(), clock.company_zone()
    yield from _gauge(
        "fresco_job_last_slot_timestamp_seconds",
        "The latest moment for which the job was planned.",
        *(({"name": job.name}, job.schedule.last_slot(now, zone).timestamp()) for job in jobs),
    )
    yield from _gauge(
        "fresco_job_last_success_timestamp_seconds",
        "When the job last ended well.",
        *(({"name": job.name}, succeeded[job.name].timestamp() if job.name in succeeded else 0) for job in jobs),
    )
    ran = [(run.job, run) for job in jobs if (run := last.get(job.name))]
    yield from _gauge(
        "fresco_job_last_run_timestamp_seconds",
        "When the job last ended, well or not.",
        *(({"name": name}, run.finished_at.timestamp()) for name, run in ran),
    )
    yield from _gauge(
        "fresco_job_last_run_duration_seconds",
        "How long its last run took.",
        *(({"name": name}, (run.finished_at - run.started_at).total_seconds()) for name, run in ran),
    )
    yield from _gauge(
        "fresco_job_last_run_failed",
        "Whether its last run failed.",
        *(({"name": name}, int(run.outcome is job_runs.Outcome.FAILED)) for name, run in ran),
    )


def _disk() -> Iterator[str]:
    """The disk of the file store, where it is a folder."""
    storage = current_app.extensions["storage"]
    if isinstance(storage, LocalStorage):
        size, free = storage.room()
        yield from _gauge("fresco_storage_size_bytes", "The size of the disk that files are kept on.", ({}, size))
        yield from _gauge("fresco_storage_free_bytes", "What is free of it.", ({}, free))
