"""Documented responses: every status with its meaning, its headers and, for a refusal, its problem."""

from http import HTTPStatus
from typing import Any, NamedTuple

from marshmallow import Schema

from app.web.api import Operation
from app.web.fields import Id

PROBLEM = "application/problem+json"


class _Refusal(NamedTuple):
    """A status that says no."""

    code: str
    told: str
    retry: bool = False


REFUSALS: dict[int, _Refusal] = {
    400: _Refusal("validation_failed", "The request is not valid; `errors` says which fields, and why."),
    401: _Refusal(
        "token_expired",
        "No token, or none that is good: `token_expired` asks for a refresh, `token_invalid` and `session_over` for a "
        "login; `invalid_credentials` is a wrong name or password.",
    ),
    403: _Refusal("forbidden", "The caller's role may not do this."),
    404: _Refusal("not_found", "There is no such thing, or the body names something that does not exist."),
    409: _Refusal(
        "conflict",
        "What is stored forbids it; `code` says why. `request_in_progress` and the like may be tried again.",
        retry=True,
    ),
    412: _Refusal("stale_version", "Somebody was faster: `If-Match` names an older version. Nothing was changed."),
    413: _Refusal("too_large", "The body or the file is larger than what is taken."),
    415: _Refusal("unsupported_media_type", "The body is of a kind that is not taken here."),
    416: _Refusal("requested_range_not_satisfiable", "The file has no such part."),
    422: _Refusal(
        "idempotency_key_reused",
        "The `Idempotency-Key` was used for another request: another body, query, path or method.",
    ),
    429: _Refusal("too_many_tries", "Too many tries; wait for `Retry-After` seconds.", retry=True),
    500: _Refusal("internal_error", "Unexpected; logged under `request_id`."),
    503: _Refusal(
        "database_unavailable",
        "Something the server needs is away or busy; try again after `Retry-After`. `code` says what: "
        "`database_unavailable`; `busy`, others are served first (of files one is checked at a time); "
        "`scan_unavailable`, the virus scanner does not answer, so no file is stored.",
        retry=True,
    ),
    507: _Refusal("storage_full", "There is no room left to store it."),
}

_TEXT = {"type": "string"}
HEADERS: dict[str, tuple[dict[str, Any], str]] = {
    "ETag": (_TEXT, "The version of what is answered; a change takes it as `If-Match`"),
    "Location": (_TEXT, "Where what was made is"),
    "Idempotent-Replayed": (_TEXT, "`true` where this is the first answer to the same key once more"),
    "Retry-After": ({"type": "integer", "minimum": 1}, "Seconds to wait before trying again"),
    "WWW-Authenticate": (_TEXT, "`Bearer`"),
    "Content-Disposition": (_TEXT, "The file's name, and whether browsers show it"),
}


def problem_shape(*, modern: bool) -> dict[str, Any]:
    """The body of every refusal (RFC 9457)."""
    nested: dict[str, Any] = {"$ref": "#/components/schemas/FieldErrors"} if modern else {"type": "object"}
    members = {
        "type": {"type": "string", "description": "Always `about:blank`: `code` tells kinds apart"},
        "title": {"type": "string", "description": "The status in words"},
        "status": {"type": "integer", "description": "The HTTP status"},
        "detail": {"type": "string", "description": "What is wrong, for people"},
        "code": {"type": "string", "description": "A stable word for programs to branch on and to translate"},
        "errors": {
            **nested,
            "description": "Messages by field, nested like the input; at most twenty fields are named",
        },
        "request_id": {"type": "string", "description": "Under which the server logged the request"},
    }
    return {
        "type": "object",
        "description": "What is wrong (RFC 9457).",
        "required": list(members),
        "properties": members,
        ("examples" if modern else "example"): [problem_of(400)] if modern else problem_of(400),
    }


FIELD_ERRORS = {
    "type": "object",
    "description": "Lists of messages by field; of nested objects and of lists (by place) the same again.",
    "additionalProperties": {
        "anyOf": [{"type": "array", "items": _TEXT}, {"$ref": "#/components/schemas/FieldErrors"}],
    },
    "examples": [{"amount": ["Not an amount with at most two decimals."]}],
}


def problem_of(status: int) -> dict[str, Any]:
    """Documented refusal of this status."""
    refusal = REFUSALS[status]
    wrong = {"amount": ["Not an amount with at most two decimals."]} if status == HTTPStatus.BAD_REQUEST else {}
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": refusal.told.replace("`", ""),
        "code": refusal.code,
        "errors": wrong,
        "request_id": "5f0c1e6a2b7d4c0f9a3e8d7b6c5a4f3e",
    }


def example_name(status: int) -> str:
    """Under which its example stands in the components."""
    return HTTPStatus(status).phrase.title().replace(" ", "").replace("-", "")


def possible_refusals(declared: Operation, method: str) -> list[int]:
    """Statuses that the shared machinery can answer, and those of the operation."""
    possible = {400, 500, 503, *declared.errors}
    if not declared.public:
        possible |= {401, 403}
    if declared.body is not None or declared.upload is not None:
        possible |= {413, 415}
    if declared.upload is not None or len(declared.response.formats) > 1:
        possible |= {507}
    if declared.keyed:
        possible |= {409, 422}
    if method in {"PUT", "PATCH", "DELETE"}:
        possible |= {412}
    if _names_something(declared.query) or _names_something(declared.body):
        possible |= {404}
    return sorted(possible)


def _names_something(schema: Schema | None) -> bool:
    """Whether an id comes in, which may be nobody's."""
    return schema is not None and any(isinstance(field, Id) for field in schema.load_fields.values())


def success_headers(declared: Operation, status: int) -> list[str]:
    """Headers of a success."""
    always = list(declared.response.headers)
    if status == HTTPStatus.CREATED and declared.response.locates:
        always.append("Location")
    return [*always, "Idempotent-Replayed"] if declared.keyed else always


def refusal_headers(status: int) -> list[str]:
    """Headers of a refusal."""
    if status == HTTPStatus.UNAUTHORIZED:
        return ["WWW-Authenticate"]
    return ["Retry-After"] if REFUSALS[status].retry else []
