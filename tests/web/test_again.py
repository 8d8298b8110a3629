"""A request is repeated after a serialization failure; on a database that commits."""

from collections.abc import Iterator

import pytest
from flask import Flask
from marshmallow import Schema, fields
from sqlalchemy import text

from app import create_app
from app.infra.db import db
from app.kernel.files import JudgedFile, SentFile
from app.web.api import PUBLIC, operation
from app.web.responses import Report, Unwrapped
from app.web.uploads import Upload
from tests import conftest
from tests.factories.files import form

CROSSED = text("DO $$ BEGIN RAISE EXCEPTION 'crossed' USING ERRCODE = '40001'; END $$")


class WaySchema(Schema):
    """Isolation level of the transaction."""

    way = fields.String()


@pytest.fixture
def site(server_database: str, logs_as_before: None) -> Iterator[Flask]:
    """An application with a report and an upload, of which the first attempt gets a serialization failure."""
    app = create_app(conftest.testing_config(server_database))
    tries = iter([CROSSED])

    def get(_resource: None) -> dict[str, str]:
        for problem in tries:
            db.session.execute(problem)
        return {"way": str(db.session.scalar(text("SHOW transaction_isolation")))}

    read: list[str] = []

    def post(_resource: None, file: JudgedFile) -> dict[str, str]:
        file.content.seek(0)
        read.append(file.content.read().decode())
        for problem in tries:
            db.session.execute(problem)
        return {"way": ", ".join(read)}

    upload = operation(PUBLIC, Unwrapped(WaySchema), upload=Upload("file"))(post)
    app.add_url_rule("/upload", "upload", lambda: upload(None), methods=["POST"])
    report = operation(PUBLIC, Report(WaySchema, title="Reporte"))(get)
    app.add_url_rule("/report", "report", lambda: report(None))
    yield app
    with app.app_context():
        db.engine.dispose()


def test_a_file_is_judged_once_however_often_its_request_is_tried(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    judge, judged = site.extensions["judge_file"], []

    def look_on(file: SentFile, caller: str) -> JudgedFile:
        judged.append(file.name)
        result: JudgedFile = judge(file, caller)
        return result

    monkeypatch.setitem(site.extensions, "judge_file", look_on)
    answer = site.test_client().post("/upload", **form(b"text", "a.txt"))
    assert answer.get_json() == {"way": "text, text"}
    assert judged == ["a.txt"]


def test_a_report_that_is_made_again_is_of_one_moment_again(site: Flask) -> None:
    answer = site.test_client().get("/report")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.get_json() == {"way": "repeatable read"}


def test_an_operation_is_known_by_its_method() -> None:
    declare = operation(PUBLIC, Report(WaySchema, title="Reporte"))
    with pytest.raises(ValueError, match="not named like an HTTP method"):
        declare(lambda _resource: {})
