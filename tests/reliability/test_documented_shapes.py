"""Every response has a documented schema and is never a 5xx, whatever the request.

Schemathesis makes the requests from the document itself: valid ones, ones that break a single rule, methods that do
not exist, missing tokens, and sequences in which what one answer named is changed, deleted and read again.
FRESCO_SOAK=1 sends more than 10,000 of them, to all operations; a daily run sends some to a hand of operations.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import engine
from schemathesis.engine import Status, events
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests import documented
from tests.conftest import PASSWORD
from tests.factories.auth import hashed
from tests.soak import SOAK
from tests.support import Caller, Server

pytestmark = pytest.mark.long

SEED = 20260131
HAND = r"/api/clients(/\{client_id\})?$"
"""The addresses of a daily run, which has no time for all."""
RUNS = [("fuzzing", "admin", 2, 10), ("stateful", "admin", 3, 10)]
"""Phase, role, how many examples of each operation (stateful: sequences), and how many requests that is at least."""
if SOAK:
    RUNS = [
        ("coverage", "admin", 1, 6000),
        ("fuzzing", "admin", 30, 2200),
        ("fuzzing", "user", 15, 1000),
        ("stateful", "admin", 150, 500),
    ]  # more than 10,000 in all, most of them in the first


@pytest.fixture(scope="module")
def server(server_database: str) -> Iterator[Server]:
    """The production command; logging in wrongly a hundred times is what it is here for."""
    limits = ("LOGIN_TRIES", "LOGIN_FAILURES", "ACCOUNT_FAILURES", "ADDRESS_FAILURES")
    environ = {**{f"{limit}_PER_MINUTE": "10000" for limit in limits}, "METRICS_TOKEN": "for-nobody"}
    with Server(server_database, environ=environ) as running:
        yield running


class Session:
    """The token of a user, and another's once a request has ended the session or changed the password."""

    server: Server
    role: str
    token = ""

    @classmethod
    def renew(cls) -> None:
        name = f"{cls.role}-{uuid.uuid4().hex}"
        values = {"name": name, "email": f"{name}@example.com", "hash": hashed(PASSWORD), "role": cls.role}
        insert = "INSERT INTO users (username, email, password_hash, role) VALUES (:name, :email, :hash, :role)"
        engine = create_engine(cls.server.database_url, poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text(insert), values)
        cls.token = cls.server.login(name, PASSWORD)["Authorization"]

    def get(self, _case: Any, _context: Any) -> str:
        return self.token

    def set(self, case: Any, token: str, _context: Any) -> None:
        case.headers = {**(case.headers or {}), "Authorization": token}


@dataclass
class Outcome:
    """Outcome of a run."""

    sent: int = 0
    operations: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)

    def add(self, event: Any) -> None:
        if isinstance(event, events.NonFatalError | events.FatalError):
            self.failures.append(repr(getattr(event, "value", None) or getattr(event, "exception", None)))
        elif isinstance(event, events.ScenarioFinished):
            self.sent += len(event.recorder.interactions)
            self.operations |= {node.value.operation.label for node in event.recorder.cases.values()}
            self.failures += failures(event.recorder)


def failures(recorder: Any) -> Iterator[str]:
    """A violation, and the request that reproduces it."""
    for case_id, checks in recorder.checks.items():
        for check in (check for check in checks if check.status == Status.FAILURE):
            request = recorder.interactions[case_id].request
            failure = check.failure_info.failure
            yield f"{request.method} {request.uri} {request.body!r}: {failure.title} {failure.message}"[:1000]


def settings(phase: str, examples: int) -> schemathesis.Config:
    return schemathesis.Config.from_dict(
        {
            "seed": SEED,
            "cache": {"enabled": False},  # what one run learned must not change the next
            "continue-on-failure": True,
            "phases": {name: {"enabled": name == phase} for name in ("examples", "coverage", "fuzzing", "stateful")},
            "generation": {"mode": "all", "max-examples": examples, "no-shrink": True, "deterministic": True},
            "suppress-health-check": ["all"],
            "checks": {
                # The document can't say that a plan must be whole, or that a file has no pages.
                "positive_data_acceptance": {"enabled": False},
                # The usual statuses of a refusal, and: a condition that no version meets, a body that is too large.
                "negative_data_rejection": {
                    "expected-statuses": [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429]
                },
            },
        }
    )


