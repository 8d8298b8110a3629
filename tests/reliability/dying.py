"""Kills writes at every step: `python -m tests.reliability.dying DATABASE_URL FOLDER all|some`.

A process of its own, for it forks: a line of JSON for each crash says what was wrong, if anything.
"""

import json
import os
import sys
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from app import create_app
from app.infra.db import db
from app.web.api import Operation
from tests import factories
from tests.architecture.routes import Route, protected
from tests.conftest import testing_config
from tests.reliability.failpoints import DEAD, KEPT, KEYED, STEPS, is_work
from tests.reliability.stored import more, state
from tests.reliability.writes import Write, write
from tests.statements import counted
from tests.support import Caller, sign_in


@dataclass
class Crashes:
    """Sends writes from processes that are killed, and from others."""

    app: Flask
    looking: Connection
    caller: Caller

    def alone(self) -> None:
        """No connection may cross a fork."""
        with self.app.app_context():
            db.engine.dispose()

    def send(self, method: str, sent: tuple[str, dict[str, Any]], key: str) -> Any:
        headers = {"Idempotency-Key": key} if method == "POST" else {}
        return self.caller.send(method, sent[0], headers=headers, **sent[1])

    def effect(self, one: Write) -> tuple[dict[str, int], bool]:
        """Number of rows of each table that the write creates without a crash; False if it sends no work at all."""
        sent = one.prepare(self.caller)
        before = state(self.looking)
        with counted() as statements:
            answer = self.send(one.method, sent, uuid.uuid4().hex)
        assert answer.status_code < 300, (one.name, answer.get_data(as_text=True))
        return more(before, state(self.looking)), any(map(is_work, statements))

    def problems(self, one: Write, step: str, expected: dict[str, int]) -> list[str]:
        """Messages about wrong data after a crash at that step, and after a repetition of the request."""
        sent, key = one.prepare(self.caller), uuid.uuid4().hex
        before = state(self.looking)
        self.alone()
        child = os.fork()
        if child == 0:
            STEPS[step]()
            self.send(one.method, sent, key)
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != DEAD:
            return ["was never reached"]
        after = state(self.looking)
        found = [] if (after == before) is (step != KEPT) else ["left half of it, or none though it was committed"]
        again = self.send(one.method, sent, key)
        if again.status_code >= 300 and not (step == KEPT and one.method == "DELETE" and again.status_code == 404):
            found.append(f"answers {again.status_code} when it is asked again")
        if one.method == "POST" and (again.headers.get("Idempotent-Replayed") == "true") is not (step == KEPT):
            found.append("is done again under its key, or not done at all")
        if (effect := more(before, state(self.looking))) != expected:
            found.append(f"has the effect {effect} instead of {expected}")
        return found


def main(url: str, folder: str, which: str) -> None:
    """Every write at all its steps, or every sixteenth one at one of them in turn."""
    # The keys of the tests, by which `broken_rules` reads what is encrypted.
    app = create_app(replace(testing_config(url), instance_dir=Path(folder), log_level="ERROR"))
    factories.app = app
    looker = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with looker.connect() as looking:  # the children have it too, but never touch it
        crashes = Crashes(app, looking, sign_in(Caller(app.test_client()), "admin"))
        for number, route in enumerate(writes(app)[:: 1 if which == "all" else 16]):
            one = write(route.method, route.path)
            expected, works = crashes.effect(one)
            steps = [step for step in STEPS if step in crashes_at(route.operation, works=works)]
            for step in steps if which == "all" else steps[number % max(1, len(steps)) :][:1]:
                found = crashes.problems(one, step, expected)
                print(json.dumps({"write": one.name, "step": step, "problems": found}))  # noqa: T201 - for the test


def crashes_at(operation: Operation, *, works: bool) -> set[str]:
    """Steps of a write: a preview does no work; without a key, which some POSTs refuse, a second one is another."""
    return {
        *([KEYED] if operation.keyed else []),
        *(set(STEPS) - {KEYED, KEPT} if works else []),
        *([KEPT] if works and (operation.keyed or operation.method != "POST") else []),
    }


def writes(app: Flask) -> list[Route]:
    """Writing routes, without those of authentication, and of scopes while no suite declares one to change."""
    left_out = ("/api/auth/",) if app.config["CATALOG"].scopes else ("/api/auth/", "/api/users/<id:user_id>/scopes")
    return [route for route in protected(app) if route.method != "GET" and not route.path.startswith(left_out)]


if __name__ == "__main__":
    main(*sys.argv[1:])
