"""The page at `/`, with links for a browser."""

import secrets
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from flask import Flask, Response, render_template
from sqlalchemy.exc import SQLAlchemyError

from app.infra.context import company_settings
from app.infra.db import db


class DemoLogin(NamedTuple):
    """Login of a demo user."""

    username: str
    password: str


_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'nonce-{nonce}'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def init_app(app: Flask, demo_logins: Callable[[], Sequence[DemoLogin]], suites: Collection[str]) -> None:
    """Serve the page without login, even if the database does not respond."""

    def home() -> Response:
        nonce = secrets.token_urlsafe(16)
        page = render_template("home.html", **_stored(), suites=suites, nonce=nonce)
        headers = {"Content-Security-Policy": _POLICY.format(nonce=nonce), "Cache-Control": "no-store"}
        return Response(page, headers=headers)

    def _stored() -> dict[str, object]:
        """Name of the company, and in development the demo logins."""
        try:
            logins = demo_logins() if app.config["APP_ENV"] == "development" else ()
            return {"company": company_settings(db.session()).name, "logins": logins}
        except SQLAlchemyError:  # unavailable or not migrated: the page links to the health check
            db.session.rollback()
            return {"company": app.config["COMPANY_NAME"], "logins": ()}

    app.add_url_rule("/", "home", home)
