"""A database of release 1.0 is upgraded, downgraded and upgraded again: nothing of it is lost, no figure differs."""

import gzip
import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app import create_app
from app.infra import clock
from app.infra.backup import database, programs
from app.infra.db import db
from tests import conftest
from tests.releases.make import AT, Company

pytestmark = pytest.mark.long

RELEASE = Path(__file__).with_name("1.0.dump")
TOLD = json.loads(gzip.decompress(RELEASE.with_suffix(".json.gz").read_bytes()))
HEAD = "0012"
"""The last migration of the release."""
OF_THE_PROGRAM = ("alembic_version", "audit_log", "idempotency_keys", "job_runs", "login_failures", "sessions")
KEPT_SUMS = ("client_sums", "daily_sums", "expense_sums", "income_sums", "payment_sums")
BY_ID = ("/api/payments", "/api/incomes", "/api/expenses")
"""Lists that the release sorted by id where nothing was said; now the newest come first."""
IN_A_MONTH = "/api/expenses/recurring"
"""List whose total is that of a month; the release added up amounts of all periods."""
REPORTS = ("/api/reports/", "/api/cashflow", "/api/incomes/analysis", "/api/expenses/analysis")
"""Answers whose rows are rounded together since, so that they add up."""
OF_CLIENTS = {"client_income", "client_data", "client_revenue"}
OF_CLIENTS |= {"client_profitability", "growing_clients", "declining_clients"}
"""Lists that have one line since for all that is of no client."""
MOST_APART = 0.025
BEFORE_NATURES = "0052"
_NO_CAPITAL = text("UPDATE company SET capital_income_types = '{}', capital_expense_categories = '{}'")
_TABLES = text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
_ROWS = "SELECT to_jsonb(r) FROM {} r ORDER BY id"


def rows(url: str) -> dict[str, list[Any]]:
    """All rows of the company's tables."""
    with create_engine(url, poolclass=NullPool).connect() as connection:
        tables = set(connection.scalars(_TABLES)) - {*OF_THE_PROGRAM, *KEPT_SUMS}
        return {name: list(connection.scalars(text(_ROWS.format(name)))) for name in tables}


def verify(app: Flask) -> str:
    """Output of `flask verify` on the day of the release's company."""
    with app.app_context(), clock.frozen(AT):
        return app.test_cli_runner().invoke(args=["verify"]).output


def restricted(now: Any, then: Any) -> Any:
    """Answer of today without the fields that the release did not have."""
    if isinstance(now, dict) and isinstance(then, dict):
        return {key: restricted(now[key], value) for key, value in then.items() if key in now}
    if isinstance(now, list) and isinstance(then, list) and len(now) == len(then):
        return [restricted(*pair) for pair in zip(now, then, strict=True)]
    return now


def asked_as_then(address: str) -> str:
    """Address by which today's program answers in the order of the release."""
    path, _, query = address.partition("?")
    return f"{path}?{query}&sort=id".replace("?&", "?") if path in BY_ID else address


def compared(address: str, answer: Any) -> Any:
    """The part of an answer that still means the same."""
    if address.partition("?")[0] == IN_A_MONTH:
        return {key: value for key, value in answer.items() if key != "total"}
    return answer


def cents_apart(now: Any, then: Any) -> bool:
    """Whether answers differ by rounding only: rows were rounded one by one, and profit by itself."""
    if isinstance(now, dict) and isinstance(then, dict):
        return all(key in OF_CLIENTS or cents_apart(now[key], then[key]) for key in now)
    if isinstance(now, list) and isinstance(then, list):
        return len(now) == len(then) and all(cents_apart(*pair) for pair in zip(now, then, strict=True))
    if isinstance(now, int | float) and isinstance(then, int | float):
        return abs(now - then) < MOST_APART
    return bool(now == then)


def differences(app: Flask) -> Iterator[tuple[str, Any, Any]]:
    """Addresses whose answer is another than the release's: the one of now, and that of the release."""
    with clock.frozen(AT):
        company = Company(app.test_client())
        for address, told in TOLD["answers"].items():
            then, now = compared(address, told), company.call("GET", asked_as_then(address))
            now = restricted(compared(address, now), then)
            if not (cents_apart(now, then) if address.startswith(REPORTS) else now == then):
                yield address, now, then
        for address, tag in TOLD["tags"].items():
            if (now := company.client.get(address).headers.get("ETag")) != tag:
                yield address, now, tag


@pytest.fixture
def released(empty: str, tmp_path: Path) -> Flask:
    """The program of today over the database and the files of the release."""
    with create_engine(empty, poolclass=NullPool).connect() as connection:
        server = int(connection.scalar(text("SELECT current_setting('server_version_num')")) or 0) // 10_000
    database.load(empty, RELEASE, programs.for_restore(programs.installed(), TOLD["pg_dump"], server))
    database.finish(empty)
    app = create_app(replace(conftest.testing_config(empty), instance_dir=tmp_path))
    for path, content in TOLD["files"].items():
        app.extensions["storage"].save(path, BytesIO(b64decode(content)))
    return app


def migrate(app: Flask, step: Callable[..., None], revision: str) -> None:
    """Migrate the database up or down to a revision."""
    with app.app_context():
        step(revision=revision)
        db.engine.dispose()


def upgrade(app: Flask, url: str) -> None:
    """Upgrade to today's schema, of a company to which nothing is capital, as nothing was to the release."""
    migrate(app, flask_migrate.upgrade, BEFORE_NATURES)
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.execute(_NO_CAPITAL)
    migrate(app, flask_migrate.upgrade, "head")


def is_analyzed(url: str) -> bool:
    """Whether the planner knows how many movements there are."""
    known = "SELECT reltuples = (SELECT count(*) FROM movements) FROM pg_class WHERE oid = 'movements'::regclass"
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return bool(connection.scalar(text(known)))


def test_figures_and_rows_of_the_release_stay(released: Flask, empty: str) -> None:
    stored = rows(empty)
    assert {name for name, found in stored.items() if not found} == set()
    upgrade(released, empty)
    assert is_analyzed(empty)
    assert (verify(released), list(differences(released))) == ("Everything holds.\n", [])
    migrate(released, flask_migrate.downgrade, HEAD)
    assert rows(empty) == stored
    upgrade(released, empty)
    assert (verify(released), list(differences(released))) == ("Everything holds.\n", [])
