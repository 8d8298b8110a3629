"""The OpenAPI documents and Swagger UI, without downloads from the internet."""

import secrets
from collections.abc import Mapping
from functools import cache

from flask import Flask, Response, render_template, request

from app.kernel.errors import Invalid
from app.web.json import json_response
from app.web.openapi import TITLE, document


def init_app(app: Flask, other_packages: Mapping[str, tuple[str, ...]]) -> None:
    """Serve /api/docs, /api/swagger.json and /api/openapi.json.

    `?suite=NAME` leaves out the `other_packages` of that suite: those of the suites that are switched on besides it.
    """
    written = cache(lambda version, left_out: document(app, version, left_out))

    def left_out() -> tuple[str, ...]:
        suite = request.args.get("suite")
        if suite is None:
            return ()
        if suite not in other_packages:
            raise Invalid.field("suite", f"Must be one of: {', '.join(other_packages)}.")
        return other_packages[suite]

    def swagger() -> Response:
        return json_response(written("2.0", left_out()))

    def openapi() -> Response:
        return json_response(written("3.1.0", left_out()))

    def page() -> Response:
        """Swagger UI with a selector of the suites; its files lie in flask-restx."""
        nonce = secrets.token_urlsafe(16)
        page = render_template("docs.html", title=TITLE, suites=list(other_packages), nonce=nonce)
        return Response(page, headers={"Content-Security-Policy": _OUR_SCRIPTS.format(nonce=nonce)})

    app.add_url_rule("/api/swagger.json", "swagger_json", swagger)
    app.add_url_rule("/api/openapi.json", "openapi_json", openapi)
    app.add_url_rule("/api/docs", "docs", page)


_OUR_SCRIPTS = (
    "default-src 'none'; connect-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self' 'nonce-{nonce}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""Content security policy that only allows our scripts."""
