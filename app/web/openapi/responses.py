"""Documentation of responses: the meaning and headers of each status, and the problem of each refusal."""

from http import HTTPStatus
from typing import Any, NamedTuple

from marshmallow import Schema

from app.web.api import Operation
from app.web.fields import Id

PROBLEM = "application/problem+json"


class _Refusal(NamedTuple):
    """Status of a refusal: its code and description."""

    code: str
    description: str
    retry: bool = False


REFUSALS: dict[int, _Refusal] = {
    400: _Refusal("validation_failed", "The request is not valid; `errors` gives the reason for each invalid field."),
    401: _Refusal(
        "token_expired",
        "No valid token. After `token_expired` refresh it; after `token_invalid`, `session_over` and "
        "`refresh_reused` log in again; "
        "`invalid_credentials` is a wrong name or password.",
    ),
    403: _Refusal(
        "forbidden",
        "The caller's role does not have the permission; `two_factor_setup_required`: the role requires two factors, "
        "which have to be set up first.",
    ),
    404: _Refusal("not_found", "The record does not exist, or one that the body refers to."),
    409: _Refusal(
        "conflict",
        "The stored data does not allow it; `code` gives the reason. Where there is a `Retry-After`, try again later.",
        retry=True,
    ),
    412: _Refusal(
        "stale_version", "The record changed in the meantime: `If-Match` names an older version. Nothing was changed."
    ),
    413: _Refusal("too_large", "The body or the file exceeds the size limit."),
    415: _Refusal("unsupported_media_type", "The media type of the body is not supported."),
    416: _Refusal("requested_range_not_satisfiable", "The file does not have the requested range."),
    422: _Refusal(
        "idempotency_key_reused",
        "The `Idempotency-Key` was used for another request: another body, query, path or method.",
    ),
    429: _Refusal(
        "too_many_tries",
        "Too many attempts, or too many exports at a time (`too_many_exports`); wait for `Retry-After` seconds.",
        retry=True,
    ),
    500: _Refusal("internal_error", "Unexpected error; the server logged it under `request_id`."),
    503: _Refusal(
        "database_unavailable",
        "A service that the server needs is unavailable or busy; try again after `Retry-After`. Values of `code`: "
        "`database_unavailable`; `busy`, too many requests are waiting, or this one waited for 15 seconds, and nothing "
        "was done; `export_timeout`, the file takes too long; `scan_unavailable`, the virus scanner does not answer, "
        "so no file is stored.",
        retry=True,
    ),
    507: _Refusal("storage_full", "There is not enough space to store it."),
}

_TEXT = {"type": "string"}
HEADERS: dict[str, tuple[dict[str, Any], str]] = {
    "ETag": (_TEXT, "Version of the response; send it as `If-Match` with a change"),
    "Location": (_TEXT, "Address of the created record"),
    "Idempotent-Replayed": (_TEXT, "`true` if this repeats the response to an earlier request with the same key"),
    "Retry-After": ({"type": "integer", "minimum": 1}, "Seconds to wait before trying again"),
    "WWW-Authenticate": (_TEXT, "`Bearer`"),
    "Content-Disposition": (_TEXT, "The file's name, and whether browsers show it"),
}


def problem_shape(*, modern: bool) -> dict[str, Any]:
    """The body of every refusal (RFC 9457)."""
    nested: dict[str, Any] = {"$ref": "#/components/schemas/FieldErrors"} if modern else {"type": "object"}
    members = {
        "type": {"type": "string", "description": "Always `about:blank`; `code` distinguishes the kinds"},
        "title": {"type": "string", "description": "The status in words"},
        "status": {"type": "integer", "description": "The HTTP status"},
        "detail": {"type": "string", "description": "Message for people"},
        "code": {"type": "string", "description": "Stable code for programs"},
        "errors": {
            **nested,
            "description": "Messages by field, nested like the input; at most twenty fields are named",
        },
        "request_id": {"type": "string", "description": "Id of the request in the server's log"},
    }
    return {
        "type": "object",
        "description": "Problem details (RFC 9457).",
        "required": list(members),
        "properties": members,
        ("examples" if modern else "example"): [problem_of(400)] if modern else problem_of(400),
    }


FIELD_ERRORS = {
    "type": "object",
    "description": "Lists of messages by field; for nested objects and lists (by index) again such an object.",
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
        "detail": refusal.description.replace("`", ""),
        "code": refusal.code,
        "errors": wrong,
        "request_id": "5f0c1e6a2b7d4c0f9a3e8d7b6c5a4f3e",
    }


def example_name(status: int) -> str:
    """Component name of the status's example."""
    return HTTPStatus(status).phrase.title().replace(" ", "").replace("-", "")


def possible_refusals(declared: Operation, method: str) -> list[int]:
    """Statuses that `@operation` may respond with, and those of the operation itself."""
    possible = {400, 500, 503, *declared.errors}
    if not declared.public:
        possible |= {401, 403}
    if declared.body is not None or declared.upload is not None:
        possible |= {413, 415}
    if declared.upload is not None or len(declared.response.formats) > 1:
        possible |= {507}
    if len(declared.response.formats) > 1:
        possible |= {429}
    if declared.keyed:
        possible |= {409, 422}
    if method in {"PUT", "PATCH", "DELETE"}:
        possible |= {412}
    if _names_something(declared.query) or _names_something(declared.body):
        possible |= {404}
    return sorted(possible)


def _names_something(schema: Schema | None) -> bool:
    """Whether the input has an id, which may not exist."""
    return schema is not None and any(isinstance(field, Id) for field in schema.load_fields.values())


def success_headers(declared: Operation, status: int) -> list[str]:
    """Headers of a success."""
    always = list(declared.response.headers)
    if status == HTTPStatus.CREATED and declared.response.sets_location:
        always.append("Location")
    return [*always, "Idempotent-Replayed"] if declared.keyed else always


def refusal_headers(status: int) -> list[str]:
    """Headers of a refusal."""
    if status == HTTPStatus.UNAUTHORIZED:
        return ["WWW-Authenticate"]
    return ["Retry-After"] if REFUSALS[status].retry else []
