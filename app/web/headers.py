"""Headers that every answer carries, request ids, and the line that is logged for each request."""

import logging
import re
import time
import uuid

from flask import Flask, Response, current_app, g, request
from flask_cors import CORS
from werkzeug.middleware.proxy_fix import ProxyFix

from app.infra import logs
from app.web.docs import content_security_policy

log = logging.getLogger("app.access")

EXPOSED = ["ETag", "X-Request-ID", "Retry-After", "Content-Disposition", "Location", "Idempotent-Replayed"]
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
    hops = app.config["TRUSTED_PROXIES"]
    if hops:
        # Without a proxy in front anybody could forge the address that the login limit counts by.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    logs.request_id.set(given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex)
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    headers = response.headers
    headers["X-Request-ID"] = logs.request_id.get()
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "no-referrer"
    headers.setdefault("Content-Security-Policy", content_security_policy())
    if request.path.startswith("/api/") and not request.path.startswith("/api/docs"):
        headers.setdefault("Cache-Control", "no-store")
    if current_app.config["APP_ENV"] == "production":
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
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
