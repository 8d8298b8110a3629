"""Fresh databases for measurements, in a temporary cluster or on the server in BENCH_DATABASE_URL."""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
from flask import Flask
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from app import create_app
from app.infra import embedded_pg
from app.infra.db import db
from app.registry import SUMS
from config import Config

_EMPTY = "fresco_bench_empty"


@contextmanager
def server() -> Iterator[str]:
    """URL of a server on which databases may be created; a temporary one ends with the block."""
    if given := os.environ.get("BENCH_DATABASE_URL"):
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="fresco-bench-", ignore_cleanup_errors=True) as folder:
        # Not an ephemeral one: as in production, a commit waits for the disk.
        yield embedded_pg.start(Path(folder) / "postgres", "postgres")
        embedded_pg.stop(Path(folder) / "postgres")


@contextmanager
def fresh_apps(address: str) -> Iterator[Callable[[], Flask]]:
    """Function that creates an application with a migrated, empty database; databases are dropped at the end."""
    made: list[str] = []

    def fresh() -> Flask:
        made.append(f"fresco_bench_{len(made)}")
        _recreate(address, made[-1], _EMPTY)
        return create_app(config_of(_at(address, made[-1])))

    _recreate(address, _EMPTY, "template0")
    try:
        with create_app(config_of(_at(address, _EMPTY))).app_context():
            flask_migrate.upgrade()
            db.engine.dispose()
        yield fresh
    finally:
        run(address, *(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in [*made, _EMPTY]))


@contextmanager
def loaded(counts: Mapping[str, int]) -> Iterator[Flask]:
    """An application with the demo company, three years of rates and many more rows."""
    with server() as address, fresh_apps(address) as fresh:
        app = fresh()
        seed(app)
        load(app, counts)
        yield app
        let_go(app)


def seed(app: Flask) -> None:
    """The demo company, with its users and three years of rates."""
    _flask(app, "seed", "demo")


def load(app: Flask, counts: Mapping[str, int]) -> None:
    """Insert many payments, incomes and expenses, then fold sums and vacuum as nightly."""
    _flask(app, "seed", "load", *(f"--{name}={count}" for name, count in counts.items()))
    run(url_of(app), "VACUUM ANALYZE")  # as autovacuum does after a while


def an_hour_later(app: Flask) -> None:
    """Fold sums and vacuum them, as the job and autovacuum do in the meantime."""
    _flask(app, "jobs", "run", "fold-sums")
    run(url_of(app), *(f"VACUUM ANALYZE {sums.name}" for sums in SUMS))
    let_go(app)


def _flask(app: Flask, *command: str) -> None:
    done = app.test_cli_runner().invoke(args=command)
    if done.exit_code:
        raise SystemExit(f"flask {' '.join(command)}: {done.output}{done.exception}")


def url_of(app: Flask) -> str:
    """URL of the application's database."""
    with app.app_context():
        return db.engine.url.render_as_string(hide_password=False)


def let_go(app: Flask) -> None:
    """Close the application's connections."""
    with app.app_context():
        db.engine.dispose()


def config_of(url: str) -> Config:
    """Settings of a program over this database."""
    return Config(app_env="testing", database_url=url, scheduler_enabled=False, log_level="WARNING")


def _at(address: str, name: str) -> str:
    return make_url(address).set(database=name).render_as_string(hide_password=False)


def _recreate(address: str, name: str, template: str) -> None:
    run(
        address,
        f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
        f'CREATE DATABASE "{name}" TEMPLATE "{template}"',
    )


def run(address: str, *statements: str) -> None:
    engine = create_engine(address, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
