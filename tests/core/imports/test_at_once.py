"""A file that two people commit at the same moment, with real commits."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import text

from app import create_app
from app.core.imports.rules import ImportMode
from app.core.imports.service import ImportOutcome, ImportService
from app.infra.context import make_context
from app.infra.db import db, transaction
from app.kernel.files import JudgedFile
from app.suites.fresco.incomes.schemas import INCOME_ROWS
from app.suites.fresco.incomes.service import IncomeImporter
from app.web.rows import read_rows
from tests import conftest
from tests.factories.imports import HEADINGS, INCOME, csv_of

ROWS = csv_of(HEADINGS, *((*INCOME[:1], f"Asesoría {number}", *INCOME[2:5], "", INCOME[6]) for number in range(50)))


@pytest.fixture
def committing(server_database: str) -> Iterator[Flask]:
    """The application over a database of this module's own."""
    app = create_app(conftest.testing_config(server_database))
    yield app
    with app.app_context():
        db.engine.dispose()


def test_the_second_of_two_commits_at_once_finds_the_rows_of_the_first(committing: Flask) -> None:
    together = Barrier(2)

    def commit() -> ImportOutcome:
        file = JudgedFile("file", "a.csv", BytesIO(ROWS), "text/csv", len(ROWS), hashlib.sha256(ROWS).hexdigest())
        with committing.app_context(), transaction(request_id="test") as session:
            context = make_context(session)
            rows = read_rows(INCOME_ROWS, file, ignore_unknown=False)
            together.wait(20)
            return ImportService(context).run(IncomeImporter(context), rows, ImportMode.COMMIT)

    with ThreadPoolExecutor(2) as pool:
        outcomes = [one.result(30) for one in (pool.submit(commit), pool.submit(commit))]
    assert sorted((one.created, one.duplicates) for one in outcomes) == [(0, 50), (50, 0)]
    with committing.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM incomes")) == 50
