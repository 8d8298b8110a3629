"""Ctrl-C ends a command at once, and its statement on the server."""

import os
import signal
import time
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests import preloaded
from tests.support import until

SLEEPING = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND datname = current_database()"


def test_ctrl_c_ends_a_command_and_its_statement(server_database: str) -> None:
    engine = create_engine(server_database, poolclass=NullPool)

    def sleeping() -> bool:
        with engine.connect() as connection:
            return bool(connection.scalar(text(SLEEPING)))

    with Path(os.devnull).open("r+b") as nothing:
        process = preloaded.start(
            "tests.registry.sleeping", server_database, env=os.environ, files=(nothing, nothing, nothing)
        )
    until(sleeping)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 1
    assert time.monotonic() - began < 5
    until(lambda: not sleeping())
