"""Figures are looked at on 15 June 2026."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.infra import clock
from app.infra.db import psycopg2_url
from tests.support import Caller, sign_in


@pytest.fixture
def looker(anonymous: Caller) -> Iterator[Caller]:
    """Somebody who only looks, on that day."""
    with clock.frozen(datetime(2026, 6, 15, 17, tzinfo=UTC)):
        yield sign_in(anonymous, "viewer")


@pytest.fixture
def two_sessions() -> Iterator[Callable[[str], tuple[Session, Session]]]:
    """Two that work at once, and wait for nobody longer than a second."""
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
