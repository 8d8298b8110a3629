"""The files of a person have a limit together, which uploads at the same time do not pass."""

import io
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app import create_app
from app.core.files.service import FileService
from app.infra.context import make_context
from app.infra.db import db
from app.infra.storage import LocalStorage
from app.kernel.errors import TooLarge
from app.kernel.files import JudgedFile
from app.kernel.identity import Identity
from tests.conftest import testing_config as settings_for
from tests.core.files.conftest import OpenBook
from tests.factories.documents import upload
from tests.factories.files import form
from tests.support import Caller, logs_kept, sign_in

MB = b"ten bytes\n" * (1024 * 1024 // 10)
QUOTA = 3
NEW_PERSON = """
    INSERT INTO users (username, email, password_hash, role) VALUES ('eva', 'eva@example.com', 'x', 'person')
    RETURNING id
"""


@pytest.fixture(autouse=True)
def _room(program: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the limit to 3 MB."""
    monkeypatch.setitem(program.config, "PERSON_QUOTA_MB", QUOTA)


def send(caller: Caller, to: str = "/api/upload", expect: int = 201) -> None:
    response = caller.send("POST", to, **form(MB, "a.txt"))
    assert response.status_code == expect, response.get_data(as_text=True)
    assert response.get_json().get("code") == ("quota_exceeded" if expect == 413 else None)


def test_a_persons_files_have_a_limit_together(program: Flask) -> None:
    person, other = (sign_in(Caller(program.test_client()), "person") for _ in range(2))
    for _ in range(QUOTA):
        send(person)
    send(person, expect=413)
    upload(person, b"a small one\n", "a.txt")
    send(other)


def test_the_companys_files_have_none_and_those_in_a_book_count(program: Flask, book: OpenBook) -> None:
    user = sign_in(Caller(program.test_client()), "user")
    pages = f"/api/diaries/pages/{book(user)}"
    for _ in range(QUOTA):
        send(user)
        send(user, f"{pages}/uploaded")
    send(user, f"{pages}/uploaded", 413)
    whole = upload(user, MB, "a.txt")["file_path"]
    assert user.post(pages, {"file_path": whole}, 413)["code"] == "quota_exceeded"


def test_uploads_at_the_same_time_do_not_pass_the_limit(server_database: str, tmp_path: Path) -> None:
    with logs_kept():
        made = create_app(replace(settings_for(server_database), person_quota_mb=QUOTA, lock_timeout_ms=60_000))
    store = LocalStorage(tmp_path)
    with made.app_context():
        [user_id] = db.session.scalars(text(NEW_PERSON))
        db.session.commit()
    caller = Identity(user_id, None, "person", frozenset({"files:write"}))

    def keep(_number: int) -> bool:
        with made.app_context():
            files = FileService(replace(make_context(db.session(), caller), storage=store))
            try:
                files.upload(JudgedFile("file", "a.txt", io.BytesIO(b"x"), "text/plain", 1024 * 1024, "0" * 64))
            except TooLarge:
                return False
            time.sleep(0.05)  # so that the others look before this one is committed
            db.session.commit()
            return True

    with ThreadPoolExecutor(5) as pool:
        assert sum(pool.map(keep, range(5))) == QUOTA
    with made.app_context():
        db.engine.dispose()
