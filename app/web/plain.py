"""Routes for machines that watch the program: no operations of a user, but in the documents like them."""

from dataclasses import dataclass
from typing import Any


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


def _status(**told: str) -> dict[str, Any]:
    members = {name: {"type": "string", "description": what} for name, what in told.items()}
    inner = {"type": "object", "description": "How it is.", "required": list(told), "properties": members}
    return {"type": "object", "description": "How the server is.", "required": ["data"], "properties": {"data": inner}}


PLAIN = (
    PlainRoute(
        "/api/health/live",
        "getLiveness",
        "Liveness",
        "Is the process up?",
        "Anybody may call it.",
        "application/json",
        _status(status="Always `live`"),
        (500, 503),
        "It is.",
        {"data": {"status": "live"}},
    ),
    PlainRoute(
        "/api/health/ready",
        "getReadiness",
        "Readiness",
        "Can it serve: is the database reachable and migrated?",
        "Anybody may call it.",
        "application/json",
        _status(status="Always `ready`", migration="The migration that the database is at"),
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
