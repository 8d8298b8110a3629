"""Kills migrations: `python -m tests.reliability.migrating CLUSTER_URL MIGRATED ROWS KILLS SEED`.

A process of its own, for it forks: a line of JSON for each crash says what was wrong, if anything.
"""

import json
import os
import random
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import flask_migrate
from flask import Flask
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from app import create_app, registry
from app.infra.db import db
from config import Config
from tests.conftest import at, recreate
from tests.reliability.failpoints import DEAD
from tests.reliability.stored import state

T = TypeVar("T")
EMPTY, FULL, WORK = (f"fresco_migrating_{name}" for name in ("empty", "full", "work"))
DERIVED = {"alembic_version", *(sums.name for sums in registry.SUMS)}
_SHAPE = text("""
    SELECT c.relname || '.' || coalesce(a.attname, '') FROM pg_class c
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT proname || md5(prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT tgname || tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal
    ORDER BY 1
""")


def over(url: str) -> Flask:
    return create_app(
        Config(app_env="testing", database_url=url, bcrypt_rounds=4, scheduler_enabled=False, log_level="ERROR")
    )


def within(app: Flask, act: Callable[[], T]) -> T:
    """Call the function in the application's context; no connection stays open, so that a fork is safe."""
    with app.app_context():
        try:
            return act()
        finally:
            db.session.remove()
            db.engine.dispose()


def shape(url: str) -> list[str]:
    with create_engine(url, poolclass=NullPool).connect() as looking:
        return list(looking.scalars(_SHAPE))


def kept(url: str) -> dict[str, int]:
    """Numbers of rows of all tables without derived data."""
    with create_engine(url, poolclass=NullPool).connect() as looking:
        return {name: count for name, (count, _) in state(looking).items() if name not in DERIVED}


def upgrade(die_after: int) -> int:
    """Run the migration and return its number of statements; this process ends at statement `die_after`."""
    done = 0

    def count(*_arguments: Any) -> None:
        nonlocal done
        done += 1
        if done == die_after:
            os._exit(DEAD)

    event.listen(Engine, "after_cursor_execute", count)
    flask_migrate.upgrade()
    event.remove(Engine, "after_cursor_execute", count)
    return done


def killed(app: Flask, die_after: int) -> bool:
    """Whether a migration in a process of its own died there."""
    child = os.fork()
    if child == 0:
        with app.app_context():
            upgrade(die_after)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == DEAD


def crash(cluster: str, template: str, die_after: int, wanted: list[str]) -> list[str]:
    """Messages about wrong data after a crash there and another run."""
    recreate(cluster, WORK, template)
    url = at(cluster, WORK)
    app, before = over(url), kept(url)
    if not killed(app, die_after):
        return ["was never reached"]
    within(app, lambda: upgrade(0))
    found = [] if shape(url) == wanted else ["another run does not bring what one run brings"]
    if {name: count for name, count in kept(url).items() if name in before} != before:
        found.append("rows are lost, or there twice")
    return found + within(app, registry.broken_rules)


def fill(app: Flask, rows: int) -> None:
    """Rows that the last migration has to work on."""
    done = app.test_cli_runner().invoke(args=["seed", "load", "--payments", str(rows), "--incomes", str(rows)])
    assert done.exit_code == 0, done.output
    flask_migrate.downgrade(revision="-1")


def main(cluster: str, migrated: str, rows: str, kills: str, seed: str) -> None:
    """Kill it on the last step over a full database, and, if often, on the way from nothing too."""
    chance = random.Random(seed)
    recreate(cluster, EMPTY, "template0")
    recreate(cluster, FULL, migrated)
    full = over(at(cluster, FULL))
    within(full, lambda: fill(full, int(rows)))
    for template in (FULL, EMPTY)[: int(kills)]:
        recreate(cluster, WORK, template)
        statements = within(over(at(cluster, WORK)), lambda: upgrade(0))
        wanted = shape(at(cluster, WORK))
        for die_after in sorted(chance.sample(range(1, statements), min(int(kills), statements - 1))):
            found = crash(cluster, template, die_after, wanted)
            said = {"from": template, "after": die_after, "of": statements, "problems": found}
            print(json.dumps(said), flush=True)  # noqa: T201 - read by the test


if __name__ == "__main__":
    main(*sys.argv[1:])
