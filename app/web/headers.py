"""Common response headers, request ids, and the log line of each request."""

import logging
import re
import secrets
import time
from typing import Any

from flask import Flask, Response, g, request
from flask_cors import CORS
from werkzeug.middleware.proxy_fix import ProxyFix

from app.infra import logs
from app.web import cookies

log = logging.getLogger("app.access")

EXPOSED = ["ETag", "X-Request-ID", "Retry-After", "Content-Disposition", "Location", "Idempotent-Replayed"]
_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
)
_IN_PRODUCTION = (("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),)
_RUNS_NOTHING = ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
_KEPT_BY_NONE = ("Cache-Control", "no-store")
BEGAN = "fresco.began"
"""Key of the request's start time in its environment."""
_REQUEST_ID = re.compile(r"[\w.:-]{1,128}", re.ASCII)


def init_app(app: Flask) -> None:
    """Attach to every request."""
    app.after_request(_log)
    origins = list(app.config["CORS_ORIGINS"])
    if origins:
        CORS(
            app,
            origins=origins,
            expose_headers=[*EXPOSED, cookies.HEADER] if app.config["AUTH_COOKIES"] else EXPOSED,
            allow_headers=[
                "Authorization",
                "Content-Type",
                "If-Match",
                "If-None-Match",
                "Idempotency-Key",
                "X-Request-ID",
                *((cookies.HEADER,) if app.config["AUTH_COOKIES"] else ()),
            ],
            supports_credentials=app.config["AUTH_COOKIES"],
            max_age=600,
        )
    always = [*_ALWAYS, *(_IN_PRODUCTION if app.config["APP_ENV"] == "production" else ())]
    app.wsgi_app = _around(app.wsgi_app, always)  # type: ignore[method-assign]  # as Flask says it is done
    hops = app.config["TRUSTED_PROXIES"]
    if hops:
        # Without a proxy in front, clients could forge the address that the login limit counts.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _around(serve: Any, always: list[tuple[str, str]]) -> Any:
    """Wrap the WSGI application: common headers cost least here, where requests and responses are plain."""

    def wsgi_app(environ: Any, start_response: Any) -> Any:
        environ[BEGAN] = time.perf_counter()
        given = environ.get("HTTP_X_REQUEST_ID", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(16)
        logs.request_id.set(request_id)

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            named = {name.lower() for name, _ in headers}
            unless_named = [pair for pair in _defaults(environ) if pair[0].lower() not in named]
            return start_response(status, [*headers, ("X-Request-ID", request_id), *always, *unless_named], *error)

        return serve(environ, start)

    return wsgi_app


def of_refusal(request_id: str) -> list[tuple[str, str]]:
    """Headers of a response that is created outside the application."""
    return [("X-Request-ID", request_id), *_ALWAYS, _RUNS_NOTHING, _KEPT_BY_NONE]


def _defaults(environ: Any) -> tuple[tuple[str, str], ...]:
    """Default headers of a response."""
    path = environ.get("PATH_INFO", "").lstrip("/")
    kept_by_none = path.startswith("api/") and not path.startswith("api/docs")
    return (_RUNS_NOTHING, _KEPT_BY_NONE) if kept_by_none else (_RUNS_NOTHING,)


def _log(response: Response) -> Response:
    identity = g.get("identity")
    log.info(
        "request",
        extra={
            "method": request.method,
            "path": request.path,
            "status": response.status_code,
            "ms": round((time.perf_counter() - request.environ[BEGAN]) * 1000, 1),
            "user_id": identity.user_id if identity else None,
        },
    )
    return response
