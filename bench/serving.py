"""The program and its floor, each behind gunicorn as in production."""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from bench.processes import family
from bench.requests import LOGIN

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = ("-c", "gunicorn.conf.py", "wsgi:app")
FLOOR = ("-c", "bench/floor/gunicorn_conf.py", "bench.floor.wsgi:app")
_SECRET = "only-for-the-benchmark-and-as-long-as-production-wants"  # noqa: S105 - of no server that lives longer
_SECRETS_KEY = "YSBrZXkgb2YgYmVuY2htYXJrcyBhbmQgbm90aGluZyE="
_PATIENCE = 30


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Served:
    """A gunicorn with its workers; it logs to a file in the folder."""

    arguments: tuple[str, ...]
    database_url: str
    folder: Path
    workers: int = 2
    port: int = field(default_factory=_free_port)
    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Address of the server."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Process id of gunicorn's master."""
        return self.process.pid

    def __enter__(self) -> Self:
        settings = {
            "APP_ENV": "production",
            "SECRET_KEY": _SECRET,
            "SECRETS_KEY": _SECRETS_KEY,
            "DATA_KEYS": f"k1:{_SECRETS_KEY}",
            "DATABASE_URL": self.database_url,
            "PORT": str(self.port),
            "WEB_CONCURRENCY": str(self.workers),
            "INSTANCE_DIR": str(self.folder),
            "SCHEDULER_ENABLED": "false",  # jobs would change the measurements
            "TASKS_ENABLED": "false",
            "ACCESS_TOKEN_MINUTES": "120",
            "LOGIN_TRIES_PER_MINUTE": "100000",  # all logins come from one address
            **self.environ,
        }
        # A worker that is replaced after its 20,000 requests would be measured too.
        command = [sys.executable, "-m", "gunicorn", "--max-requests", "0", *self.arguments]
        self.log = (self.folder / f"gunicorn-{self.port}.log").open("ab")
        self.process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **settings}, stdout=self.log, stderr=self.log
        )
        self._wait()
        return self

    def __exit__(self, *_exception: object) -> None:
        for one in family(self.pid):
            one.kill()  # its remaining work is not needed, and may take minutes after a flood
        self.process.wait()
        self.log.close()

    def log_in(self) -> dict[str, str]:
        """Headers of a session."""
        reply = self.send("POST", "/api/auth/login", LOGIN)
        return {"Authorization": f"Bearer {json.loads(reply)['access_token']}"}

    def send(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> bytes:
        """Body of a response that must be successful."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        with contextlib.closing(connection):
            sent = {"Content-Type": "application/json", **(headers or {})}
            connection.request(method, path, None if body is None else json.dumps(body), sent)
            response = connection.getresponse()
            content = response.read()
        if response.status >= 300:
            raise SystemExit(f"{method} {path}: {response.status} {content!r}")
        return content

    def _wait(self) -> None:
        """Wait until the server responds, even with an error."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as probe:
                probe.settimeout(_PATIENCE)
                probe.sendall(b"GET /api/health/live HTTP/1.0\r\n\r\n")
                if probe.recv(4).startswith(b"HTTP"):
                    return
            time.sleep(0.05)
        raise SystemExit(f"{' '.join(self.arguments)} does not answer; see {self.log.name}")
