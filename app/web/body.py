"""Reading a request's body without trusting it."""

from contextlib import suppress
from typing import Any

from flask import Flask, Response, g, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import RequestEntityTooLarge

from app.infra.fair_lock import FairLock, LockFull
from app.kernel.addresses import limiting_key
from app.kernel.errors import Invalid, TooLarge, WrongMediaType
from app.web.json import decode

LARGEST_JSON = 1024 * 1024
_JSON = "application/json"
_DRAIN_AT_MOST = 64 * 1024 * 1024
_SMALL = 64 * 1024
_DRAIN_TURN_SECONDS = 5
_large_drains = FairLock(64, 2, 1)
"""Many threads that discard large bodies at once would keep the processor from all others; callers take turns."""


def init_app(app: Flask) -> None:
    """Set the limits of operations that declare no others."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_JSON
    app.config["MAX_FORM_MEMORY_SIZE"] = 64 * 1024
    app.config["MAX_FORM_PARTS"] = 64
    app.after_request(_drain_unread)


def json_body(*, required: bool = True) -> Any:
    """Parse the JSON body, whose content is not checked; where it is not `required`, none counts as an empty object."""
    if not required and not (request.mimetype or request.content_length or "Transfer-Encoding" in request.headers):
        return {}
    if request.environ.get("CONTENT_TYPE") != _JSON:  # the usual spelling, checked first because it is fast
        _check_media_type()
    raw = limited_body(LARGEST_JSON)
    if not raw:
        raise Invalid("The body is empty.", code="malformed_json")
    return decode(raw)


def _check_media_type() -> None:
    if request.mimetype != _JSON:
        raise WrongMediaType(f"The body must be JSON (Content-Type: {_JSON}).")
    if request.mimetype_params.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        raise WrongMediaType("The body must be UTF-8.")


def limited_body(largest: int) -> bytes:
    """Read the body to its end, even if chunked; raises TooLarge."""
    mark_read()
    # One byte more than allowed: at its own limit werkzeug silently truncates a chunked body.
    request.max_content_length = largest + 1
    try:
        raw = request.get_data()
    except RequestEntityTooLarge:
        raw = b""
    else:
        if len(raw) <= largest:
            return raw
    drain(len(raw))
    raise TooLarge(f"The body is larger than {largest} bytes.")


def drain(read: int = 0) -> None:
    """Discard the rest of the body: a client whose connection is closed while it sends would not get the response."""
    left = _DRAIN_AT_MOST
    if request.content_length is not None:
        left = min(left, request.content_length - read)
    elif not request.environ.get("wsgi.input_terminated") or "Transfer-Encoding" not in request.headers:
        return
    if left <= _SMALL:
        _discard(left)
        return
    with suppress(LockFull), _large_drains.hold(limiting_key(request.remote_addr or "unknown"), _DRAIN_TURN_SECONDS):
        _discard(left)


def _discard(left: int) -> None:
    stream = request.environ["wsgi.input"]
    with suppress(OSError, ParseException):  # disconnected, or invalid chunks: nothing is left to discard
        while left > 0 and (chunk := stream.read(min(left, 256 * 1024))):
            left -= len(chunk)


def mark_read() -> None:
    """Record that the body is being read, so that it is not discarded after the response."""
    g.body_is_read = True


def _drain_unread(response: Response) -> Response:
    """Discard an unread body (after 401, 404, 405, 415), so that a client that still sends it gets the response."""
    if not g.get("body_is_read"):
        drain()
    return response
