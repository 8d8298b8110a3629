"""Tests over real HTTP: chunked bodies, odd framing, and concurrent requests."""

import contextlib
import json
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.infra.idempotency import Use
from tests.conftest import PASSWORD
from tests.support import Reply, Server

pytestmark = pytest.mark.server

MEGABYTE = 1024 * 1024
LOGIN = b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
GET = b"GET /api/health/live HTTP/1.1\r\n"
NEW = {"name": "Altura", "start_date": "2025-01-01"}
T = TypeVar("T")


@pytest.fixture(scope="module")
def headers(server: Server) -> dict[str, str]:
    """Headers of a session of an ordinary user."""
    return server.login("user", PASSWORD)


def raw(server: Server, *parts: bytes, finish: bool = False) -> list[int]:
    """The statuses that come back for these bytes; every byte must be taken."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        for part in parts:
            line.sendall(part)
        if finish:
            line.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := line.recv(65536):
            answer += chunk
            if not finish and complete(answer):
                break
    return [int(line.split()[1]) for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]


def complete(answer: bytes) -> bool:
    """Whether one whole answer with a length is there."""
    head, end, body = answer.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    return bool(end) and len(body) >= length


def chunks(total: int, size: int = 65536) -> Iterator[bytes]:
    """A chunked body of this length."""
    for start in range(0, total, size):
        piece = b"x" * min(size, total - start)
        yield b"%x\r\n%s\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


def at_once(count: int, act: Callable[[int], T]) -> list[T]:
    """Results of `count` threads that start together."""
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(act, range(count)))


@pytest.mark.parametrize("size", [MEGABYTE + 1, 10 * MEGABYTE])
def test_a_chunked_body_over_the_limit_is_413_and_read_to_its_end(server: Server, size: int) -> None:
    found = raw(server, LOGIN, b"Transfer-Encoding: chunked\r\n\r\n", *chunks(size))
    assert found == [413]


@pytest.mark.parametrize("size", [MEGABYTE + 1, 10 * MEGABYTE])
def test_a_body_over_the_limit_is_413_and_read_to_its_end(server: Server, size: int) -> None:
    found = raw(server, LOGIN, b"Content-Length: %d\r\n\r\n" % size, b"x" * size)
    assert found == [413]


def test_a_chunked_body_is_read_whole(server: Server) -> None:
    body = json.dumps({"username": "user", "password": PASSWORD, "x": "y"}).encode()
    pieces = b"".join(b"1\r\n%c\r\n" % byte for byte in body)
    assert raw(server, LOGIN, b"Transfer-Encoding: chunked\r\n\r\n", pieces, b"0\r\n\r\n") == [400]


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"POST /api/clients HTTP/1.1", 401),
        (b"POST /api/nothing HTTP/1.1", 404),
        (b"PATCH /api/clients HTTP/1.1", 405),
        (b"GET /api/clients HTTP/1.1", 401),
    ],
)
@pytest.mark.parametrize("chunked", [True, False])
def test_a_refusal_that_reads_no_body_reaches_who_sends_one(
    server: Server, request_line: bytes, status: int, chunked: bool
) -> None:
    size = 4 * MEGABYTE
    framing = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % size
    body = chunks(size) if chunked else [b"x" * size]
    (found,) = raw(server, request_line + b"\r\nHost: x\r\n" + framing + b"\r\n\r\n", *body)
    assert found == status


def test_a_wrong_media_type_reaches_who_sends_a_large_body(server: Server) -> None:
    head = LOGIN.replace(b"application/json", b"text/plain")
    (found,) = raw(server, head, b"Content-Length: %d\r\n\r\n" % (4 * MEGABYTE), b"x" * (4 * MEGABYTE))
    assert found == 415


SMUGGLED = b"GET /api/nothing HTTP/1.1\r\nHost: x\r\n\r\n"
FRAMINGS = {
    "length and chunks": LOGIN + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "two lengths": LOGIN + b"Content-Length: 2\r\nContent-Length: 50\r\n\r\n{}" + SMUGGLED,
    "an unknown encoding": LOGIN + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a space before the colon": LOGIN + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a signed length": LOGIN + b"Content-Length: +2\r\n\r\n{}" + SMUGGLED,
    "bare line feeds": LOGIN.replace(b"\r\n", b"\n") + b"Content-Length: 2\n\n{}" + SMUGGLED,
    "a folded header": LOGIN + b"X-A: b\r\n c\r\nContent-Length: 2\r\n\r\n{}" + SMUGGLED,
    "a negative length": LOGIN + b"Content-Length: -1\r\n\r\n{}" + SMUGGLED,
    "two hosts": GET + b"Host: a\r\nHost: b\r\n\r\n",
}


@pytest.mark.parametrize("sent", FRAMINGS.values(), ids=FRAMINGS)
def test_ambiguous_framing_gets_one_answer_and_it_is_a_refusal(server: Server, sent: bytes) -> None:
    found = raw(server, sent, finish=True)
    assert len(found) == 1
    assert found[0] in {400, 501}


@pytest.mark.parametrize("declared", [10, 5000, MEGABYTE])
def test_a_body_that_ends_early_changes_nothing(server: Server, headers: dict[str, str], declared: int) -> None:
    before = total(server, headers)
    head = b"POST /api/clients HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    token = b"Authorization: " + headers["Authorization"].encode() + b"\r\n"
    found = raw(server, head, token, b"Content-Length: %d\r\n\r\n{}" % declared, finish=True)
    assert found in ([400], [])
    assert total(server, headers) == before


def test_a_client_that_disconnects_while_sending_does_no_harm(server: Server, headers: dict[str, str]) -> None:
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", server.port)) as line, contextlib.suppress(OSError):
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset, not a goodbye
            line.sendall(LOGIN + b"Content-Length: 1000\r\n\r\n{")
    assert server.send("GET", "/api/clients", headers=headers).status == 200


@pytest.mark.parametrize(
    "lines",
    [
        b"Idempotency-Key:\r\n",
        b"Idempotency-Key: " + b"k" * 256 + b"\r\n",
        b"Idempotency-Key: a\x00b\r\n",
        "Idempotency-Key: clé\r\n".encode(),
    ],
    ids=["empty", "long", "NUL", "not ASCII"],
)
def test_an_invalid_key_is_400_and_does_nothing(server: Server, headers: dict[str, str], lines: bytes) -> None:
    before = total(server, headers)
    body = json.dumps(NEW).encode()
    head = b"POST /api/clients HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    token = b"Authorization: " + headers["Authorization"].encode() + b"\r\n"
    (found,) = raw(server, head, token, lines, b"Content-Length: %d\r\n\r\n" % len(body), body)
    assert found == 400
    assert total(server, headers) == before


def total(server: Server, headers: dict[str, str]) -> int:
    """Number of clients."""
    found: int = server.send("GET", "/api/clients", headers=headers).json["pagination"]["total"]
    return found


def test_100_changes_of_the_same_version_are_one_change(server: Server, headers: dict[str, str]) -> None:
    made = server.send("POST", "/api/clients", NEW, headers=headers)
    path, condition = made.headers["Location"], {**headers, "If-Match": made.headers["ETag"]}
    replies = at_once(100, lambda n: server.send("PUT", path, {"name": f"name {n}"}, headers=condition))
    assert Counter(reply.status for reply in replies) == {200: 1, 412: 99}
    (winner,) = [reply for reply in replies if reply.status == 200]
    stored = server.send("GET", path, headers=headers)
    assert stored.json == winner.json
    assert stored.headers["ETag"] == winner.headers["ETag"]


def test_50_changes_without_a_version_all_happen_and_are_all_recorded(server: Server, headers: dict[str, str]) -> None:
    path = server.send("POST", "/api/clients", NEW, headers=headers).headers["Location"]
    replies = at_once(50, lambda n: server.send("PUT", path, {"name": f"name {n}"}, headers=headers))
    assert {reply.status for reply in replies} == {200}
    admin = server.login("admin", PASSWORD)
    query = {"table": "parties", "row_id": path.rpartition("/")[2], "per_page": 100}
    entries = server.send("GET", "/api/audit", headers=admin, query=query).json["data"]
    assert {entry["after"]["name"] for entry in entries} == {"Altura"} | {f"name {n}" for n in range(50)}


def assert_done_once(replies: list[Reply]) -> None:
    """Assert that one was executed, and the others got its response or 409."""
    fresh = [reply for reply in replies if reply.status == 201 and "Idempotent-Replayed" not in reply.headers]
    assert len(fresh) == 1
    for reply in replies:
        assert reply.status in {201, 409}, reply.body
        if reply.status == 201:
            assert reply.body == fresh[0].body
        else:
            assert reply.json["code"] == "request_in_progress"
            assert int(reply.headers["Retry-After"]) >= 1


@pytest.mark.parametrize("round_", range(3))
def test_50_posts_under_one_key_are_one_post(server: Server, headers: dict[str, str], round_: int) -> None:
    before = total(server, headers)
    keyed = {**headers, "Idempotency-Key": f"once-{round_}"}
    assert_done_once(at_once(50, lambda _n: server.send("POST", "/api/clients", NEW, headers=keyed)))
    assert total(server, headers) == before + 1


@contextmanager
def running_elsewhere(server: Server, user_id: int, key: str) -> Iterator[None]:
    """Another connection holds the key's lock, as a request that runs under it does."""
    lock = Use(user_id, "POST", "/api/clients", key, b"").lock_id()
    with create_engine(server.database_url, poolclass=NullPool).connect() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
        yield


