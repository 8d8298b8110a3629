"""Routes for machines that watch the program: no operations of a user, but in the documents like them."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PlainRoute:
    """A GET that answers without session, role and transaction."""

    path: str
    summary: str
    description: str
    mimetype: str
    shape: dict[str, Any]
    errors: tuple[int, ...]
    secret: bool = False


def _status(*more: str) -> dict[str, Any]:
    names = ["status", *more]
    inner = {"type": "object", "required": names, "properties": {name: {"type": "string"} for name in names}}
    return {"type": "object", "required": ["data"], "properties": {"data": inner}}


PLAIN = (
    PlainRoute(
        "/api/health/live",
        "Is the process up?",
        "Anybody may call it.",
        "application/json",
        _status(),
        (500, 503),
    ),
    PlainRoute(
        "/api/health/ready",
        "Can it serve: is the database reachable and migrated?",
        "Anybody may call it.",
        "application/json",
        _status("migration"),
        (500, 503),
    ),
    PlainRoute(
        "/api/metrics",
        "Metrics for Prometheus",
        "Needs the token of the setting `METRICS_TOKEN`, not a user's; without that setting it is 404.",
        "text/plain",
        {"type": "string"},
        (401, 404, 500, 503),
        secret=True,
    ),
)
