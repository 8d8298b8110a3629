"""A test double of the open-data service: real HTTP, the part of its query language that we use, and failures."""

import json
import re
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

WHERE = re.compile(r"vigenciadesde <= '(\d{4}-\d\d-\d\d)T00:00:00' AND vigenciahasta >= '(\d{4}-\d\d-\d\d)T00:00:00'")
Answer = Callable[["Handler"], None]


def row(first: str, last: str | None = None, value: Any = "4100.50", **other: Any) -> dict[str, Any]:
    """A row of the service: a rate and its first and last day."""
    span = {"vigenciadesde": f"{first}T00:00:00.000", "vigenciahasta": f"{last or first}T00:00:00.000"}
    return {"valor": value, "unidad": "COP", **span, **other}


class Handler(BaseHTTPRequestHandler):
    """Handles a request: with the next scripted response, else with the matching rows."""

    server: "Listener"

    def do_GET(self) -> None:
        service = self.server.service
        query = dict(parse_qsl(urlsplit(self.path).query))
        service.requests.append(query)
        service.on_request()
        answer = service.script.popleft() if service.script else Handler.honest
        answer(self)

    def honest(self) -> None:
        service = self.server.service
        query = service.requests[-1]
        wanted = WHERE.fullmatch(query["$where"])
        assert wanted is not None, query
        assert query["$order"] == "vigenciadesde"
        rows = [
            row
            for row in sorted(service.rows, key=lambda row: row["vigenciadesde"])
            if row["vigenciadesde"][:10] <= wanted[1] and row["vigenciahasta"][:10] >= wanted[2]
        ]
        offset, limit = int(query["$offset"]), min(int(query["$limit"]), service.most)
        self.say(json.dumps(rows[offset : offset + limit]))

    def say(self, body: str | bytes, status: int = 200, mimetype: str = "application/json", **headers: str) -> None:
        raw = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, value in {"Content-Type": mimetype, "Content-Length": str(len(raw)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_arguments: object) -> None:
        """Log nothing."""


class Listener(ThreadingHTTPServer):
    """A threaded server on 127.0.0.1."""

    daemon_threads = True
    block_on_close = False
    service: "TrmServer"


class TrmServer:
    """Serves `rows`, after the responses in `script`."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.script: deque[Answer] = deque()
        self.requests: list[dict[str, str]] = []
        self.most = 10_000
        self.on_request: Callable[[], None] = lambda: None
        self.over = threading.Event()
        self.listener = Listener(("127.0.0.1", 0), Handler)
        self.listener.service = self
        self.url = f"http://127.0.0.1:{self.listener.server_port}/resource/trm.json"

    def __enter__(self) -> Self:
        # A short poll interval, so that the shutdown is quick.
        threading.Thread(target=self.listener.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.over.set()
        self.listener.shutdown()
        self.listener.server_close()


def saying(body: str | bytes, status: int = 200, mimetype: str = "application/json", **headers: str) -> Answer:
    """A scripted response with this body."""
    return lambda handler: handler.say(body, status, mimetype, **headers)


def silent(handler: Handler) -> None:
    """Accept the request and never respond."""
    handler.server.service.over.wait(10)


def dripping(handler: Handler) -> None:
    """Send a byte now and then, each within the timeout, without end."""
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.service.over.wait(0.05):
        try:
            handler.wfile.write(b" ")
        except OSError:
            return


def endless(handler: Handler) -> None:
    """Send data without end, as fast as the client reads."""
    handler.send_response(200)
    handler.end_headers()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            handler.wfile.write(b" " * 65_536)
        except OSError:
            return


def cut_short(handler: Handler) -> None:
    """Send less than Content-Length says."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"[]")


def hanging_up(handler: Handler) -> None:
    """Reset the connection."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
