"""Uploads to the production server, over real sockets, some of which break."""

import concurrent.futures
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from app import create_app
from app.infra.db import db
from tests import conftest, factories
from tests.factories.files import PDF
from tests.support import Caller, Server, sign_in

pytestmark = pytest.mark.server
MB = 1024 * 1024
BOUNDARY = "fresco"
HEAD = b'--fresco\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
TAIL = b"\r\n--fresco--\r\n"


@pytest.fixture(scope="module", autouse=True)
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The server's own folders: `instance` for what it keeps, `spool` for what it receives."""
    place = tmp_path_factory.mktemp("server")
    (place / "spool").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INSTANCE_DIR", str(place / "instance"))
        patch.setenv("TMPDIR", str(place / "spool"))
        yield place


@pytest.fixture(scope="module")
def server(server_database: str, folders: Path) -> Iterator[Server]:
    """The production command; the one user it needs is made in process, which is faster."""
    with Server(server_database) as running:
        yield running


@pytest.fixture(scope="module")
def token(server_database: str) -> Iterator[str]:
    """Headers of a user."""
    made = create_app(conftest.testing_config(server_database))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(factories, "app", made)
        yield sign_in(Caller(made.test_client()), "user").headers["Authorization"]
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def database(server_database: str) -> Iterator[Engine]:
    """The server's database."""
    engine = create_engine(server_database, poolclass=NullPool)
    yield engine
    engine.dispose()


def count(engine: Engine, query: str) -> int:
    """Number that a query returns."""
    with engine.connect() as connection:
        return int(connection.scalar(text(query)) or 0)


def rows(engine: Engine) -> int:
    """Number of rows of files."""
    return count(engine, "SELECT count(*) FROM stored_files")


def left(folders: Path) -> tuple[set[Path], list[Path]]:
    """Stored files, and leftovers of uploads."""
    kept = {path for path in (folders / "instance" / "files").rglob("*") if path.is_file()}
    return kept, list((folders / "spool").iterdir())


