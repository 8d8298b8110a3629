"""A company's book, and a table that is guarded by its months as a suite's would be."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import text

from app.infra import clock
from app.infra.context import Context, make_context
from app.infra.db import APP_ROLE, db
from tests.factories.ledger import Ledger, open_ledger


@pytest.fixture
def context(app: Flask, database: None) -> Iterator[Context]:
    """The context of a job on 15 June 2026."""
    with app.app_context(), clock.frozen(datetime(2026, 6, 15, 17, tzinfo=UTC)):
        yield make_context(db.session())


@pytest.fixture
def company(context: Context) -> Ledger:
    """The company's own book."""
    return open_ledger(context, code="company")


@pytest.fixture
def bills(context: Context, company: Ledger) -> Ledger:
    """A table `bills` without a book of its own, whose day of payment and due day lie in the company's months."""
    as_owner(
        context,
        """CREATE TABLE bills (id bigint PRIMARY KEY, due date, paid date, amount numeric, notes text, extra json,
                                created_at timestamptz, updated_at timestamptz, version bigint)""",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON bills TO {APP_ROLE}",
        "SELECT period_guard_attach('bills', '{due,paid}', '{notes}')",
    )
    return company


def as_owner(context: Context, *statements: str) -> None:
    """Run statements as only the owner of the schema can."""
    context.session.flush()
    for statement in ("RESET ROLE", *statements, f"SET ROLE {APP_ROLE}"):
        context.session.execute(text(statement))
