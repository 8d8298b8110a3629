"""One project with its plan."""

from flask import Blueprint, Response, abort

from bench.floor import database
from bench.floor.answers import answer
from bench.floor.gate import admit

routes = Blueprint("projects", __name__, url_prefix="/api/projects")

_KEYS = ("id", "client_id", "name", "description", "start_date", "end_date", "status", "notes", "tags")
_PLAN_KEYS = (
    "id",
    "type",
    "implementation_fee_total",
    "implementation_fee_currency",
    "implementation_fee_installments",
    "recurring_fee_amount",
    "recurring_fee_currency",
    "recurring_fee_frequency",
    "recurring_fee_day_of_charge",
    "recurring_fee_grace_periods",
    "recurring_fee_discount_periods",
    "recurring_fee_discount_percentage",
    "project_id",
    "created_at",
    "updated_at",
)
_TIMES = ("created_at", "updated_at")
_UNCHARGED = """
    CASE WHEN plan.implementation_fee_total IS NOT NULL THEN greatest(plan.implementation_fee_total - (
        SELECT coalesce(sum(amount), 0) FROM payments
        WHERE project_id = p.id AND type = 'Implementación' AND installment_number IS NOT NULL
          AND currency = plan.implementation_fee_currency
    ), 0) END
"""
_ONE = f"""
    SELECT {", ".join(f"p.{name}" for name in (*_KEYS, *_TIMES))}, {_UNCHARGED},
           {", ".join(f"plan.{name}" for name in _PLAN_KEYS)}
    FROM projects p LEFT JOIN payment_plans plan ON plan.project_id = p.id WHERE p.id = %(id)s
"""


@routes.get("/<int:project_id>")
def one(project_id: int) -> Response:
    """Project with its plan, or None for the plan."""
    admit("projects:read")
    found = database.rows(_ONE, {"id": project_id})
    if not found:
        abort(404)
    row = found[0]
    own, times = row[: len(_KEYS)], row[len(_KEYS) :][: len(_TIMES)]
    uncharged, *plan = row[len(_KEYS) + len(_TIMES) :]
    project = dict(zip(_KEYS, own, strict=True))
    project["payment_plan"] = None if plan[0] is None else dict(zip(_PLAN_KEYS, plan, strict=True))
    project["uncharged_fee"] = uncharged
    return answer({"data": project | dict(zip(_TIMES, times, strict=True))})
