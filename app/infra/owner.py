"""The login that owns the schema: it migrates, backs up and verifies. The program's own login may only use rows."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.infra.db import db, network_limits


@contextmanager
def owner_session() -> Iterator[Session]:
    """A session with the owner's rights, committed at the end; it may take as long as it takes.

    Where one login is all there is, it takes its rights back for this transaction.
    """
    config = current_app.config
    if config["OWNER_DATABASE_URI"] == config["SQLALCHEMY_DATABASE_URI"]:
        bind = db.engine
    else:
        connect_args = {**network_limits(), "options": "-c timezone=UTC", "application_name": "fresco-owner"}
        bind = create_engine(config["OWNER_DATABASE_URI"], poolclass=NullPool, connect_args=connect_args)
    with Session(bind=bind, join_transaction_mode="create_savepoint") as session, session.begin():
        role = session.scalar(text("SELECT current_setting('role')"))
        session.execute(text("SET LOCAL ROLE NONE; SET LOCAL statement_timeout = '1h'"))
        yield session
        session.execute(text("SELECT set_config('role', :role, true)"), {"role": role})


def analyze(where: Session | Connection) -> None:
    """Count what tables hold now: after many rows came at once, statements would be planned as if there were few."""
    where.execute(text("ANALYZE"))  # of others' tables it only warns
