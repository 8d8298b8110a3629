"""The session in cookies, for browsers: with AUTH_COOKIES, besides the tokens of the answers.

The cookies of the tokens are HttpOnly. A write that they authenticate needs the header X-CSRF-Token, whose value
another site can't know: it is in the cookie `csrf_token`, and in that header of answers.
"""

import hashlib
import hmac
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from flask import Flask, Response, current_app, g, request

from app.kernel.errors import Forbidden

ACCESS, REFRESH, CSRF = "access_token", "refresh_token", "csrf_token"
HEADER = "X-CSRF-Token"
_PATHS = {ACCESS: "/api", REFRESH: "/api/auth/refresh", CSRF: "/"}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Kept(NamedTuple):
    """Tokens that an answer brings, and their session."""

    access: str
    refresh: str
    sid: str


def init_app(app: Flask) -> None:
    """Let answers with tokens set the cookies, if AUTH_COOKIES is on."""
    if app.config["AUTH_COOKIES"]:
        app.after_request(_answered)


def keep(access: str, refresh: str, sid: UUID | None) -> None:
    """Set the cookies by the answer to this request."""
    g.kept_session = Kept(access, refresh, str(sid))


def forget() -> None:
    """Delete the cookies by the answer to this request."""
    g.kept_session = None


def token(*, refresh: bool) -> str | None:
    """The token that this request brings as a cookie; None without one, and with AUTH_COOKIES off."""
    if not current_app.config["AUTH_COOKIES"] or "Authorization" in request.headers:
        return None
    return request.cookies.get(REFRESH if refresh else ACCESS)


def check(sid: str) -> None:
    """Forbidden for a write by a cookie of this session without its X-CSRF-Token."""
    g.csrf_token = _csrf_token(sid)
    given = request.headers.get(HEADER, "")
    if request.method not in _SAFE and not hmac.compare_digest(given.encode(), g.csrf_token.encode()):
        raise Forbidden(f"The header {HEADER} is missing or wrong.", code="csrf_token_invalid")


def _csrf_token(sid: str) -> str:
    """The value that belongs to a session; only who has the secret can make it."""
    key: str = current_app.config["SECRET_KEY"]
    return hmac.new(key.encode(), f"csrf {sid}".encode(), hashlib.sha256).hexdigest()


def _answered(response: Response) -> Response:
    """Set or delete the cookies; answers to who has them name the value for the header."""
    named: str | None = g.get("csrf_token")
    if "kept_session" in g and response.status_code < 400:
        kept: Kept | None = g.kept_session
        if kept is None:
            for name, path in _PATHS.items():
                response.delete_cookie(name, path=path, httponly=name != CSRF, samesite="Lax")
            return response
        named = _csrf_token(kept.sid)
        _set(response, ACCESS, kept.access, current_app.config["ACCESS_TOKEN_LIFETIME"])
        for name, value in ((REFRESH, kept.refresh), (CSRF, named)):
            _set(response, name, value, current_app.config["REFRESH_TOKEN_LIFETIME"])
    if named is not None:
        response.headers[HEADER] = named
    return response


def _set(response: Response, name: str, value: str, lifetime: timedelta) -> None:
    is_secure = request.is_secure or current_app.config["APP_ENV"] == "production"
    response.set_cookie(
        name, value, max_age=lifetime, path=_PATHS[name], httponly=name != CSRF, secure=is_secure, samesite="Lax"
    )