def test_100_posts_under_the_key_of_a_running_request_are_refused_at_once(
    server: Server, headers: dict[str, str]
) -> None:
    user_id = server.send("GET", "/api/auth/me", headers=headers).json["data"]["id"]
    keyed = {**headers, "Idempotency-Key": "running"}
    with running_elsewhere(server, user_id, "running"):
        began = time.monotonic()
        replies = at_once(100, lambda _n: server.send("POST", "/api/clients", NEW, headers=keyed))
        assert time.monotonic() - began < 10  # where each waits for a lock it takes six times three seconds
    assert Counter(reply.status for reply in replies) == {409: 100}
    assert {reply.json["code"] for reply in replies} == {"request_in_progress"}
    assert {reply.headers["Retry-After"] for reply in replies} == {"1"}
    assert server.send("POST", "/api/clients", NEW, headers=keyed).status == 201


def test_a_recorded_answer_is_given_though_another_request_is_reading_it(
    server: Server, headers: dict[str, str]
) -> None:
    user_id = server.send("GET", "/api/auth/me", headers=headers).json["data"]["id"]
    keyed = {**headers, "Idempotency-Key": "read"}
    first = server.send("POST", "/api/clients", NEW, headers=keyed)
    with running_elsewhere(server, user_id, "read"):
        assert server.send("POST", "/api/clients", NEW, headers=keyed).body == first.body


def test_50_users_under_one_key_get_50_answers(server: Server, headers: dict[str, str]) -> None:
    admin = server.login("admin", PASSWORD)
    for n in range(8):
        new = {"username": f"u{n}", "email": f"u{n}@example.com", "password": PASSWORD}
        assert server.send("POST", "/api/users", new, headers=admin).status == 201
    sessions = [server.login(f"u{n}", PASSWORD) for n in range(8)]
    keyed = [{**session, "Idempotency-Key": "shared"} for session in sessions]
    bodies = [{**NEW, "name": f"of {n % 8}"} for n in range(48)]
    replies = at_once(48, lambda n: server.send("POST", "/api/clients", bodies[n], headers=keyed[n % 8]))
    for user in range(8):
        assert_done_once(replies[user::8])
    assert [reply.json["data"]["name"] for reply in replies if reply.status == 201] == [
        bodies[n]["name"] for n, reply in enumerate(replies) if reply.status == 201
    ]
