"""A company's book and a personal one."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.ledger.rules import BookKind
from app.infra.context import Context, make_context
from app.infra.db import db
from tests.factories.ledger import Ledger, open_ledger


@pytest.fixture
def context(app: Flask, database: None) -> Iterator[Context]:
    """The context of a job."""
    with app.app_context():
        yield make_context(db.session())


@pytest.fixture
def company(context: Context) -> Ledger:
    """A company's book."""
    return open_ledger(context)


@pytest.fixture
def personal(context: Context) -> Ledger:
    """A personal book."""
    return open_ledger(context, BookKind.PERSONAL)


@pytest.fixture
def at_commit(context: Context) -> Callable[[], None]:
    """Run the checks of the end of a transaction: in a test, which is taken back, it never comes."""

    def check() -> None:
        context.session.flush()
        context.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        context.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))

    return check
