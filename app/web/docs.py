"""The OpenAPI documents and Swagger UI, without downloads from the internet."""

import secrets
from functools import cache

from flask import Flask, Response, render_template

from app.web.json import json_response
from app.web.openapi import TITLE, document


def init_app(app: Flask) -> None:
    """Serve /api/docs, /api/swagger.json and /api/openapi.json."""
    written = cache(lambda version: document(app, version))

    def swagger() -> Response:
        return json_response(written("2.0"))

    def openapi() -> Response:
        return json_response(written("3.1.0"))

    app.add_url_rule("/api/swagger.json", "swagger_json", swagger)
    app.add_url_rule("/api/openapi.json", "openapi_json", openapi)
    app.add_url_rule("/api/docs", "docs", page)


def page() -> Response:
    """Swagger UI with our document, from the files in flask-restx."""
    nonce = secrets.token_urlsafe(16)
    written = render_template("docs.html", title=TITLE, nonce=nonce)
    return Response(written, headers={"Content-Security-Policy": _OUR_SCRIPTS.format(nonce=nonce)})


_OUR_SCRIPTS = (
    "default-src 'none'; connect-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self' 'nonce-{nonce}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""Content security policy that only allows our scripts."""
