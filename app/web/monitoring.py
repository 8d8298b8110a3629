"""Routes for monitoring: not operations of a user, but documented like them."""

from dataclasses import dataclass
from typing import Any

from app.web.shapes import object_shape


@dataclass(frozen=True, kw_only=True)
class MonitoringRoute:
    """A GET without session, permission and transaction."""

    path: str
    operation_id: str
    shape_name: str
    """Component name of the body's schema."""
    summary: str
    description: str
    mimetype: str
    shape: dict[str, Any]
    errors: tuple[int, ...]
    success: str
    """Description of the 200 response."""
    example: Any
    needs_token: bool = False


def _texts(**descriptions: str) -> dict[str, Any]:
    return {name: {"type": "string", "description": description} for name, description in descriptions.items()}


def _status(members: dict[str, Any]) -> dict[str, Any]:
    return object_shape("State of the server.", {"data": object_shape("The state.", members)})


MONITORING_ROUTES = (
    MonitoringRoute(
        path="/api/health/live",
        operation_id="getLiveness",
        shape_name="Liveness",
        summary="Check that the process runs",
        description="Needs no login.",
        mimetype="application/json",
        shape=_status(_texts(status="Always `live`")),
        errors=(500, 503),
        success="The process runs.",
        example={"data": {"status": "live"}},
    ),
    MonitoringRoute(
        path="/api/health/ready",
        operation_id="getReadiness",
        shape_name="Readiness",
        summary="Check that the server can serve: the database is reachable and migrated, and the clocks agree",
        description="Needs no login. A 503 gives the reason in `code`: `database_unavailable`; `not_migrated`; "
        "`restore_unfinished`, a restore into this database was interrupted; `clock_skew`, this machine's clock is "
        "more than a minute from the database's, so that no scheduled job runs.",
        mimetype="application/json",
        shape=_status(_texts(status="Always `ready`", migration="Migration of the database's schema")),
        errors=(500, 503),
        success="The server can serve.",
        example={"data": {"status": "ready", "migration": "0009"}},
    ),
    MonitoringRoute(
        path="/api/metrics",
        operation_id="getMetrics",
        shape_name="MetricsText",
        summary="Metrics for Prometheus",
        description="Needs the token of the setting `METRICS_TOKEN`, not a user's; without that setting it is 404.",
        mimetype="text/plain",
        shape={"type": "string", "description": "Metrics in the text format of Prometheus."},
        errors=(401, 404, 500, 503),
        success="The metrics as text.",
        example="# TYPE control_fresco_info gauge\n",
        needs_token=True,
    ),
)
