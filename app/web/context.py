"""The context of the current request."""

from flask import g, request

from app.infra.context import Context, make_context
from app.infra.db import db


def context() -> Context:
    """The context of this request; routes make their services from it."""
    return make_context(db.session(), g.get("identity"), (request.remote_addr or "unknown")[:64])
