"""Metrics of all workers of a server, by prometheus-client's multiprocess mode.

Each worker writes files in PROMETHEUS_MULTIPROC_DIR, named by its slot. A new worker in a slot continues its files, so
no counter decreases and there are never more files than slots.
"""

import os
from typing import Any

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, multiprocess, values
from sqlalchemy import Engine, event

DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_COUNTED = "counted"

_slot = 0
"""The slot of this process; 0 is the master's, or that of a process without workers."""
_claimed: set[int] = set()


def _current_slot() -> int:
    return _slot


if DIRECTORY in os.environ:
    values.ValueClass = values.MultiProcessValue(process_identifier=_current_slot)
prometheus_client.disable_created_metrics()

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "fresco_http_requests",
    "Requests that were answered, by the class of their status.",
    ["method", "route", "status"],
    registry=REGISTRY,
)
DURATIONS = Histogram(
    "fresco_http_request_duration_seconds",
    "How long the program took to answer.",
    ["method", "route"],
    buckets=BUCKETS,
    registry=REGISTRY,
)
WORKERS = Gauge("fresco_workers", "Worker processes that are up.", registry=REGISTRY, multiprocess_mode="livesum")
WORKER_STARTS = Counter("fresco_worker_starts", "Worker processes that were started.", registry=REGISTRY)
CONNECTIONS = Gauge(
    "fresco_database_connections_in_use",
    "Connections that are checked out of the pools.",
    registry=REGISTRY,
    multiprocess_mode="livesum",
)
CONNECTIONS_LIMIT = Gauge(
    "fresco_database_connections_limit",
    "Connections that all workers may open.",
    registry=REGISTRY,
    multiprocess_mode="livesum",
)


def claim_slot() -> int:
    """The slot of the worker that is forked next; to be called in the master."""
    global _slot  # noqa: PLW0603 - the worker inherits it
    _slot = next(slot for slot in range(1, len(_claimed) + 2) if slot not in _claimed)
    _claimed.add(_slot)
    return _slot


def release_slot(slot: int) -> None:
    """Free the slot of a worker that has ended, however it did: its counts stay, its gauges go."""
    _claimed.discard(slot)
    if DIRECTORY in os.environ:
        multiprocess.mark_process_dead(slot)


def worker_started(connections_limit: int) -> None:
    """Count this worker as up; to be called in it."""
    WORKERS.set(1)
    WORKER_STARTS.inc()
    CONNECTIONS.set(0)
    CONNECTIONS_LIMIT.set(connections_limit)


def collected() -> CollectorRegistry:
    """A registry with the metrics of all workers."""
    if DIRECTORY not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return registry


def count_connections(engine: Engine) -> None:
    """Keep the number of connections that are checked out."""
    event.listen(engine, "checkout", _checked_out)
    event.listen(engine, "checkin", _checked_in)


def _checked_out(_connection: Any, record: Any, _proxy: Any) -> None:
    record.record_info[_COUNTED] = True
    CONNECTIONS.inc()


def _checked_in(_connection: Any, record: Any) -> None:
    if record.record_info.pop(_COUNTED, False):  # a connection that failed to open is checked in without a checkout
        CONNECTIONS.dec()
