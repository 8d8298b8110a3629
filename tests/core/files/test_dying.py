"""kill -9 in the middle of an upload, on a database that really commits."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app import create_app
from app.core.files.models import StoredFile
from app.core.files.service import FileService
from app.infra.context import make_context
from app.infra.db import db
from app.infra.storage import LocalStorage
from tests import conftest, preloaded
from tests.core.files.test_keeping import OLD, YOUNG, age, paths

pytestmark = pytest.mark.long

ROUNDS = 3
LEFT_BY_EACH_ROUND = 5  # all but the first step, which has written nothing, and the last, which is done


@pytest.fixture
def stricken(server_database: str, tmp_path: Path) -> Iterator[Flask]:
    """The application, with the data that killed processes left."""
    made = create_app(replace(conftest.testing_config(server_database), instance_dir=tmp_path))
    done = preloaded.run("tests.core.files.dying", server_database, str(tmp_path), str(ROUNDS), env=os.environ)
    assert done.returncode == 0, done.stderr
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


def test_an_upload_that_is_killed_leaves_no_row_without_bytes_and_only_what_is_swept(stricken: Flask) -> None:
    store = stricken.extensions["storage"]
    assert isinstance(store, LocalStorage)
    service = FileService(replace(make_context(db.session()), storage=store))
    rows = sorted(db.session.scalars(select(StoredFile.path)))
    assert len(rows) == 1 + ROUNDS
    assert service.violations() == []
    assert len(set(paths(store)) - set(rows)) == LEFT_BY_EACH_ROUND * ROUNDS
    assert swept(service, store, YOUNG) == 0
    assert swept(service, store, OLD) == LEFT_BY_EACH_ROUND * ROUNDS
    assert paths(store) == rows
    assert service.violations() == []


def swept(service: FileService, store: LocalStorage, by: timedelta) -> int:
    """Number of contents that a sweep deletes, if all are old enough."""
    for path in paths(store):
        age(store, path, by)
    return service.sweep()["removed"]
