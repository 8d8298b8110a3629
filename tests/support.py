"""Calls of the API in tests: in process, or over HTTP to the production command."""

import contextlib
import http.client
import json as jsonlib
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from app import registry
from app.infra import clock
from app.infra.db import db
from app.infra.owner import owner_session
from app.kernel.identity import Identity
from app.web.auth import access_token
from tests import documented, preloaded
from tests.factories.auth import SessionFactory, UserFactory, hashed

ROOT = Path(__file__).resolve().parents[1]
LEAVE_BOOKS = (
    "SELECT set_config(name, '', true) FROM unnest(ARRAY['app.person', 'app.book_ids', 'app.every_book']) name"
)
ROLES = ("admin", "user", "viewer")
SECRET_KEY = "of the tests, the same for every server of one database"
DATA_KEY = "k1:YSBrZXkgb2YgYm9va3MsIGZvciB0ZXN0cyBhbG9uZSE="
SECRETS_KEY = "YSBrZXkgb2YgdGVzdHMsIGZvciBub3RoaW5nIGVsc2U="


@dataclass
class Reply:
    """A response."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return jsonlib.loads(self.body)


class Caller:
    """Sends requests, asserts the status and returns the JSON; `send` returns the whole response."""

    def __init__(self, client: FlaskClient, headers: Mapping[str, str] | None = None) -> None:
        self.client = client
        self.headers = dict(headers or {})

    def with_headers(self, **headers: str) -> "Caller":
        """Copy of the caller with more headers (underscores stand for dashes)."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return Caller(self.client, {**self.headers, **more})

    def send(self, method: str, path: str, **options: Any) -> Any:
        """Send a request; the response must match the OpenAPI document."""
        headers = {**self.headers, **options.pop("headers", {})}
        leave_books(self.client.application)
        response = self.client.open(path, method=method, headers=headers, **options)
        problem = documented.breach(self.client.application, response)
        assert problem is None, problem
        return response

    def get(self, path: str, expect: int = 200, **query: Any) -> Any:
        return self._expect(self.send("GET", path, query_string=query), expect)

    def post(self, path: str, json: Any = None, expect: int = 201, **headers: str) -> Any:
        return self._expect(self._with_body("POST", path, json, headers), expect)

    def put(self, path: str, json: Any, expect: int = 200, **headers: str) -> Any:
        return self._expect(self._with_body("PUT", path, json, headers), expect)

    def patch(self, path: str, json: Any, expect: int = 200, **headers: str) -> Any:
        return self._expect(self._with_body("PATCH", path, json, headers), expect)

    def delete(self, path: str, expect: int = 200, **headers: str) -> Any:
        return self._expect(self._with_body("DELETE", path, None, headers), expect)

    def _with_body(self, method: str, path: str, json: Any, headers: Mapping[str, str]) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send(method, path, headers=named, **({} if json is None else {"json": json}))

    @staticmethod
    def _expect(response: Any, status: int) -> Any:
        assert response.status_code == status, response.get_data(as_text=True)
        return response.get_json()


def leave_books(app: Flask) -> None:
    """Leave all books, as at the end of a transaction: in a test, which is taken back, all requests are of one."""
    with app.app_context():
        bind = db.engine
    if isinstance(bind, Connection):
        with bind.connection.cursor() as cursor:  # not counted as a statement of the program
            cursor.execute(LEAVE_BOOKS)


def sign_in(caller: Caller, role: str, **values: Any) -> Caller:
    """Caller with a new user of this role, in a session as a login opens it."""
    return signed_in(caller, UserFactory(role=role, **values))


def signed_in(caller: Caller, user: Any) -> Caller:
    """Caller in a new session of the user; a login, with its password and its statements, takes far longer."""
    now = clock.now()
    opened = SessionFactory(user_id=user.id, address="127.0.0.1", created_at=now, expires_at=now + timedelta(days=30))
    with caller.client.application.test_request_context():
        token = access_token(Identity(user.id, opened.sid, user.role, frozenset()))
    return caller.with_headers(Authorization=f"Bearer {token}")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def logs_kept() -> Iterator[logging.Logger]:
    """Restore the program's logger, which every created application configures for the whole process."""
    root = logging.getLogger("app")
    before = root.handlers[:], root.level, root.propagate
    try:
        yield root
    finally:
        root.handlers[:], root.level, root.propagate = before


