"""Refusals by gunicorn itself, and headers it ignores: raw bytes sent to the production command."""

import json
import re
import socket
import time
from contextlib import ExitStack, closing, suppress
from typing import Any

import pytest

from tests.support import Server

pytestmark = pytest.mark.server
LIVE = "GET /api/health/live HTTP/1.1\r\nHost: fresco\r\nConnection: close\r\n"
CHUNKED = (
    "POST /api/{} HTTP/1.1\r\nHost: fresco\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
)
MEMBERS = {"type", "title", "status", "detail", "code", "errors", "request_id"}


def everything(server: Server, sent: str) -> bytes:
    """All bytes that the server sends until it closes the connection."""
    received = b""
    with closing(socket.create_connection(("127.0.0.1", server.port), 5)) as connection:
        connection.settimeout(5)
        with suppress(OSError):
            connection.sendall(sent.encode("latin-1"))
            while chunk := connection.recv(65536):
                received += chunk
    return received


def exchange(server: Server, sent: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the one answer to these bytes."""
    received = everything(server, sent)
    assert len(re.findall(rb"HTTP/1\.1 \d{3} ", received)) == 1, received
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    return int(first.split(" ")[1]), dict(line.split(": ", 1) for line in lines), body


REFUSED = {
    "a long address": (f"GET /{'x' * 9000} HTTP/1.1\r\nHost: fresco\r\n\r\n", 414, "uri_too_long"),
    "a very long address": (f"GET /{'x' * 900_000} HTTP/1.1\r\nHost: fresco\r\n\r\n", 414, "uri_too_long"),
    "a large header": (f"{LIVE}X: {'x' * 9000}\r\n\r\n", 431, "request_header_fields_too_large"),
    "many headers": (LIVE + "Y: 1\r\n" * 200 + "\r\n", 431, "request_header_fields_too_large"),
    "no HTTP": ("hello\r\n\r\n", 400, "bad_request"),
    "another version": ("GET / HTTP/9.9\r\nHost: fresco\r\n\r\n", 400, "bad_request"),
    "markup in the method": ("<b> / HTTP/1.1\r\nHost: fresco\r\n\r\n", 400, "bad_request"),
    "a bad header": (f"{LIVE}no colon\r\n\r\n", 400, "bad_request"),
    "two lengths": (f"{LIVE}Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, "bad_request"),
    "an unknown expectation": (f"{LIVE}Expect: tea\r\n\r\n", 417, "expectation_failed"),
    "an unknown coding": (f"{LIVE}Transfer-Encoding: tea\r\n\r\n", 501, "not_implemented"),
    "a bad chunk": (f"{CHUNKED.format('auth/login')}zz\r\n{{}}\r\n0\r\n\r\n", 400, "bad_request"),
    "a bad chunk in a body that nobody reads": (f"{CHUNKED.format('clients')}zz\r\n", 401, "token_invalid"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_refusals_by_gunicorn_are_problems_too(server: Server, kind: str) -> None:
    sent, status, code = REFUSED[kind]
    found, headers, body = exchange(server, sent)
    problem: dict[str, Any] = json.loads(body)
    assert (found, problem["status"], problem["code"]) == (status, status, code)
    assert (set(problem), headers["Content-Type"]) == (MEMBERS, "application/problem+json")
    assert problem["request_id"] == headers["X-Request-ID"]
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")


def test_no_answer_names_gunicorn(server: Server) -> None:
    for sent in (f"{LIVE}\r\n", "hello\r\n\r\n"):
        _, headers, body = exchange(server, sent)
        assert "gunicorn" not in f"{headers} {body!r}".lower()


@pytest.mark.parametrize("header", ["SCRIPT_NAME: /api", "PATH_INFO: /api/docs", "SCRIPT_NAME: /other"])
def test_no_header_changes_the_address(server: Server, header: str) -> None:
    status, _, body = exchange(server, f"{LIVE}{header}\r\n\r\n")
    assert (status, json.loads(body)) == (200, {"data": {"status": "live"}})


@pytest.mark.parametrize(
    "headers",
    [
        "X-Forwarded-Proto: https\r\nX-Forwarded-Ssl: off\r\n",
        "X-Forwarded-Protocol: ssl\r\nX-Forwarded-Proto: http\r\n",
    ],
)
def test_headers_about_the_scheme_are_not_even_compared(server: Server, headers: str) -> None:
    assert exchange(server, f"{LIVE}{headers}\r\n")[0] == 200


def test_a_client_that_never_closes_its_connection_keeps_nobody_waiting(server_database: str) -> None:
    with ExitStack() as held, Server(server_database, workers=1) as running:
        for _ in range(5):
            client = held.enter_context(closing(socket.create_connection(("127.0.0.1", running.port), 5)))
            client.sendall(f"{LIVE}\r\n".encode())
            assert client.recv(65536).startswith(b"HTTP/1.1 200")
        began = time.monotonic()
        assert running.send("GET", "/api/health/live").status == 200
        assert time.monotonic() - began < 1
