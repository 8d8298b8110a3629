"""The program over a database of its own, whose requests commit and run side by side."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app import create_app
from app.infra.db import db
from tests import factories
from tests.conftest import testing_config
from tests.support import Caller, logs_kept


@pytest.fixture(scope="module")
def committing(server_database: str) -> Iterator[Flask]:
    """The program over the module's own database, with a pool as in production; factories make rows there."""
    before = factories.app
    with logs_kept():
        factories.app = made = create_app(testing_config(server_database))
        yield made
        factories.app = before
        with made.app_context():
            db.engine.dispose()


@pytest.fixture
def caller(committing: Flask) -> Caller:
    """Caller without a token."""
    return Caller(committing.test_client())
