"""Runs the migrations: as the owner of the schema, one process at a time, never waiting long for a lock."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

import app
from app.infra.db import Base, migrations, network_limits
from app.infra.owner import analyze

_ONE_AT_A_TIME = "SELECT pg_advisory_lock(hashtextextended('control-fresco-migrations', 0))"

# 0012 replaces an index that the first text of 0005, before its release, did not make; both are frozen.
_INDEX_OF_0005 = """
DO $$
BEGIN
    IF to_regclass('public.ix_payments_status') IS NOT NULL THEN
        DROP INDEX public.ix_payments_status;
        CREATE INDEX IF NOT EXISTS ix_payments_unpaid ON public.payments (date) WHERE paid_date IS NULL;
    END IF;
END
$$
"""


def migrate(connection: Connection) -> None:
    """Run what is asked, in one transaction a revision."""
    with connection.begin():
        connection.execute(text(_INDEX_OF_0005))
    migrations.import_models(app)
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        autogenerate_plugins=migrations.PLUGINS,
        render_item=migrations.render_item,
        on_version_apply=migrations.attach_to_audit,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        before = context.get_context().get_current_revision()
        context.run_migrations()
    revision = context.get_context().get_current_revision()
    connection.rollback()  # ends the transaction in which the revision was read
    if revision == context.get_head_revision():
        with Session(connection) as session, session.begin():
            migrations.attach_all_to_audit(session)
            current_app.extensions["after_migrations"](session)
            if before is not None and revision != before:
                analyze(session)


def online() -> None:
    """With connections of its own: the application's act as a role that may not change the schema, or are pooled."""
    url = current_app.config["OWNER_DATABASE_URI"]
    options = {"options": "-c timezone=UTC -c lock_timeout=10000"}
    engine = create_engine(url, poolclass=NullPool, connect_args={**network_limits(), **options})
    with engine.connect() as guard, engine.connect() as connection:
        guard.execute(text("SET lock_timeout = 0"))
        guard.execute(text(_ONE_AT_A_TIME))
        migrate(connection)


if context.is_offline_mode():
    raise SystemExit("Migrations read the database they change; there is no offline mode.")
online()
