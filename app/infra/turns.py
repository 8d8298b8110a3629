"""Taking turns at what only one process may do to a database at a time, on whatever machine it runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, func, select
from sqlalchemy.pool import NullPool

from app.infra.db import network_limits


@contextmanager
def take(url: str, name: str, *, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold the advisory lock of that name; `on_wait` is called first if another process has it."""
    key = func.hashtextextended(f"control-fresco-{name}", 0)
    engine = create_engine(
        url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args={**network_limits(), "options": _NO_LIMITS}
    )
    with engine.connect() as connection:
        if not connection.scalar(select(func.pg_try_advisory_lock(key))):
            on_wait()
            connection.execute(select(func.pg_advisory_lock(key)))
        yield


_NO_LIMITS = "-c lock_timeout=0 -c statement_timeout=0"
