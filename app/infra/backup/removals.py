"""Bytes wait for a backup: it reads the rows first and the bytes after, and must find all that the rows name.

Who removes a row with bytes takes a shared lock in that very transaction. A backup takes the exclusive one before it
looks: every removal is then either seen by it, or leaves its bytes to the daily sweep, which waits too.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

_LOCK = func.hashtextextended("control-fresco-backup", 0)


def may_remove(session: Session) -> bool:
    """Whether bytes may go once this transaction is committed; no backup begins before that."""
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock_shared(_LOCK))))


@contextmanager
def paused(connection: Connection) -> Iterator[None]:
    """Nothing is removed while the block runs; on a connection of its own that commits by itself."""
    connection.execute(text("SET lock_timeout = '5min'"))
    connection.execute(select(func.pg_advisory_lock(_LOCK)))
    try:
        yield
    finally:
        connection.execute(select(func.pg_advisory_unlock(_LOCK)))
