"""Archives are made on a connection of their own, as workers make them, and are of one moment."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import create_app
from app.infra.context import Context, make_context
from app.infra.db import db, restart_with_snapshot, transaction
from app.suites.personal.books.service import PersonalBookService, program_access
from app.suites.personal.privacy.service import ArchiveService, make_archive
from tests.conftest import testing_config as settings
from tests.support import logs_kept

SETTINGS = ("transaction_isolation", "transaction_read_only")
USER = text(
    "INSERT INTO users (username, email, password_hash, role)"
    " VALUES ('eva', 'eva@brisa.example', 'x', 'person') RETURNING id"
)


@pytest.fixture(scope="module")
def program(server_database: str) -> Iterator[Flask]:
    """The program over a database of its own."""
    with logs_kept():
        made = create_app(settings(server_database))
        with made.app_context():
            yield made
            db.engine.dispose()


@contextmanager
def begin() -> Iterator[Context]:
    with transaction(request_id="tests") as session:
        yield make_context(session)


def shown(session: Session) -> list[object]:
    return [session.scalar(text(f"SHOW {name}")) for name in SETTINGS]


@pytest.mark.usefixtures("program")
def test_a_transaction_with_an_actor_begins_anew_with_a_snapshot_and_the_next_one_writes() -> None:
    with begin() as context:
        restart_with_snapshot(context.session)
        assert shown(context.session) == ["repeatable read", "on"]
    with begin() as context:
        assert shown(context.session) == ["read committed", "off"]


@pytest.mark.usefixtures("program")
def test_a_worker_makes_and_stores_an_archive() -> None:
    with begin() as context:
        user_id = context.session.scalar(USER)
        book_id = PersonalBookService(context).open(user_id, name="Casa").id
        asked = ArchiveService(program_access(context, book_id)).request(user_id)
    make_archive(begin, book_id, asked.id)
    with begin() as context:
        found = ArchiveService(program_access(context, book_id)).archives.get(asked.id)
        assert found.file_id is not None
        assert found.expires_at > asked.expires_at
