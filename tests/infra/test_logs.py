"""Logs: one JSON object a line in production, readable in development, no secrets and no personal data in either."""

import json
import logging
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from app.infra import logs
from tests.support import SECRETS_KEY, Reply, Server, logs_kept

PASSWORD = "Tr0ub4dor-y-tres"
WRONG_PASSWORD = "S3cr3to-equivocado"
SECRET_KEY = "5b1f0c3ad2e94f7786d0ce1b7f3a9e42"


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    """The program's logger, put back as it was."""
    with logs_kept() as kept:
        yield kept


@pytest.fixture
def written(log: logging.Logger, monkeypatch: pytest.MonkeyPatch) -> Callable[..., StringIO]:
    """Configure the logs as asked, and catch what is written."""

    def configure(*, json_lines: bool, level: str = "INFO") -> StringIO:
        stream = StringIO()
        monkeypatch.setattr(sys, "stderr", stream)
        logs.configure(json_lines=json_lines, level=level)
        return stream

    return configure


def objects(stream: StringIO) -> list[dict[str, Any]]:
    """The lines, each of which must be an object."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_in_production_is_a_json_object(log: logging.Logger, written: Callable[..., StringIO]) -> None:
    stream = written(json_lines=True)
    token = logs.request_id.set("req-1")
    log.getChild("access").info("request", extra={"path": "/api/clients", "status": 200, "user_id": None})
    logs.request_id.reset(token)
    (line,) = objects(stream)
    assert line.pop("at").endswith("Z")
    assert line == {
        "level": "INFO",
        "logger": "app.access",
        "message": "request",
        "request_id": "req-1",
        "path": "/api/clients",
        "status": 200,
        "user_id": None,
    }


DETAILS = {"method": "GET", "path": "/api/clients", "status": 200, "ms": 1.5, "user_id": None}


def test_a_closed_log_costs_no_response(log: logging.Logger, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w", encoding="utf-8") as stream:  # noqa: PTH123 - a descriptor has no path
        monkeypatch.setattr(sys, "stderr", stream)
        logs.configure(json_lines=True, level="INFO")
        log.info("request", extra=DETAILS)
        os.dup2(os.open(os.devnull, os.O_WRONLY), writing)  # so that it can be closed


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\u0085", "\x0b", "\x00"])
def test_an_end_of_line_in_a_value_forges_no_line(
    log: logging.Logger, written: Callable[..., StringIO], end: str
) -> None:
    stream = written(json_lines=True)
    forged = f'ok{end}{{"level": "INFO", "message": "forged"}}'
    log.info("looked for %s", forged, extra={"path": forged})
    assert stream.getvalue().count("\n") == 1
    line = json.loads(stream.getvalue())
    assert (line["message"], line["path"]) == (f"looked for {forged}", forged)


@pytest.mark.parametrize("name", ["at", "level", "logger"])
def test_a_detail_does_not_replace_what_the_log_says_itself(
    log: logging.Logger, written: Callable[..., StringIO], name: str
) -> None:
    stream = written(json_lines=True)
    log.warning("x", extra={name: "forged"})
    assert objects(stream)[0][name] != "forged"


@pytest.mark.parametrize("value", ["\ud800", 2**64, float("nan"), {1: "a"}, {"a"}, object(), b"\xff"])
def test_no_value_costs_the_line(log: logging.Logger, written: Callable[..., StringIO], value: object) -> None:
    stream = written(json_lines=True)
    log.info("odd", extra={"value": value})
    assert [line["message"] for line in objects(stream)] == ["odd"]


def test_a_trace_is_part_of_its_line(log: logging.Logger, written: Callable[..., StringIO]) -> None:
    stream = written(json_lines=True)
    try:
        int("first\nsecond")
    except ValueError:
        log.exception("failed")
    (line,) = objects(stream)
    assert line["trace"].startswith("Traceback")
    assert line["trace"].endswith(r"ValueError: invalid literal for int() with base 10: 'first\nsecond'")


def test_development_is_readable(log: logging.Logger, written: Callable[..., StringIO]) -> None:
    stream = written(json_lines=False)
    token = logs.request_id.set("req-2")
    log.getChild("access").info("request", extra={"status": 200})
    logs.request_id.reset(token)
    assert re.fullmatch(r"\d\d:\d\d:\d\d INFO    app\.access \[req-2\] request status=200\n", stream.getvalue())


@pytest.mark.parametrize("json_lines", [True, False])
def test_every_line_has_a_request_id(log: logging.Logger, written: Callable[..., StringIO], json_lines: bool) -> None:
    stream = written(json_lines=json_lines)
    token = logs.request_id.set("-")  # earlier tests served requests in this thread
    log.getChild("deep.below").info("x")
    logs.request_id.reset(token)
    assert ('"request_id":"-"' if json_lines else "[-]") in stream.getvalue()


def test_configuring_twice_writes_once(log: logging.Logger, written: Callable[..., StringIO]) -> None:
    stream = written(json_lines=True)
    logs.configure(json_lines=True, level="INFO")
    log.info("once")
    assert len(objects(stream)) == 1


def test_records_below_the_level_are_not_written(log: logging.Logger, written: Callable[..., StringIO]) -> None:
    stream = written(json_lines=True, level="WARNING")
    log.info("x")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("json_lines", [True, False])
@pytest.mark.parametrize("wrapped", [False, True])
def test_the_row_that_postgresql_refused_is_not_in_the_trace(
    log: logging.Logger, written: Callable[..., StringIO], cluster: str, json_lines: bool, wrapped: bool
) -> None:
    stream = written(json_lines=json_lines)
    engine = create_engine(cluster, poolclass=NullPool, hide_parameters=True)
    with engine.connect() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE people (hash text, age int CONSTRAINT ck_age CHECK (age > 0))"))
        row = {"hash": "$2b$12$a\nhash", "age": 0}
        try:
            try:
                connection.execute(text("INSERT INTO people VALUES (:hash, :age)"), row)
            except IntegrityError as error:
                if wrapped:
                    raise RuntimeError("saving failed") from error
                raise
        except (IntegrityError, RuntimeError):
            log.exception("refused")
    assert "ck_age" in stream.getvalue()
    assert "$2b$" not in stream.getvalue()
    assert "hash)" not in stream.getvalue().replace("\\n", "\n").split("DETAIL")[1].split("[SQL")[0]


@dataclass
class Session:
    """A production server after some requests: the secrets it got, and its log."""

    lines: list[str]
    replies: dict[str, Reply]
    hidden: dict[str, str] = field(default_factory=dict)

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


@pytest.fixture(scope="module")
def session(server_database: str, tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A little of everything, done to the production command with production's settings."""
    log = Path(tmp_path_factory.mktemp("log")) / "server.log"
    settings = {
        "APP_ENV": "production",
        "SECRET_KEY": SECRET_KEY,
        "BCRYPT_ROUNDS": "12",
        "LOG_LEVEL": "DEBUG",
        "PYTHONWARNINGS": "",
    }
    into_the_file = ("--error-logfile", str(log), "--capture-output")
    with Server(server_database, workers=1, arguments=into_the_file, environ=settings) as server:
        made = server.flask("users", "create", "lucia", "lucia@example.com", "--password-stdin", said=f"{PASSWORD}\n")
        assert made.returncode == 0, made.stderr
        replies = do_a_little_of_everything(server)
        server.stop()  # all that it logs is written
    tokens = replies["login"].json
    hidden = {
        "password": PASSWORD,
        "wrong password": WRONG_PASSWORD,
        "secret key": SECRET_KEY,
        "key of secrets": SECRETS_KEY,
        "access token": tokens["access_token"],
        "signature": tokens["access_token"].rsplit(".", 1)[1],
        "refresh token": tokens["refresh_token"],
        "header": "Bearer",
        "hash": "$2b$",
        "e-mail": "lucia@example.com",
        "unknown user's name": "nadie@example.com",
        "client's name": "Panadería Secreta",
        "client's e-mail": "secreta@example.com",
        "query": "busqueda-secreta",
        "key": "llave-secreta",
    }
    return Session(log.read_text(encoding="utf-8").splitlines(), replies, hidden)


