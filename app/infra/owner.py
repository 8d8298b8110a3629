"""Sessions of the login that owns the schema, for migrations, backups and checks."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.infra.db import db, network_limits


@contextmanager
def owner_session() -> Iterator[Session]:
    """A session with the owner's rights and long time-outs, committed at the end.

    Where the program has no other login, it resets its role for this transaction.
    """
    config = current_app.config
    if config["OWNER_DATABASE_URI"] == config["SQLALCHEMY_DATABASE_URI"]:
        bind = db.engine
    else:
        connect_args = {**network_limits(), "options": "-c timezone=UTC", "application_name": "fresco-owner"}
        bind = create_engine(config["OWNER_DATABASE_URI"], poolclass=NullPool, connect_args=connect_args)
    with Session(bind=bind, join_transaction_mode="create_savepoint") as session, session.begin(), _login_role(session):
        session.execute(text("SET LOCAL statement_timeout = '1h'"))
        yield session


@contextmanager
def _login_role(connection: Session | Connection) -> Iterator[None]:
    """Have the rights of the login itself, which may be the owner, in place of those of the program's role."""
    role = connection.scalar(text("SELECT current_setting('role')"))
    connection.execute(text("SET LOCAL ROLE NONE"))
    yield
    connection.execute(text("SELECT set_config('role', :role, true)"), {"role": role})


def analyze(connection: Session | Connection) -> None:
    """Update the planner's statistics, which are wrong after many rows were inserted at once."""
    connection.execute(text("SET LOCAL lock_timeout = '1min'"))  # autovacuum may be at the same tables
    with _login_role(connection):
        connection.execute(text("ANALYZE"))  # warns only, for tables of another owner
