"""Receipts are stored encrypted by a key of their book."""

import io
import zipfile
from contextlib import nullcontext
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.files.models import StoredFile
from app.core.files.service import FileService
from app.infra.context import make_context
from app.infra.db import every_book
from app.infra.segments import SEGMENT
from app.suites.personal.books.service import reencrypt, unreadable_values
from tests.factories.files import form
from tests.factories.personal import Person
from tests.suites.personal.privacy.test_privacy_api import ARCHIVE
from tests.suites.personal.transactions.test_transactions_api import TRANSACTIONS, enter

CONTENT = "".join(f"renglón {number}\n" for number in range(3 * SEGMENT // 12)).encode()


@pytest.fixture
def url(ana: Person) -> str:
    """Address of a receipt of several segments."""
    address = f"{TRANSACTIONS}/{enter(ana)['id']}/attachments"
    response = ana.caller.send("POST", address, **form(CONTENT, "recibo.txt"))
    assert response.status_code == 201, response.get_data(as_text=True)
    found: str = response.get_json()["data"]["file_url"]
    return found


def file_of(session: Session) -> StoredFile:
    [found] = session.query(StoredFile).populate_existing().all()
    return found


def content_of(app: Flask, file: StoredFile) -> bytes:
    return b"".join(app.extensions["storage"].read(file.path, 0, 10**8))


def read(who: Person, url: str, **headers: str) -> tuple[int, bytes]:
    with who.caller.send("GET", url, headers=headers) as response:
        return response.status_code, response.get_data()


def test_the_stored_bytes_tell_nothing_and_are_what_the_digest_is_of(
    app: Flask, ana: Person, url: str, session: Session
) -> None:
    file = file_of(session)
    stored = content_of(app, file)
    assert b"rengl" not in stored
    assert (file.size, file.stored_size) == (len(CONTENT), len(stored))
    assert FileService(make_context(session)).violations() == []
    assert unreadable_values(make_context(session)) == []
    session.rollback()
    assert read(ana, url) == (200, CONTENT)


@pytest.mark.parametrize(("first", "last"), [(0, 9), (SEGMENT - 5, SEGMENT + 5), (2 * SEGMENT, len(CONTENT) - 1)])
def test_ranges_are_of_the_file(ana: Person, url: str, first: int, last: int) -> None:
    assert read(ana, url, Range=f"bytes={first}-{last}") == (206, CONTENT[first : last + 1])


def test_a_content_in_another_s_place_is_noticed(app: Flask, ana: Person, url: str, session: Session) -> None:
    session.execute(text("UPDATE stored_files SET size = size - 1"))
    problems = unreadable_values(make_context(session))
    assert problems == [f"file {file_of(session).id} can't be decrypted"]


def test_new_keys_encrypt_contents_anew_and_those_from_before_there_were_keys(
    app: Flask, ana: Person, url: str, session: Session
) -> None:
    before = file_of(session)
    old = (before.path, before.key_id)
    session.rollback()
    assert reencrypt(lambda: nullcontext(make_context(session))) == 1
    session.commit()
    file = file_of(session)
    assert file.path != old[0]
    assert file.key_id != old[1]
    assert old[0] not in dict(app.extensions["storage"].listing())
    with every_book(session):
        assert list(session.scalars(text("SELECT id FROM book_keys"))) == [file.key_id]
    assert FileService(make_context(session)).violations() == []
    session.rollback()
    assert read(ana, url) == (200, CONTENT)


def test_the_archive_has_the_file_itself(ana: Person, url: str) -> None:
    response = ana.caller.send("GET", ARCHIVE)
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        [name] = [one for one in archive.namelist() if one.endswith("recibo.txt")]
        assert archive.read(name) == CONTENT


def test_a_file_of_the_company_is_stored_as_it_is(app: Flask, user: Any, session: Session) -> None:
    user.send("POST", "/api/upload", **form(CONTENT, "nota.txt"))
    file = file_of(session)
    assert (file.key_id, content_of(app, file)) == (None, CONTENT)
