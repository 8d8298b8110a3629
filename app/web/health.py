"""Health checks: whether the process runs, and whether it can serve."""

from pathlib import Path

from flask import Flask, Response
from sqlalchemy import text

from app.infra import clock_skew
from app.infra.backup.database import is_unfinished
from app.infra.db import db
from app.kernel.errors import Unavailable
from app.web.json import json_response

CURRENT_HEAD = Path(__file__).resolve().parents[2] / "migrations" / ".current-head"


def migration_head() -> str:
    """Id of the migration that this version of the program needs."""
    return CURRENT_HEAD.read_text(encoding="utf-8").strip()


def init_app(app: Flask) -> None:
    """Serve /api/health/live and /api/health/ready, without login."""
    head = migration_head()

    def live() -> Response:
        return json_response({"data": {"status": "live"}})

    def ready() -> Response:
        # to_regclass first: an empty database is not an error, but not migrated yet.
        migrated = db.session.scalar(text("SELECT to_regclass('alembic_version')"))
        revision = migrated and db.session.scalar(text("SELECT version_num FROM alembic_version"))
        if revision != head:
            raise Unavailable(
                f"The database is at migration {revision}, the program needs {head}: run flask db upgrade.",
                code="not_migrated",
            )
        if is_unfinished(db.session()):
            raise Unavailable(
                "A restore into this database was interrupted: restore into a new one.", code="restore_unfinished"
            )
        clock_skew.check(db.session())
        return json_response({"data": {"status": "ready", "migration": head}})

    app.add_url_rule("/api/health/live", "health_live", live)
    app.add_url_rule("/api/health/ready", "health_ready", ready)
