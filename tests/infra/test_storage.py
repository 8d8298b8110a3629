"""Both stores behave the same; the S3 store is tested over HTTP."""

import io
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.core.files.service import FileJudge, FileService
from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.infra.storage import FileStorage, LocalStorage
from app.infra.storage.s3 import S3Storage
from app.kernel.errors import Unavailable
from app.kernel.files import SentFile
from tests import conftest
from tests.factories.clients import ClientFactory
from tests.factories.documents import add_document, upload
from tests.factories.files import PDF, SAMPLES, form, storing_in
from tests.support import Caller, free_port

BUCKET = "fresco"
CONTENT = bytes(range(256)) * 2_000  # several pieces
PATH = "2026/01/0f.pdf"


@dataclass(frozen=True)
class S3:
    """Address of an S3-compatible store."""

    endpoint: str

    def store(self, bucket: str = BUCKET) -> S3Storage:
        return S3Storage(bucket, self.endpoint, "us-east-1")


@pytest.fixture(scope="module")
def credentials() -> Iterator[None]:
    """Credentials in the environment, as in a deployment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        patch.setenv("AWS_CONFIG_FILE", os.devnull)
        patch.setenv("NO_PROXY", "127.0.0.1")
        yield


@pytest.fixture(scope="module")
def s3(credentials: None) -> Iterator[S3]:
    """A server of moto in a process of its own."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/", process)
        yield S3(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, "the S3 server ended while starting"
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 - an address of our own
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the S3 server does not answer")


@pytest.fixture
def emptied(s3: S3) -> S3:
    """S3 store with one empty bucket."""
    client = s3.store().client
    if any(bucket["Name"] == BUCKET for bucket in client.list_buckets()["Buckets"]):
        for path, _ in s3.store().listing():
            client.delete_object(Bucket=BUCKET, Key=path)
    else:
        client.create_bucket(Bucket=BUCKET)
    return s3


@pytest.fixture
def nowhere(credentials: None) -> S3:
    """An address on which nothing listens."""
    return S3(f"http://127.0.0.1:{free_port()}")


@pytest.fixture(params=["local", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStorage:
    """Each of the two stores, empty."""
    if request.param == "local":
        return LocalStorage(tmp_path / "files")
    emptied: S3 = request.getfixturevalue("emptied")
    return emptied.store()


def read(store: FileStorage, start: int, length: int, path: str = PATH) -> bytes:
    """A part of the stored content."""
    return b"".join(store.read(path, start, length))


def test_a_saved_content_is_read_whole_and_in_ranges(store: FileStorage) -> None:
    store.save(PATH, io.BytesIO(CONTENT))
    size = len(CONTENT)
    assert read(store, 0, size) == CONTENT
    for start, length in ((0, 1), (0, 0), (5, 10), (300_000, 100), (size - 1, 1), (10, size - 10)):
        assert read(store, start, length) == CONTENT[start : start + length], (start, length)


def test_nothing_lies_behind_the_end(store: FileStorage) -> None:
    store.save(PATH, io.BytesIO(b"abc"))
    assert read(store, 0, 4) == b"abc"
    assert read(store, 3, 1) == b""
    store.save("empty", io.BytesIO())
    assert read(store, 0, 1, "empty") == b""


def test_uploads_may_be_spooled_to_disk(store: FileStorage) -> None:
    with tempfile.SpooledTemporaryFile(max_size=1000) as spooled:
        spooled.write(CONTENT)
        spooled.seek(0)
        store.save(PATH, spooled)
    assert read(store, 0, len(CONTENT)) == CONTENT


def test_a_missing_file_raises_before_the_first_chunk(store: FileStorage) -> None:
    with pytest.raises(FileNotFoundError):
        store.read(PATH, 0, 1)
    with pytest.raises(FileNotFoundError):
        store.read(PATH, 0, 0)


def test_deleting_twice_is_deleting(store: FileStorage) -> None:
    for path in (PATH, "other"):
        store.save(path, io.BytesIO(b"abc"))
    store.delete(PATH)
    store.delete(PATH)
    with pytest.raises(FileNotFoundError):
        store.read(PATH, 0, 1)
    assert [path for path, _ in store.listing()] == ["other"]


def test_the_listing_has_every_path_and_its_age(store: FileStorage) -> None:
    assert list(store.listing()) == []
    for number in range(3):
        store.save(f"2026/0{number}/x.pdf", io.BytesIO(b"abc"))
    listed = dict(store.listing())
    assert sorted(listed) == ["2026/00/x.pdf", "2026/01/x.pdf", "2026/02/x.pdf"]
    assert all(abs(clock.now() - saved) < timedelta(minutes=1) for saved in listed.values())


class Breaking(io.BytesIO):
    """Content that ends in an error, as that of a broken connection or disk does."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > 0:
            raise RuntimeError("broken")
        return super().read(1000)


def test_an_interrupted_upload_is_not_stored(store: FileStorage) -> None:
    with pytest.raises(RuntimeError):
        store.save(PATH, Breaking(CONTENT))
    assert list(store.listing()) == []


def test_abandoned_reading_closes_the_source(store: FileStorage) -> None:
    store.save(PATH, io.BytesIO(CONTENT))
    for begun in (False, True):
        pieces = store.read(PATH, 0, len(CONTENT))
        if begun:
            next(pieces)
        pieces.close()  # type: ignore[attr-defined]
        assert list(pieces) == []


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "2026/../../x"])
def test_no_path_leads_out_of_the_folder(tmp_path: Path, path: str) -> None:
    store = LocalStorage(tmp_path / "files")
    for attempt in (lambda: store.save(path, io.BytesIO()), lambda: store.read(path, 0, 1), lambda: store.delete(path)):
        with pytest.raises(ValueError, match="outside the store"):
            attempt()


def test_a_store_that_is_away_is_unavailable(nowhere: S3) -> None:
    store = nowhere.store()
    with pytest.raises(Unavailable):
        store.save(PATH, io.BytesIO(b"abc"))
    with pytest.raises(Unavailable):
        list(store.listing())


def test_a_store_without_our_bucket_is_unavailable(s3: S3) -> None:
    store = s3.store("no-such-bucket")
    with pytest.raises(Unavailable):
        store.save(PATH, io.BytesIO(b"abc"))
    with pytest.raises(Unavailable):
        store.read(PATH, 0, 1)
    with pytest.raises(Unavailable):
        store.delete(PATH)
    with pytest.raises(Unavailable):
        list(store.listing())


@pytest.fixture
def with_s3(app: Flask, emptied: S3) -> Iterator[FileStorage]:
    """The application with the store that its settings name."""
    config = conftest.testing_config(app.config["SQLALCHEMY_DATABASE_URI"])
    settings = {"file_store": "s3", "s3_bucket": BUCKET, "s3_endpoint_url": emptied.endpoint, "s3_region": "us-east-1"}
    made = create_app(replace(config, **settings))
    with storing_in(app, made.extensions["storage"]) as store:
        assert isinstance(store, S3Storage)
        yield store


def test_files_come_and_go_through_s3(with_s3: FileStorage, user: Caller, app: Flask) -> None:
    answers = {name: upload(user, content, name) for name, content in SAMPLES.items()}
    for name, answer in answers.items():
        assert user.send("GET", answer["file_url"]).data == SAMPLES[name]
    part = user.send("GET", answers["contrato.pdf"]["file_url"], headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.data) == (206, b"PDF")
    assert user.send("HEAD", answers["contrato.pdf"]["file_url"]).content_length == len(PDF)
    owner = f"clients/{ClientFactory().id}"
    document = add_document(user, owner)
    user.delete(f"/api/{owner}/documents/{document['id']}")
    assert {path for path, _ in with_s3.listing()} == {answer["file_path"] for answer in answers.values()}
    with app.app_context():
        files = FileService(replace(make_context(db.session()), storage=with_s3))
        assert files.violations() == []
        with_s3.save(answers["contrato.pdf"]["file_path"], io.BytesIO(b""))
        with_s3.delete(answers["logo.png"]["file_path"])
        assert len(files.violations()) == 2
    assert user.send("GET", answers["logo.png"]["file_url"]).status_code == 404


def test_while_s3_is_unavailable_callers_get_503_and_nothing_is_stored(
    nowhere: S3, with_s3: FileStorage, user: Caller, app: Flask
) -> None:
    kept = upload(user)
    with storing_in(app, nowhere.store()):
        refused = user.send("POST", "/api/upload", **form())
        assert (refused.status_code, refused.get_json()["code"]) == (503, "storage_unavailable")
        assert int(refused.headers["Retry-After"]) > 0
        assert user.send("GET", kept["file_url"]).status_code == 503
    upload(user)
    assert len(list(with_s3.listing())) == 2
    with app.app_context():
        assert FileService(replace(make_context(db.session()), storage=with_s3)).violations() == []


def test_a_deletion_is_done_even_while_the_bytes_can_not_be_removed(
    nowhere: S3, with_s3: FileStorage, user: Caller, app: Flask
) -> None:
    owner = f"clients/{ClientFactory().id}"
    document = add_document(user, owner)
    with storing_in(app, nowhere.store()):
        user.delete(f"/api/{owner}/documents/{document['id']}")
    assert user.send("GET", document["file_url"]).status_code == 404
    assert len(list(with_s3.listing())) == 1  # a stray, for the daily sweep


def test_a_backup_takes_files_out_of_s3_and_brings_them_back(
    cluster: str, template: str, emptied: S3, tmp_path: Path
) -> None:
    conftest.recreate(cluster, "fresco_s3_backup", template)
    made = create_app(
        replace(
            conftest.testing_config(conftest.at(cluster, "fresco_s3_backup")),
            file_store="s3",
            s3_bucket=BUCKET,
            s3_endpoint_url=emptied.endpoint,
            s3_region="us-east-1",
        )
    )
    store = made.extensions["storage"]
    with made.app_context():
        judge = FileJudge(1024 * 1024)
        service = FileService(replace(make_context(db.session()), storage=store))
        judged = [judge.judge(SentFile("file", name, io.BytesIO(content)), "a") for name, content in SAMPLES.items()]
        paths = {service.upload(file).path for file in judged}
        db.session.commit()
        assert made.test_cli_runner().invoke(args=["backup", "create", str(tmp_path / "b")]).exit_code == 0
        db.engine.dispose()
        conftest.recreate(cluster, "fresco_s3_backup", "template0")
        for path in paths:
            store.delete(path)
        done = made.test_cli_runner().invoke(args=["backup", "restore", str(tmp_path / "b")])
        db.session.remove()
        db.engine.dispose()
    assert done.exit_code == 0, done.output
    assert {path for path, _ in store.listing()} == paths
