"""Demo data of every domain."""

from flask import current_app
from sqlalchemy import func, select, text

from app.core.identity import demo as auth_demo
from app.infra.context import make_context
from app.infra.db import transaction
from app.infra.locks import lock_key
from app.infra.owner import analyze, owner_session
from app.registry import enabled


def load() -> bool:
    """Add demo data if the database is empty; returns whether it was."""
    with transaction(request_id="cli:seed-demo") as session:
        # Without the lock two processes could both find it empty.
        session.execute(select(func.pg_advisory_xact_lock(lock_key("seed"))))
        if session.scalar(text("SELECT EXISTS (SELECT FROM users)")):
            return False
        context = make_context(session)
        today = context.clock.today()
        manifests = list(enabled(current_app.config).values())
        for manifest in manifests:
            if manifest.demo is not None:
                manifest.demo(context, today)
        for manifest in reversed(manifests):
            if manifest.demo_later is not None:
                manifest.demo_later(context, today)
    with owner_session() as owner:  # else the first minute's reports are planned as for empty tables
        analyze(owner)
    return True


logins = auth_demo.logins
