"""A request that crossed another is done again as if for the first time; on a database that really commits."""

from collections.abc import Iterator

import pytest
from flask import Flask
from marshmallow import Schema, fields
from sqlalchemy import text

from app import create_app
from app.infra.db import db
from app.web.api import PUBLIC, operation
from app.web.responses import Report
from tests import conftest

CROSSED = text("DO $$ BEGIN RAISE EXCEPTION 'crossed' USING ERRCODE = '40001'; END $$")


class WaySchema(Schema):
    """How a transaction went."""

    way = fields.String()


@pytest.fixture
def site(server_database: str, logs_as_before: None) -> Iterator[Flask]:
    """With a report that is crossed once, and tells how it was made in the end."""
    app = create_app(conftest.testing_config(server_database))
    tries = iter([CROSSED])

    def get(_resource: None) -> dict[str, str]:
        for problem in tries:
            db.session.execute(problem)
        return {"way": str(db.session.scalar(text("SHOW transaction_isolation")))}

    report = operation(PUBLIC, Report(WaySchema, title="Reporte"))(get)
    app.add_url_rule("/report", "report", lambda: report(None))
    yield app
    with app.app_context():
        db.engine.dispose()


def test_a_report_that_is_made_again_is_of_one_moment_again(site: Flask) -> None:
    answer = site.test_client().get("/report")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.get_json() == {"way": "repeatable read"}


def test_an_operation_is_known_by_its_method() -> None:
    declare = operation(PUBLIC, Report(WaySchema, title="Reporte"))
    with pytest.raises(ValueError, match="no method of HTTP"):
        declare(lambda _resource: {})
