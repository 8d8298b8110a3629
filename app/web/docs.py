"""The documents and the page that shows them, without a byte from the internet."""

import secrets
from functools import cache
from typing import Any

from flask import Flask, Response, g, render_template

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


def page() -> str:
    """Swagger UI with our document; the files lie in flask-restx."""
    g.script_nonce = secrets.token_urlsafe(16)
    return render_template("docs.html", title=TITLE, nonce=g.script_nonce)


def content_security_policy() -> str:
    """Nothing may run but the scripts of the docs page, and there only ours."""
    nonce: Any = g.get("script_nonce")
    if nonce is None:
        return "default-src 'none'; frame-ancestors 'none'"
    return (
        "default-src 'none'; connect-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
        f"script-src 'self' 'nonce-{nonce}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
