"""The program with one suite more, which tests bring, to try what suites may declare."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app import create_app, registry
from app.infra.db import APP_ROLE, db
from tests.conftest import taken_back
from tests.conftest import testing_config as settings_for
from tests.support import Caller, logs_kept


@contextmanager
def program_with(
    app: Flask, monkeypatch: pytest.MonkeyPatch, module: ModuleType, *, on: bool = True
) -> Iterator[Flask]:
    """The program with the suite of a module: its `SUITE`, `MANIFEST` and `TABLES`; all is taken back at the end.

    With `on=False` the suite is there and switched off.
    """
    suite: Any = module.SUITE
    Caller(app.test_client()).get("/api/health/live")  # responses are compared with the document of the program itself
    monkeypatch.setattr(registry, "SUITES", (*registry.SUITES, suite))
    monkeypatch.setitem(registry.MANIFESTS, module.__name__, module.MANIFEST)
    with logs_kept():
        settings = settings_for(app.config["SQLALCHEMY_DATABASE_URI"])
        made = create_app(replace(settings, suites=("fresco", suite.name) if on else ("fresco",)))
    monkeypatch.setattr("tests.factories.app", made)
    with taken_back(made):
        with made.app_context():
            _make(module.TABLES)
        yield made


def _make(tables: Sequence[str]) -> None:
    """Make the tables of the suite as the owner, and give the built-in roles what it brings."""
    db.session.execute(text("RESET ROLE"))
    before = _tables()
    for statement in tables:
        db.session.execute(text(statement))
    for table in sorted(_tables() - before):
        db.session.execute(text(f"GRANT ALL ON {table} TO {APP_ROLE}"))
    registry.give_default_roles(db.session())
    db.session.execute(text(f"SET ROLE {APP_ROLE}"))
    db.session.commit()


def _tables() -> set[str]:
    return set(db.session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")))
