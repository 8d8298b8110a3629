"""Checks of uploaded files, one at a time."""

import hashlib
import io
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask

from app.core.files.service import FileJudge
from app.core.files.service import judging as service
from app.infra.db import db
from app.infra.storage import LocalStorage
from app.infra.virus_scan import VirusScan
from app.kernel.errors import Invalid, Unavailable
from app.kernel.files import JudgedFile, SentFile
from tests.factories.documents import upload
from tests.factories.files import PDF, form, form_of, part
from tests.support import Caller

MB = 1024 * 1024


class Slow(io.BytesIO):
    """A content whose reading blocks until `there` is set."""

    def __init__(self) -> None:
        super().__init__(b"text")
        self.asked, self.there = threading.Event(), threading.Event()

    def read(self, size: int | None = -1, /) -> bytes:
        self.asked.set()
        assert self.there.wait(20)
        return super().read(size)


class Judging:
    """Files that are checked in threads; the first one blocks until it is released."""

    def __init__(self) -> None:
        self.judge = FileJudge(MB)
        self.pool = ThreadPoolExecutor(10)
        self.first = Slow()
        self.held = self.start(self.first, "a")
        assert self.first.asked.wait(10)

    def start(self, content: io.BytesIO, caller: str) -> Future[JudgedFile]:
        return self.pool.submit(self.judge.judge, SentFile("file", "a.txt", content), caller)

    def wait(self, caller: str) -> tuple[Slow, Future[JudgedFile]]:
        """Add a file, which waits for its turn when this returns."""
        before = self.judge.turns._taken.total()
        content = Slow()
        content.there.set()
        future = self.start(content, caller)
        deadline = time.monotonic() + 10
        while self.judge.turns._taken.total() == before:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        return content, future

    def end(self) -> None:
        self.first.there.set()
        self.pool.shutdown()


def given(content: bytes, name: str = "a.txt") -> SentFile:
    return SentFile("receipt", name, io.BytesIO(content))


@pytest.mark.parametrize("size", [1, 256 * 1024 - 1, 256 * 1024 + 1, MB])
def test_a_judged_file_has_its_type_size_and_digest(size: int) -> None:
    content = (b"ten bytes\n" * (size // 10 + 1))[:size]
    judged = FileJudge(MB).judge(given(content), "a")
    assert (judged.part, judged.name, judged.content_type, judged.size) == ("receipt", "a.txt", "text/plain", size)
    assert judged.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(("content", "name"), [(b"", "a.txt"), (b"text", "a.exe"), (b"text", "a.pdf")])
def test_a_refusal_names_the_part_of_the_form(content: bytes, name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        FileJudge(MB).judge(given(content, name), "a")
    assert list(refusal.value.errors) == ["receipt"]


def test_one_file_is_judged_at_a_time_and_two_wait() -> None:
    judging = Judging()
    waiting = [judging.wait("a"), judging.wait("a")]
    assert not any(content.asked.is_set() for content, _ in waiting)
    with pytest.raises(Unavailable) as refusal:
        judging.judge.judge(given(b"text"), "a")
    assert (refusal.value.code, refusal.value.retry_after) == ("busy", 1)
    judging.end()
    assert [future.result().size for _, future in waiting] == [4, 4]
    assert judging.judge.judge(given(b"text"), "a").size == 4


def test_a_caller_who_sends_many_files_keeps_no_other_out() -> None:
    judging = Judging()
    (_, first), (_, second), (_, other) = judging.wait("a"), judging.wait("a"), wait_instead(judging, "b")
    with pytest.raises(Unavailable):
        second.result(10)
    judging.end()
    assert [other.result().size, first.result().size] == [4, 4]


def wait_instead(judging: Judging, caller: str) -> tuple[Slow, Future[JudgedFile]]:
    """Add a file, which displaces another waiter."""
    content = Slow()
    content.there.set()
    return content, judging.start(content, caller)


def test_every_waiter_gets_a_turn_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "WAIT_SECONDS", 0.2)
    judging = Judging()
    with pytest.raises(Unavailable) as refusal:
        judging.judge.judge(given(b"text"), "b")
    assert refusal.value.code == "busy"
    judging.end()
    assert judging.held.result().size == 4


def test_a_file_is_judged_before_the_transaction_begins(
    user: Caller, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge, seen = app.extensions["judge_file"], []

    def look_on(file: SentFile, caller: str) -> JudgedFile:
        seen.append((file.part, db.session().in_transaction()))
        judged: JudgedFile = judge(file, caller)
        return judged

    monkeypatch.setitem(app.extensions, "judge_file", look_on)
    upload(user)
    assert seen == [("file", False)]


@pytest.fixture
def scanner(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A virus scanner with the test's script."""
    path = tmp_path / "scanner"
    path.touch(0o700)
    monkeypatch.setitem(app.extensions, "judge_file", FileJudge(MB, VirusScan([str(path)])).judge)
    return path


@pytest.mark.parametrize(
    ("lines", "status", "code", "errors"),
    [
        ("exit 1", 400, "validation_failed", ["file"]),
        ("exit 2", 503, "scan_unavailable", []),
        ("exit 255", 503, "scan_unavailable", []),
    ],
)
def test_a_file_that_is_not_clean_is_not_stored(
    user: Caller, store: LocalStorage, scanner: Path, lines: str, status: int, code: str, errors: list[str]
) -> None:
    scanner.write_text(f"#!/bin/sh\n{lines}\n")
    answer = user.send("POST", "/api/upload", **form())
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert list(answer.get_json()["errors"]) == errors
    assert (status == 503) == ("Retry-After" in answer.headers)
    assert list(store.listing()) == []


def test_accepted_files_are_stored_and_harmful_ones_never_scanned(
    user: Caller, store: LocalStorage, scanner: Path
) -> None:
    scanner.write_text(f'#!/bin/sh\ncp "$1" "{scanner}.seen"\n')
    upload(user, b"no PDF", expect=400)
    assert not Path(f"{scanner}.seen").exists()
    path = upload(user)["file_path"]
    assert Path(f"{scanner}.seen").read_bytes() == PDF
    assert [name for name, _ in store.listing()] == [path]


def test_a_receipt_is_scanned_as_well(user: Caller, scanner: Path) -> None:
    scanner.write_text("#!/bin/sh\nexit 1\n")
    sent = form_of({"receipt": part(PDF)})
    assert list(user.send("POST", "/api/expenses", **sent).get_json()["errors"]) == ["receipt"]