def until(holds: Callable[[], object], seconds: float = 30) -> None:
    """Wait until the condition holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"it did not come to hold within {seconds} s"
        time.sleep(0.02)


def until_listens(port: int, process: subprocess.Popen[bytes], seconds: float, log: Path | None = None) -> None:
    """Wait until the process listens; if it ends, fail with its log."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        assert process.poll() is None, log.read_text() if log else f"{process.args!r} ended while starting"
        time.sleep(0.02)
    raise AssertionError(f"{process.args!r} does not listen after {seconds} s")


def copied(data: Path, place: Path) -> Path:
    """Copy of a server's data, of the same owner."""
    place.parent.mkdir(exist_ok=True)
    subprocess.run(["cp", "-a", str(data), str(place)], check=True)
    return place


@dataclass
class Server:
    """The production command in a session of its own; it ends by `kill`, at once, unless a test says `stop`."""

    database_url: str
    workers: int = 2
    arguments: tuple[str, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | preloaded.Program | None = None
    log: Path | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.kill()

    @property
    def instance_dir(self) -> Path:
        """Instance folder, deleted with the cluster of this run."""
        return Path(os.environ["FRESCO_TEST_CLUSTER"]) / f"server-{self.port}"

    @property
    def variables(self) -> dict[str, str]:
        settings = {
            "APP_ENV": "testing",
            "SECRET_KEY": SECRET_KEY,
            "SECRETS_KEY": SECRETS_KEY,
            "DATA_KEYS": DATA_KEY,
            "DATABASE_URL": self.database_url,
            "PORT": str(self.port),
            "WEB_CONCURRENCY": str(self.workers),
            "BCRYPT_ROUNDS": "4",
            "SCHEDULER_ENABLED": "false",
            "TASKS_ENABLED": "false",
            "PYTHONWARNINGS": "default",
            "INSTANCE_DIR": os.environ.get("INSTANCE_DIR", str(self.instance_dir)),
        }
        return {**os.environ, **settings, **self.environ}

    def launch(self) -> subprocess.Popen[bytes] | preloaded.Program:
        """Start the server without waiting."""
        command = ["gunicorn", "-c", "gunicorn.conf.py", *self.arguments, "wsgi:app"]
        with Path(os.devnull).open("rb") as nothing, (self.log or Path(os.devnull)).open("ab") as output:
            if preloaded.can_tell(self.environ):
                self.process = preloaded.start(*command, env=self.variables, files=(nothing, output, output))
            else:
                command = [sys.executable, "-m", *command]
                self.process = subprocess.Popen(
                    command, cwd=ROOT, env=self.variables, stdout=output, stderr=output, start_new_session=True
                )
        return self.process

    def start(self) -> None:
        """Start and wait until it is ready."""
        self.launch()
        assert self.process is not None
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                if self.send("GET", "/api/health/ready").status == 200:
                    return
            assert self.process.poll() is None, "the server ended while starting"
            time.sleep(0.05)
        raise AssertionError("the server is not ready after 60 s")

    def stop(self) -> None:
        """Stop the server gracefully, as a deployment does."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """Kill all its processes at once (SIGKILL)."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def flask(self, *arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
        """Run a flask command against the same database."""
        return preloaded.run("flask", *arguments, env=self.variables, said=said)

    def create_users(self, password: str) -> None:
        """Create one user of each role, with the role as name."""
        stored = hashed(password, int(self.variables["BCRYPT_ROUNDS"]))
        rows = [{"role": role, "email": f"{role}@example.com", "hash": stored} for role in ROLES]
        statement = text(
            "INSERT INTO users (username, email, password_hash, role) VALUES (:role, :email, :hash, :role)"
        )
        engine = create_engine(self.database_url, poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(statement, rows)

    def login(self, name: str, password: str) -> dict[str, str]:
        """Log in; returns the headers for further requests."""
        reply = self.send("POST", "/api/auth/login", {"username": name, "password": password})
        assert reply.status == 200, reply.body
        return {"Authorization": f"Bearer {reply.json['access_token']}"}

    def send(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        timeout: float = 30,
    ) -> Reply:
        """Send a request on a new connection."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        body = None if json is None else jsonlib.dumps(json).encode()
        sent = dict(headers or {})
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, f"{path}?{urlencode(query)}" if query else path, body, sent)
            response = connection.getresponse()
            return Reply(response.status, dict(response.headers.items()), response.read())
        finally:
            connection.close()


def violations_in(app: Flask) -> list[str]:
    """Problems of the stored data; `flask verify` compares the schema with the models as well, which takes long."""
    with app.app_context(), owner_session() as session:
        return registry.violations(session)
