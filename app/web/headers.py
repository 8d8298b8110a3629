"""Headers that every answer carries, request ids, and the line that is logged for each request."""

import logging
import re
import time
import uuid
from typing import Any

from flask import Flask, Response, g, request
from flask_cors import CORS
from werkzeug.middleware.proxy_fix import ProxyFix

from app.infra import logs
from app.web.docs import content_security_policy

log = logging.getLogger("app.access")

EXPOSED = ["ETag", "X-Request-ID", "Retry-After", "Content-Disposition", "Location", "Idempotent-Replayed"]
_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
)
_IN_PRODUCTION = (("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),)
_REQUEST_ID = re.compile(r"[\w.:-]{1,128}", re.ASCII)


def init_app(app: Flask) -> None:
    """Attach to every request."""
    app.before_request(_begin)
    app.after_request(_finish)
    origins = list(app.config["CORS_ORIGINS"])
    if origins:
        CORS(
            app,
            origins=origins,
            expose_headers=EXPOSED,
            allow_headers=["Authorization", "Content-Type", "If-Match", "Idempotency-Key", "X-Request-ID"],
            max_age=600,
        )
    always = [*_ALWAYS, *(_IN_PRODUCTION if app.config["APP_ENV"] == "production" else ())]
    app.wsgi_app = _with_headers(app.wsgi_app, always)  # type: ignore[method-assign]  # as Flask says it is done
    hops = app.config["TRUSTED_PROXIES"]
    if hops:
        # Without a proxy in front anybody could forge the address that the login limit counts by.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _with_headers(serve: Any, always: list[tuple[str, str]]) -> Any:
    """The same WSGI application with more headers; here they cost nothing, in a response each is looked for first."""

    def wsgi_app(environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            return start_response(status, headers + always, *error)

        return serve(environ, start)

    return wsgi_app


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    logs.request_id.set(given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex)
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    headers = response.headers
    headers["X-Request-ID"] = logs.request_id.get()
    headers.setdefault("Content-Security-Policy", content_security_policy())
    if request.path.startswith("/api/") and not request.path.startswith("/api/docs"):
        headers.setdefault("Cache-Control", "no-store")
    identity = g.get("identity")
    log.info(
        "request",
        extra={
            "method": request.method,
            "path": request.path,
            "status": response.status_code,
            "ms": round((time.perf_counter() - g.started) * 1000, 1),
            "user_id": identity.user_id if identity else None,
        },
    )
    return response
