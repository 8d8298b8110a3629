"""A store of the test's own, and a suite with books."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.infra.db import db
from app.infra.storage import LocalStorage
from tests.core.files import diaries
from tests.factories.files import storing_in, storing_in_folder
from tests.factories.ledger import BookFactory
from tests.own_suite import program_with
from tests.support import Caller

OpenBook = Callable[..., int]
"""Opens a book with these members."""


@pytest.fixture(autouse=True)
def store(app: Flask, tmp_path: Path) -> Iterator[LocalStorage]:
    """An empty folder."""
    with storing_in_folder(app, tmp_path / "files") as empty:
        yield empty


@pytest.fixture
def program(app: Flask, monkeypatch: pytest.MonkeyPatch, store: LocalStorage) -> Iterator[Flask]:
    """The program with books whose members alone read their files."""
    with program_with(app, monkeypatch, diaries) as made, storing_in(made, store):
        yield made


@pytest.fixture
def book(program: Flask) -> OpenBook:
    """Opens a book with these members."""

    def opened(*members: Caller) -> int:
        book_id = int(BookFactory().id)
        rows = [{"book": book_id, "user": member.get("/api/auth/me")["data"]["id"]} for member in members]
        with program.app_context():
            db.session.execute(text("INSERT INTO diary_members VALUES (:book, :user)"), rows)
            db.session.commit()
        return book_id

    return opened
