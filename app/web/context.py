"""The context of the current request."""

from flask import g, request

from app.infra.context import Context, company_settings, make_context
from app.infra.db import db, separate_transaction


def context() -> Context:
    """The context of this request; routes make their services from it."""
    identity, company = g.get("identity"), None
    if identity is None:
        # The request's own transaction does not begin here: a login holds no connection while bcrypt works.
        with separate_transaction() as session:
            company = company_settings(session)
    return make_context(db.session(), identity, (request.remote_addr or "unknown")[:64], company)
