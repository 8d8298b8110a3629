"""Files are not removed during a backup, which reads the rows first and their files later.

A transaction that deletes the row of a file takes a shared lock. A backup takes the exclusive lock before it reads: a
deletion is then either committed before, or leaves its file to the daily sweep, which waits for the lock.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from app.infra.locks import lock_key

_LOCK = lock_key("backup")


def may_remove(session: Session) -> bool:
    """Whether files may be removed after this transaction; no backup starts before its end."""
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock_shared(_LOCK))))


@contextmanager
def paused(connection: Connection) -> Iterator[None]:
    """Prevent the removal of files while the block runs; needs a connection of its own in autocommit mode."""
    connection.execute(text("SET lock_timeout = '5min'"))
    connection.execute(select(func.pg_advisory_lock(_LOCK)))
    try:
        yield
    finally:
        connection.execute(select(func.pg_advisory_unlock(_LOCK)))
