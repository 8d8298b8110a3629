"""Routes for machines that watch the program: no operations of a user, but in the documents like them."""

from dataclasses import dataclass
from typing import Any

from app.web.shapes import object_shape


@dataclass(frozen=True)
class PlainRoute:
    """A GET that answers without session, role and transaction."""

    path: str
    name: str
    answers: str
    """The name of the answer's shape."""
    summary: str
    description: str
    mimetype: str
    shape: dict[str, Any]
    errors: tuple[int, ...]
    told: str
    example: Any
    secret: bool = False


def _texts(**told: str) -> dict[str, Any]:
    return {name: {"type": "string", "description": what} for name, what in told.items()}


def _status(members: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    inner = object_shape("How it is.", members, optional)
    return object_shape("How the server is.", {"data": inner})


PLAIN = (
    PlainRoute(
        "/api/health/live",
        "getLiveness",
        "Liveness",
        "Is the process up?",
        "Anybody may call it.",
        "application/json",
        _status(_texts(status="Always `live`")),
        (500, 503),
        "It is.",
        {"data": {"status": "live"}},
    ),
    PlainRoute(
        "/api/health/ready",
        "getReadiness",
        "Readiness",
        "Can it serve: is the database reachable and migrated, and does its clock agree with ours?",
        "Anybody may call it. Where it can't, 503 says why by its `code`: `database_unavailable`; `not_migrated`; "
        "`restore_unfinished`, a restore into this database was broken off; `clock_skew`, this machine's clock is more "
        "than a minute from the database's, so that no scheduled job runs.",
        "application/json",
        _status(
            _texts(status="Always `ready`", migration="The migration that the database is at"),
        ),
        (500, 503),
        "It can.",
        {"data": {"status": "ready", "migration": "0009"}},
    ),
    PlainRoute(
        "/api/metrics",
        "getMetrics",
        "Metrics",
        "Metrics for Prometheus",
        "Needs the token of the setting `METRICS_TOKEN`, not a user's; without that setting it is 404.",
        "text/plain",
        {"type": "string", "description": "Metrics in Prometheus' own form."},
        (401, 404, 500, 503),
        "The metrics as text.",
        "# TYPE control_fresco_info gauge\n",
        secret=True,
    ),
)
