"""Two sessions at once."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.infra.db import psycopg2_url


@pytest.fixture
def two_sessions() -> Iterator[Callable[[str], tuple[Session, Session]]]:
    """Two concurrent sessions with a lock time-out of a second."""
    opened: list[Session] = []

    def open_two(address: str) -> tuple[Session, Session]:
        engine = create_engine(
            psycopg2_url(address), poolclass=NullPool, connect_args={"options": "-c lock_timeout=1000"}
        )
        opened.extend(Session(engine) for _ in range(2))
        return opened[0], opened[1]

    yield open_two
    for session in opened:
        session.close()