def do_a_little_of_everything(server: Server) -> dict[str, Reply]:
    """Requests that carry secrets in every place where one can be."""
    login = server.send("POST", "/api/auth/login", {"username": "lucia@example.com", "password": PASSWORD})
    token = {"Authorization": f"Bearer {login.json['access_token']}", "Idempotency-Key": "llave-secreta"}
    client = {"name": "Panadería Secreta", "email": "secreta@example.com", "start_date": "2026-01-01"}
    secret = {"q": "busqueda-secreta", "jwt": login.json["access_token"], "password": PASSWORD}
    wrong = {"username": "nadie@example.com", "password": WRONG_PASSWORD}
    return {
        "login": login,
        "failed login": server.send("POST", "/api/auth/login", wrong),
        "malformed login": server.send("POST", "/api/auth/login", {"username": 5, "password": [WRONG_PASSWORD]}),
        "create": server.send("POST", "/api/clients", client, headers=token),
        "validation error": server.send("POST", "/api/clients", {**client, "start_date": PASSWORD}, headers=token),
        "unknown path": server.send("GET", "/api/nothing", headers={**token, "X-Request-ID": "req-404"}, query=secret),
        "unknown parameter": server.send("GET", "/api/clients", headers=token, query=secret),
        "bad token": server.send("GET", "/api/clients", headers={"Authorization": f"Bearer {PASSWORD}"}),
        "search": server.send("GET", "/api/clients", headers=token, query={"q": "busqueda-secreta"}),
        "forged": server.send("GET", "/api/x%0A%7B%22level%22:%22forged%22%7D", headers=token),
    }


def test_the_requests_had_their_intended_effects(session: Session) -> None:
    assert {name: reply.status for name, reply in session.replies.items()} == {
        "login": 200,
        "failed login": 401,
        "malformed login": 400,
        "create": 201,
        "validation error": 422,  # its key was used for another body
        "unknown path": 404,
        "unknown parameter": 400,
        "bad token": 401,
        "search": 200,
        "forged": 404,
    }


def test_no_secret_and_no_personal_data_is_in_the_log_of_production(session: Session) -> None:
    whole = "\n".join(session.lines) + "\n".join(json.dumps(line, ensure_ascii=False) for line in session.objects)
    assert [name for name, value in session.hidden.items() if value in whole] == []


def test_every_line_of_the_program_in_production_is_an_object_with_its_request_id(session: Session) -> None:
    assert all({"at", "level", "logger", "message", "request_id"} <= line.keys() for line in session.objects)
    assert {line["level"] for line in session.objects} <= {"DEBUG", "INFO", "WARNING"}


def test_each_request_has_its_line_under_the_id_it_was_answered_with(session: Session) -> None:
    logged = {line["request_id"]: line for line in session.objects if line["logger"] == "app.access"}
    for reply in session.replies.values():
        assert logged[reply.headers["X-Request-ID"]]["status"] == reply.status
    assert logged["req-404"]["path"] == "/api/nothing"
