"""A command that sleeps in the database: `python -m tests.registry.sleeping DATABASE_URL`."""

import signal

import click
from sqlalchemy import text

from app import create_app
from app.infra.db import db
from tests.conftest import testing_config


@click.command()
@click.argument("url")
def sleep(url: str) -> None:
    """Sleep for a minute in one statement."""
    with create_app(testing_config(url)).app_context():
        db.session.execute(text("SET LOCAL statement_timeout = 0"))
        db.session.execute(text("SELECT pg_sleep(60)"))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in what a shell started in the background
    sleep()
