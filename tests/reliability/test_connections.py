"""Connections are limited: long waits end with 503, and no failure leaks a connection."""

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import psutil
import pytest
from flask import Flask, request
from marshmallow import Schema, fields
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool, QueuePool

from app import create_app
from app.infra.db import db
from app.web.api import PUBLIC, operation
from app.web.responses import One
from tests import conftest
from tests.reliability.harness import ask, broken_rules
from tests.soak import SOAK, soak_only
from tests.support import Caller, Server

POOL_TIMEOUT = 1
INSERT = text("INSERT INTO parties (name) VALUES ('half')")
_OF_OURS = """
    SELECT count(*) FILTER (WHERE state LIKE 'idle in%'), count(*) FROM pg_stat_activity
    WHERE datname = :name AND application_name = 'control-fresco'
"""

Made = Callable[..., Flask]


@pytest.fixture
def make(server_database: str, logs_as_before: None) -> Iterator[Made]:
    """Makes applications over the module's database; at the end every rule must hold, and nothing be left open."""
    made: list[Flask] = []

    def application(**settings: Any) -> Flask:
        config = replace(conftest.testing_config(server_database), log_level="CRITICAL", **settings)
        made.append(create_app(config))
        return made[-1]

    yield application
    for app in made:
        with app.app_context():
            pool = db.engine.pool
            assert isinstance(pool, QueuePool)
            assert pool.checkedout() == 0
            db.engine.dispose()
    assert broken_rules(server_database) == []


def in_use(url: str) -> tuple[int, int]:
    """The application's connections: those that wait in the middle of a transaction, and all."""
    waiting, every = ask(url, _OF_OURS, name=make_url(url).database)[0]
    return waiting, every


def admin_of(app: Flask, url: str) -> Caller:
    """Calls as an admin."""
    if not ask(url, "SELECT 1 FROM users LIMIT 1"):
        Server(url).create_users(conftest.PASSWORD)
    caller = Caller(app.test_client())
    tokens = caller.post("/api/auth/login", {"username": "admin", "password": conftest.PASSWORD}, expect=200)
    return caller.with_headers(Authorization=f"Bearer {tokens['access_token']}")


def test_requests_without_a_connection_get_503_and_none_is_lost(make: Made, server_database: str) -> None:
    app = make(pool_size=1, pool_timeout_seconds=POOL_TIMEOUT, web_threads=32)  # and one connection more under load
    admin = admin_of(app, server_database)
    path = f"/api/clients/{admin.post('/api/clients', {'name': 'a', 'start_date': '2026-01-01'})['data']['id']}"

    def change(number: int) -> tuple[int, float, Any]:
        began = time.monotonic()
        answer = Caller(app.test_client(), admin.headers).send("PUT", path, json={"name": f"b{number}"})
        return answer.status_code, time.monotonic() - began, answer.headers.get("Retry-After")

    with create_engine(server_database, poolclass=NullPool).connect() as other, ThreadPoolExecutor(12) as pool:
        other.execute(text("SELECT 1 FROM clients FOR UPDATE"))
        answers = [pool.submit(change, number) for number in range(12)]
        time.sleep(POOL_TIMEOUT + 0.7)
        other.rollback()
        found = [answer.result(10) for answer in answers]
    assert Counter(status for status, _, _ in found) == {200: 2, 503: 10}
    assert max(took for status, took, _ in found if status == 503) < POOL_TIMEOUT + 1
    assert {retry for status, _, retry in found if status == 503} == {"2"}
    assert in_use(server_database)[0] == 0
    with ThreadPoolExecutor(2) as pool:
        assert [status for status, _, _ in pool.map(change, range(2))] == [200, 200]


class Exploding(Schema):
    """Fails while it is written."""

    x = fields.Function(lambda _: 1 / 0)


def work() -> None:
    """A transaction that has begun and written."""
    db.session.execute(INSERT)


def fail() -> None:
    work()
    raise ZeroDivisionError


def fail_in_the_database() -> None:
    work()
    db.session.execute(text("SELECT 1 / 0"))


def raising(app: Flask) -> None:
    """Addresses that fail in a view, in the database, while the answer is written, after it, and when all is over."""

    def leave(_error: BaseException | None) -> None:
        if request.path.endswith("/teardown"):
            db.session.execute(INSERT)
            raise ZeroDivisionError

    def after(response: Any) -> Any:
        if request.path.endswith("/after"):
            db.session.execute(INSERT)
            raise ZeroDivisionError
        return response

    app.teardown_request(leave)
    app.after_request(after)
    views: dict[str, tuple[Any, type[Schema]]] = {
        "view": (fail, Schema),
        "database": (fail_in_the_database, Schema),
        "serializer": (work, Exploding),
        "after": (dict, Schema),
        "teardown": (dict, Schema),
    }
    for name, (view, schema) in views.items():

        @operation(PUBLIC, One(schema))
        def post(_resource: None, view: Any = view) -> Any:
            return view() or {}

        app.add_url_rule(f"/api/raising/{name}", name, lambda serve=post: serve(None), methods=["POST"])


PLACES = ["view", "database", "serializer", "after", "teardown", "validation"]


@pytest.mark.parametrize("place", ["view", "database", "serializer"])
def test_writes_of_a_failed_request_are_rolled_back_at_once(make: Made, server_database: str, place: str) -> None:
    app = make()
    raising(app)

    @app.after_request
    def commit(response: Any) -> Any:
        db.session.commit()
        return response

    admin = admin_of(app, server_database)
    assert Caller(app.test_client(), admin.headers).send("POST", f"/api/raising/{place}").status_code == 500
    assert ask(server_database, "SELECT count(*) FROM parties WHERE name = 'half'")[0][0] == 0


@soak_only
def test_requests_that_fail_in_any_layer_keep_no_connection_and_no_memory(
    make: Made, server_database: str, measured: Callable[[str], None]
) -> None:
    app = make()
    raising(app)
    admin = admin_of(app, server_database)

    def fail_at(place: str) -> int:
        caller = Caller(app.test_client(), admin.headers)
        if place == "validation":
            return int(caller.send("POST", "/api/clients", json={}).status_code)
        try:
            return int(caller.send("POST", f"/api/raising/{place}").status_code)
        except ZeroDivisionError:
            return 500  # what the server makes of it

    def round_of(count: int) -> Counter[int]:
        with ThreadPoolExecutor(4) as pool:
            found = [pool.submit(lambda: Counter(fail_at(place) for place in PLACES * (count // 24))) for _ in range(4)]
        return sum((one.result() for one in found), Counter())

    round_of(480 if SOAK else 24)
    _, connections = in_use(server_database)
    gc.collect()
    memory = psutil.Process().memory_info().rss
    count = 9984 if SOAK else 48
    assert round_of(count) == {500: count // 6 * 5, 400: count // 6}
    gc.collect()
    grown = (psutil.Process().memory_info().rss - memory) / 1024 / 1024
    assert in_use(server_database) == (0, connections)
    assert ask(server_database, "SELECT count(*) FROM parties WHERE name = 'half'")[0][0] == 0
    if SOAK:
        assert grown < 20
    measured(f"{count} failing requests: {connections} connections before and after, memory +{grown:.1f} MB")
