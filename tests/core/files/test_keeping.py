"""No row is without its content, and no content stays long without a row."""

import io
import os
import resource
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.core.files.service import AttachedFiles, FileService
from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.infra.storage import LocalStorage
from tests.factories.documents import upload
from tests.factories.files import PDF, SAMPLES, StoredFileFactory, storing_in_folder
from tests.support import Caller

OLD, YOUNG = timedelta(days=1, minutes=1), timedelta(hours=23, minutes=59)
TOKEN = "0f" * 16


def paths(store: LocalStorage) -> list[str]:
    """Paths in the store."""
    return sorted(path for path, _ in store.listing())


def violations(app: Flask) -> list[str]:
    """Violations of the files."""
    with app.app_context():
        return FileService(make_context(db.session())).violations()


def age(store: LocalStorage, path: str, by: timedelta) -> None:
    """Make the file older by this time."""
    then = (clock.now() - by).timestamp()
    os.utime(store.root / path, (then, then))


def leave(store: LocalStorage, path: str, by: timedelta) -> None:
    """Store a content without a row."""
    (store.root / path).parent.mkdir(parents=True, exist_ok=True)
    (store.root / path).write_bytes(b"stray")
    age(store, path, by)


def command(app: Flask, words: str, expect: int = 0) -> str:
    """Output of a command."""
    with app.app_context():
        done = app.test_cli_runner().invoke(args=words.split())
    assert done.exit_code == expect, done.output
    return done.output


@pytest.mark.parametrize("words", ["files sweep", "jobs run sweep-files"])
def test_strays_are_swept_once_they_are_a_day_old(user: Caller, app: Flask, store: LocalStorage, words: str) -> None:
    known = upload(user)["file_path"]
    age(store, known, OLD)
    young = [f"2026/02/{TOKEN}.pdf", f"2026/02/{TOKEN}.unfinished"]
    for path in (f"2026/01/{TOKEN}.pdf", f"2026/01/{TOKEN}.unfinished"):
        leave(store, path, OLD)
    for path in young:
        leave(store, path, YOUNG)
    assert "2" in command(app, words)
    assert paths(store) == sorted([known, *young])


def test_foreign_files_are_never_swept(app: Flask, database: None, store: LocalStorage) -> None:
    leave(store, "backups/monday.dump", OLD)
    command(app, "files sweep")
    assert paths(store) == ["backups/monday.dump"]


def test_an_empty_store_is_swept_and_holds(app: Flask, database: None) -> None:
    assert command(app, "files sweep") == "0 stray files removed.\n"
    assert violations(app) == []


@pytest.mark.parametrize("content", [PDF[:-1], PDF + b"\n", PDF.replace(b"1.4", b"1.5"), b""])
def test_altered_bytes_are_found(user: Caller, app: Flask, store: LocalStorage, content: bytes) -> None:
    whole, altered = upload(user), upload(user)
    assert violations(app) == []
    (store.root / altered["file_path"]).write_bytes(content)
    assert violations(app) == [f"file {altered['id']} is not as it was uploaded"]
    assert user.send("GET", whole["file_url"]).data == PDF


def test_verify_reports_missing_contents_and_fails(user: Caller, app: Flask) -> None:
    upload(user)
    assert command(app, "verify") == "Everything holds.\n"
    missing = StoredFileFactory()
    assert f"file {missing.id} has no content" in command(app, "verify", expect=1)


def test_a_file_that_is_still_referred_to_stays(user: Caller, app: Flask, store: LocalStorage) -> None:
    receipt = upload(user)["file_path"]
    income = {
        "date": "2026-01-15",
        "description": "Taller",
        "type": "Otro",
        "amount": 10,
        "currency": "COP",
        "client": "Ana",
        "payment_method": "Transferencia",
        "receipt_path": receipt,
    }
    first, second = (user.post("/api/incomes", income)["data"]["id"] for _ in range(2))
    user.delete(f"/api/incomes/{first}")
    assert paths(store) == [receipt]
    user.delete(f"/api/incomes/{second}")
    assert paths(store) == []


def test_contents_are_deleted_at_the_commit_and_not_after_a_rollback(
    user: Caller, app: Flask, store: LocalStorage
) -> None:
    first, second = upload(user)["file_path"], upload(user)["file_path"]
    with app.app_context():
        files = AttachedFiles(replace(make_context(db.session()), storage=store), "fresco.documents")
        files.release(first)
        files.release(second)
        db.session.rollback()
    assert paths(store) == sorted([first, second])
    with app.app_context():
        AttachedFiles(replace(make_context(db.session()), storage=store), "fresco.documents").release(first)
        assert paths(store) == sorted([first, second])
        db.session.commit()
    assert paths(store) == [second]
    assert violations(app) == []


@contextmanager
def no_file_over(size: int) -> Iterator[None]:
    """Limit the size of this process's files, so that writing fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(("size", "room"), [(300_000, 100_000), (3_000_000, 1_000_000)], ids=["storing", "receiving"])
def test_without_room_nothing_is_kept_and_the_next_one_works(
    user: Caller, app: Flask, store: LocalStorage, size: int, room: int
) -> None:
    with no_file_over(room):
        assert upload(user, b"line\n" * (size // 5), "a.txt", expect=507)["code"] == "storage_full"
    assert paths(store) == []
    upload(user, b"line\n" * (size // 5), "a.txt")
    assert len(paths(store)) == 1
    assert violations(app) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB, where we may make one."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("mounting needs rights that this user has not; the limit of the process is tested above")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_full_disk_is_a_refusal_until_there_is_room_again(user: Caller, app: Flask, small_disk: Path) -> None:
    with storing_in_folder(app, small_disk) as store:
        (small_disk / "ballast").write_bytes(bytes(900_000))
        assert upload(user, b"line\n" * 60_000, "a.txt", expect=507)["code"] == "storage_full"
        assert paths(store) == ["ballast"]
        (small_disk / "ballast").unlink()
        answer = upload(user, b"line\n" * 60_000, "a.txt")
        assert paths(store) == [answer["file_path"]]
        assert violations(app) == []


def test_the_store_is_owner_only(user: Caller, store: LocalStorage) -> None:
    folder = (store.root / upload(user)["file_path"]).parent
    assert folder.stat().st_mode & 0o077 == 0
    assert store.root.stat().st_mode & 0o077 == 0


def test_many_save_into_a_new_folder_at_once(store: LocalStorage) -> None:
    failed: list[Exception] = []

    def save(number: int) -> None:
        try:
            for name, content in SAMPLES.items():
                store.save(f"2030/0{number % 2}/{number}-{name}", io.BytesIO(content))
        except OSError as error:
            failed.append(error)

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(paths(store)) == 8 * len(SAMPLES)