class Line:
    """A connection on which a request is spelled out."""

    def __init__(self, server: Server, token: str, *headers: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        lines = (
            "POST /api/upload HTTP/1.1",
            "Host: localhost",
            f"Authorization: {token}",
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}",
            *headers,
        )
        self.socket.sendall("\r\n".join(lines).encode() + b"\r\n\r\n")

    def send(self, body: bytes) -> None:
        self.socket.sendall(body)

    def send_chunks(self, body: bytes) -> None:
        for start in range(0, len(body), 50_000):
            piece = body[start : start + 50_000]
            self.send(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        self.send(b"0\r\n\r\n")

    def status(self) -> int:
        """Status of the response, read to its first line."""
        answer = b""
        while b"\r\n" not in answer and (piece := self.socket.recv(65536)):
            answer += piece
        return int(answer.split(b" ")[1]) if answer else 0

    def end(self) -> None:
        """No more is sent, though an answer may still come."""
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Reset the connection."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.socket.close()

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.socket.close()


def send_whole(server: Server, token: str, body: bytes) -> int:
    """Send a body with its length; returns the status."""
    with Line(server, token, f"Content-Length: {len(body)}") as line:
        line.send(body)
        return line.status()


def send_chunked(server: Server, token: str, body: bytes) -> int:
    """Send a chunked body; returns the status."""
    with Line(server, token, "Transfer-Encoding: chunked") as line:
        line.send_chunks(body)
        return line.status()


def send_until_judged(server: Server, token: str, body: bytes) -> int:
    """Repeat after each 503."""
    deadline = time.monotonic() + 30
    while (status := send_whole(server, token, body)) == 503 and time.monotonic() < deadline:
        time.sleep(0.05)
    return status


def eventually(holds: Callable[[], bool]) -> bool:
    """Within a few seconds."""
    deadline = time.monotonic() + 10
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds()


@pytest.mark.parametrize("send", [send_whole, send_chunked])
@pytest.mark.parametrize(("size", "status"), [(3 * MB, 201), (10 * MB + 1, 413), (14 * MB, 413)])
def test_the_limit_holds_with_and_without_a_length_and_gets_a_response(
    server: Server,
    token: str,
    database: Engine,
    folders: Path,
    send: Callable[[Server, str, bytes], int],
    size: int,
    status: int,
) -> None:
    before, kept = rows(database), left(folders)[0]
    body = HEAD + b"ten bytes\n" * (size // 10) + b"x" * (size % 10) + TAIL
    assert send(server, token, body) == status
    assert rows(database) - before == len(left(folders)[0] - kept) == (1 if status == 201 else 0)
    assert left(folders)[1] == []


def test_a_body_that_ends_early_leaves_nothing(server: Server, token: str, database: Engine, folders: Path) -> None:
    before, kept = rows(database), left(folders)[0]
    with Line(server, token, f"Content-Length: {3 * MB}") as line:
        line.send(HEAD + b"ten bytes\n" * 150_000)
        line.end()
        assert line.status() in {0, 400}
    assert rows(database) == before
    assert left(folders) == (kept, [])


@pytest.mark.parametrize("how", ["Content-Length: 3000000", "Transfer-Encoding: chunked"])
def test_a_caller_who_is_gone_leaves_nothing(
    server: Server, token: str, database: Engine, folders: Path, how: str
) -> None:
    before, kept = rows(database), left(folders)[0]
    for _ in range(8):  # as many as work at once
        line = Line(server, token, how)
        body = HEAD + b"ten bytes\n" * 100_000
        line.send(body if "Length" in how else f"{2 * MB:x}\r\n".encode() + body)
        line.reset()
    assert send_whole(server, token, HEAD + b"the next one\n" + TAIL) == 201
    assert rows(database) == before + 1
    assert eventually(lambda: left(folders)[1] == [])
    assert len(left(folders)[0] - kept) == 1


IDLE = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in trans%'"


def test_a_slow_caller_holds_no_transaction(server: Server, token: str, database: Engine) -> None:
    body = HEAD + b"slowly\n" * 100 + TAIL
    with Line(server, token, f"Content-Length: {len(body)}") as line:
        line.send(body[:200])
        time.sleep(0.5)
        assert count(database, IDLE) == 0
        line.send(body[200:])
        assert line.status() == 201


def test_the_same_file_at_once_is_as_many_files(server: Server, token: str, database: Engine, folders: Path) -> None:
    before, kept = rows(database), left(folders)[0]
    body = HEAD.replace(b"a.txt", b"a.pdf") + PDF + TAIL
    with concurrent.futures.ThreadPoolExecutor(8) as callers:
        statuses = list(callers.map(lambda _: send_until_judged(server, token, body), range(16)))
    assert statuses == [201] * 16
    assert rows(database) == before + 16
    assert len(left(folders)[0] - kept) == 16


@pytest.fixture
def scanner(tmp_path: Path) -> Path:
    """A scanner that says nothing until there is a file `go`."""
    path = tmp_path / "scanner"
    path.write_text(f"#!/bin/sh\necho >> {tmp_path}/begun\nuntil test -e {tmp_path}/go; do sleep 0.05; done\n")
    path.chmod(0o700)
    return path


def test_while_a_file_is_scanned_no_connection_is_held_and_the_others_wait_their_turn(
    server_database: str, token: str, database: Engine, folders: Path, scanner: Path
) -> None:
    before = rows(database)
    body = HEAD + b"text\n" + TAIL
    settings = {"UPLOAD_SCAN_COMMAND": str(scanner)}
    with (
        Server(server_database, workers=1, environ=settings) as server,
        concurrent.futures.ThreadPoolExecutor(6) as callers,
    ):
        sent = [callers.submit(send_whole, server, token, body) for _ in range(6)]
        assert eventually(lambda: len(left(folders)[1]) == 1)  # the copy that is scanned
        time.sleep(0.5)
        assert (scanner.parent / "begun").read_text() == "\n"
        assert count(database, IDLE) == 0
        assert server.send("GET", "/api/health/ready").status == 200
        (scanner.parent / "go").touch()
        assert [one.result() for one in sent] == [201] * 6
    assert rows(database) == before + 6
    assert left(folders)[1] == []
