"""Ctrl-C ends a command at once, and its statement on the server."""

import os
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.support import ROOT, until

pytestmark = pytest.mark.long

SLEEPING = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND datname = current_database()"
COMMAND = """
import signal
import click
from sqlalchemy import text
from app import create_app
from app.infra.db import db
from tests.conftest import testing_config

signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in what a shell started in the background

@click.command()
@click.argument("url")
def sleep(url):
    with create_app(testing_config(url)).app_context():
        db.session.execute(text("SET LOCAL statement_timeout = 0"))
        db.session.execute(text("SELECT pg_sleep(60)"))

sleep()
"""


def test_ctrl_c_ends_a_command_and_its_statement(server_database: str) -> None:
    engine = create_engine(server_database, poolclass=NullPool)

    def sleeping() -> bool:
        with engine.connect() as connection:
            return bool(connection.scalar(text(SLEEPING)))

    command = [sys.executable, "-c", COMMAND, server_database]
    with subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stderr=subprocess.PIPE) as process:
        until(sleeping)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.wait(10)
        assert time.monotonic() - began < 5
    until(lambda: not sleeping())
