"""Converts every exception to a status and a problem+json (RFC 9457); no other module does."""

import logging
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from itertools import islice
from typing import Any

from flask import Flask, Response
from gunicorn.http.errors import ParseException
from marshmallow import ValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from app.infra import logs
from app.infra.queries.repository import refusal_of
from app.kernel import errors as domain
from app.web import refusals
from app.web.json import json_response

log = logging.getLogger(__name__)

STATUS: dict[type[domain.DomainError], int] = {
    domain.Invalid: 400,
    domain.Unauthenticated: 401,
    domain.Forbidden: 403,
    domain.NotFound: 404,
    domain.Conflict: 409,
    domain.StaleVersion: 412,
    domain.TooLarge: 413,
    domain.WrongMediaType: 415,
    domain.KeyReused: 422,
    domain.TooManyAttempts: 429,
    domain.Unavailable: 503,
    domain.StorageFull: 507,
}
_CODES = {
    413: domain.TooLarge.code,
    414: "uri_too_long",
    416: "requested_range_not_satisfiable",
    422: "unprocessable_content",
}
"""Codes of the statuses whose phrase depends on Python's version."""
MALFORMED_HTTP = "The request is not well-formed HTTP."
RETRY_SECONDS = 2
MOST_ERRORS = 20
"""Maximum number of invalid fields in a response."""
LONGEST_NAME = 200
"""Maximum length of a field's name in a response."""
_AWAY = ("08", "53", "57", "58")  # connection, resources, operator intervention, system
_BUSY = ("55P03", "40P01", "40001")  # lock not available, deadlock, serialization


def init_app(app: Flask) -> None:
    """Handle every exception, in every environment."""
    app.config["PROPAGATE_EXCEPTIONS"] = True  # so that no extension responds by itself
    app.register_error_handler(domain.DomainError, _refused)
    app.register_error_handler(ValidationError, _invalid)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(ParseException, _malformed_http)
    app.register_error_handler(PoolTimeout, _database_away)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(Exception, _unexpected)


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: dict[str, Any] | None = None,
    retry_after: int | None = None,
    members: Mapping[str, Any] | None = None,
) -> Response:
    """Response with a problem: a code for programs, a message for people."""
    shown, left_out = first_errors(errors or {})
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": f"{detail} {left_out} more errors are not shown." if left_out else detail,
        "code": code,
        "errors": shown,
        "request_id": logs.request_id.get(),
        **(members or {}),
    }
    response = json_response(body, status, "application/problem+json")
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def first_errors(errors: Mapping[Any, Any]) -> tuple[dict[Any, Any], int]:
    """The first twenty invalid fields, nested like the input, and the number of further ones.

    A body of a megabyte can have a hundred thousand unknown keys; the answer must not grow with it.
    """
    leaves = _leaves(errors)
    shown: dict[Any, Any] = {}
    for path, messages in islice(leaves, MOST_ERRORS):
        place = shown
        for name in path[:-1]:
            place = place.setdefault(_shortened(name), {})
        place[_shortened(path[-1])] = messages
    return shown, sum(1 for _ in leaves)


def _leaves(errors: Mapping[Any, Any], path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Path and messages of each invalid field."""
    for name, found in errors.items():
        if isinstance(found, Mapping) and found:
            yield from _leaves(found, (*path, name))
        else:
            yield (*path, name), found


def _shortened(name: Any) -> Any:
    is_long = isinstance(name, str) and len(name) > LONGEST_NAME
    return f"{name[:LONGEST_NAME]}..." if is_long else name


def _refused(error: domain.DomainError) -> Response:
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    refusals.note(status, error.code)
    retry_after = error.retry_after or (RETRY_SECONDS if status == HTTPStatus.SERVICE_UNAVAILABLE else None)
    return problem(
        status, error.code, error.message, errors=error.errors, retry_after=retry_after, members=error.members
    )


def _invalid(error: ValidationError) -> Response:
    messages = error.normalized_messages()
    return problem(400, domain.Invalid.code, "The request is not valid.", errors=messages)


def code_of(status: int) -> str:
    """Default `code` of a status."""
    return _CODES.get(status) or HTTPStatus(status).phrase.lower().replace(" ", "_").replace("'", "").replace("-", "_")


def _http(error: HTTPException) -> Response:
    """Problem for an HTTP error of Flask (404, 405, 413, 415 ...), with its headers, such as Allow."""
    original = error.get_response()
    status = original.status_code
    if status < HTTPStatus.BAD_REQUEST:
        return original  # type: ignore[return-value]  # a redirect is an answer, not an error
    response = problem(status, code_of(status), error.description or HTTPStatus(status).phrase)
    for name, value in original.headers.items():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def _malformed_http(_error: ParseException) -> Response:
    """Problem for an incomplete or invalid chunked body, which gunicorn detects while it is read."""
    return problem(400, code_of(400), MALFORMED_HTTP)


def _database(error: DBAPIError) -> Response:
    if isinstance(error, IntegrityError):
        if (refusal := refusal_of(error)) is not None:  # of a trigger that speaks at the commit
            return _refused(refusal)
        log.warning("a constraint that no repository translates was violated", exc_info=error)
        return problem(409, "conflict", "The stored data does not allow it.")
    state = getattr(error.orig, "pgcode", None) or ""
    if error.connection_invalidated or not state or state.startswith(_AWAY) or state in _BUSY:
        return _database_away(error)
    return _unexpected(error)


def _database_away(error: Exception) -> Response:
    log.error("the database did not answer: %s", type(error).__name__)
    return problem(503, "database_unavailable", "The database is unavailable; try again.", retry_after=RETRY_SECONDS)


def _unexpected(error: Exception) -> Response:
    log.error("unexpected error", exc_info=error)
    return problem(500, "internal_error", "Unexpected error; it was logged under request_id.")
