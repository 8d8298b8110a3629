"""The context of the current request."""

from flask import g

from app.infra.context import Context, make_context
from app.infra.db import db


def context() -> Context:
    """Session, settings, clock and identity of this request; routes make their services from it."""
    return make_context(db.session(), g.get("identity"))
