"""Advisory locks, for work that only one process of all machines may do at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import ColumnElement, create_engine, func, select
from sqlalchemy.pool import NullPool

from app.infra.db import network_limits

_NO_TIMEOUTS = "-c lock_timeout=0 -c statement_timeout=0"


def lock_key(name: str) -> ColumnElement[int]:
    """The key of the advisory lock of this name, apart from those of other programs on the database."""
    return func.hashtextextended(f"control-fresco-{name}", 0)


@contextmanager
def advisory_lock(url: str, name: str, *, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold the advisory lock of this name; calls `on_wait` before it waits for another process."""
    key = lock_key(name)
    engine = create_engine(
        url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={**network_limits(), "options": _NO_TIMEOUTS},
    )
    with engine.connect() as connection:
        if not connection.scalar(select(func.pg_try_advisory_lock(key))):
            on_wait()
            connection.execute(select(func.pg_advisory_lock(key)))
        yield