def run(server: Server, phase: str, role: str, examples: int) -> Outcome:
    """Run Schemathesis in this phase and collect its findings."""
    config = settings(phase, examples)
    schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{server.port}/api/openapi.json", config=config)
    if not SOAK:
        schema = schema.include(path_regex=HAND)
    session = type("OwnSession", (Session,), {"server": server, "role": role})  # it wants a class, and makes one of it
    session.renew()
    schema.auth(refresh_interval=None)(session)

    @schema.hook
    def after_call(_context: Any, _case: Any, response: Any) -> None:
        if response.status_code == 401 and response.request.headers.get("Authorization") == session.token:
            session.renew()

    outcome = Outcome()
    for event in engine.from_schema(schema).execute():
        outcome.add(event)
    return outcome


@pytest.mark.server
@pytest.mark.parametrize(("phase", "role", "examples", "at_least"), RUNS)
def test_no_request_is_answered_otherwise_than_documented(
    server: Server, measured: Callable[[str], None], phase: str, role: str, examples: int, at_least: int
) -> None:
    outcome = run(server, phase, role, examples)
    assert outcome.failures == []
    measured(f"{phase} as {role}: {outcome.sent} requests of {len(outcome.operations)} operations, 0 breaches")
    assert outcome.sent >= at_least


# The rule by which every other test's answers are judged too (tests/support.py)


def swapped(part: Any, word: str, other: str) -> Any:
    """The document with one word changed everywhere."""
    return json.loads(json.dumps(part).replace(f'"{word}"', f'"{other}"'))


@pytest.mark.parametrize(
    ("word", "other", "complaint"),
    [
        ("200", "299", "which is not documented"),
        ("application/json", "text/html", "as application/json, which is not documented"),
        ("pages", "sheets", "is a required property"),
    ],
    ids=["status", "media type", "shape"],
)
def test_an_answer_that_is_not_documented_fails_the_test_that_got_it(
    admin: Caller, monkeypatch: pytest.MonkeyPatch, word: str, other: str, complaint: str
) -> None:
    assert admin.get("/api/clients")["data"] == []
    documented.validator.cache_clear()
    monkeypatch.setattr(documented, "written", swapped(documented.written, word, other))
    with pytest.raises(AssertionError, match=complaint):
        admin.get("/api/clients")
    documented.validator.cache_clear()


# The document itself


@pytest.fixture(scope="module")
def openapi(app: Flask) -> dict[str, Any]:
    """The served document."""
    return dict(app.test_client().get("/api/openapi.json").json or {})


def test_the_document_is_openapi(openapi: dict[str, Any]) -> None:
    assert list(OpenAPIV31SpecValidator(openapi).iter_errors()) == []


def shapes(openapi: dict[str, Any], part: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema in a part of the document and in what it refers to, with where it stands."""
    if isinstance(part, dict):
        if isinstance(part.get("type"), str | list):
            yield place, part
        if "$ref" in part:
            name = part["$ref"].rpartition("/")[2]
            yield from shapes(openapi, openapi["components"]["schemas"][name], name)
        for name, inner in part.items():
            yield from shapes(openapi, inner, f"{place}/{name}")
    elif isinstance(part, list):
        for number, inner in enumerate(part):
            yield from shapes(openapi, inner, f"{place}/{number}")


def coming_in(openapi: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Schemas of all inputs."""
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            sent = [operation["parameters"], operation.get("requestBody")]
            yield from shapes(openapi, sent, f"{method} {path}")


def test_every_text_and_number_that_comes_in_has_a_limit(openapi: dict[str, Any]) -> None:
    def unlimited(shape: dict[str, Any]) -> bool:
        kinds = shape["type"] if isinstance(shape["type"], list) else [str(shape["type"])]
        if "string" in kinds:
            return not shape.keys() & {"maxLength", "enum", "const", "format", "pattern"}
        return bool({"integer", "number"} & set(kinds)) and "maximum" not in shape and shape.get("format") != "int64"

    assert {place for place, shape in coming_in(openapi) if unlimited(shape)} == set()
