"""JSON responses, and helpers of all parts of the floor."""

from decimal import Decimal
from typing import Any

import orjson
from flask import Response


def _exact(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f").encode())
    raise TypeError(type(value).__name__)


def answer(body: Any, status: int = 200) -> Response:
    """The body as JSON."""
    written = orjson.dumps(body, default=_exact, option=orjson.OPT_UTC_Z)
    return Response(written, status, mimetype="application/json")


def pagination(page: int, per_page: int, total: int) -> dict[str, int]:
    """Pagination fields of a list."""
    return {"page": page, "per_page": per_page, "total": total, "pages": -(-total // per_page)}
