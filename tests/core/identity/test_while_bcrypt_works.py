"""While bcrypt works, no connection is held and nothing is locked; its attempts are counted."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import bcrypt
import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from app import create_app
from app.core.identity.rules import Purpose
from app.core.identity.service import UserService
from app.core.identity.service.mailed import MailedTokens
from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db, transaction
from app.infra.passwords import PasswordHasher
from tests.conftest import PASSWORD
from tests.conftest import testing_config as settings
from tests.factories.auth import hashed
from tests.support import ROLES, Caller, logs_kept

LOGIN, CHANGE = "/api/auth/login", "/api/auth/change-password"
NEW = "a new and better one"


@pytest.fixture(scope="module")
def program(server_database: str) -> Iterator[Flask]:
    """The program over a database of its own, with a pool as in production."""
    with logs_kept():
        made = create_app(settings(server_database))
        with made.app_context(), transaction(request_id="tests") as session:
            service = UserService(make_context(session))
            for role in ROLES:
                service.create(username=role, email=f"{role}@example.com", role=role, password=PASSWORD)
        yield made
        with made.app_context():
            db.engine.dispose()


@pytest.fixture
def held(program: Flask, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Numbers of connections that were checked out at each call of bcrypt."""
    found: list[int] = []
    with program.app_context():
        pool: Any = db.engine.pool

    def watched(work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: bytes) -> Any:
            found.append(pool.checkedout())
            return work(*given)

        return run

    for name in ("checkpw", "hashpw"):
        monkeypatch.setattr(bcrypt, name, watched(getattr(bcrypt, name)))
    return found


def sign_in(program: Flask, name: str, password: str = PASSWORD) -> Caller:
    caller = Caller(program.test_client())
    tokens = caller.post(LOGIN, {"username": name, "password": password}, 200)
    return caller.with_headers(Authorization=f"Bearer {tokens['access_token']}")


def test_at_a_login(program: Flask, held: list[int]) -> None:
    sign_in(program, "user")
    Caller(program.test_client()).post(LOGIN, {"username": "user", "password": "wrong password"}, 401)
    Caller(program.test_client()).post(LOGIN, {"username": "nobody", "password": PASSWORD}, 401)
    assert held == [0, 0, 0]


def test_at_a_login_that_makes_the_hash_anew(program: Flask, held: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(program.extensions, "passwords", PasswordHasher(5))
    sign_in(program, "viewer")
    assert held == [0, 0]


def test_at_a_change_of_a_password(program: Flask, held: list[int]) -> None:
    caller = sign_in(program, "user")
    held.clear()
    caller.post(CHANGE, {"current_password": "wrong password", "new_password": NEW}, 400)
    caller.post(CHANGE, {"current_password": PASSWORD, "new_password": PASSWORD}, 400)
    caller.post(CHANGE, {"current_password": PASSWORD, "new_password": NEW}, 200)
    assert held == [0, 0, 0, 0]
    sign_in(program, "user", NEW).post(CHANGE, {"current_password": NEW, "new_password": PASSWORD}, 200)


def test_at_making_and_changing_a_user(program: Flask, held: list[int]) -> None:
    caller = sign_in(program, "admin")
    held.clear()
    made = caller.post("/api/users", {"username": "new", "email": "new@example.com", "password": PASSWORD})["data"]
    caller.put(f"/api/users/{made['id']}", {"password": NEW, "role": "viewer"})
    assert held == [0, 0]
    sign_in(program, "new", NEW).get("/api/auth/me")


@pytest.fixture(autouse=True)
def nobody_tried(program: Flask) -> Iterator[None]:
    """A minute that lasts as long as the test, and in which nothing happened yet."""
    with program.app_context(), db.engine.begin() as connection:
        connection.execute(text("DELETE FROM login_attempts"))
    with clock.frozen(datetime.now(UTC)):
        yield


def test_a_right_password_that_changes_nothing_counts_as_a_try(program: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(program.config, "LOGIN_TRIES_PER_MINUTE", 4)
    caller = sign_in(program, "user")
    for _ in range(3):
        caller.post(CHANGE, {"current_password": PASSWORD, "new_password": PASSWORD}, 400)
    for new in (PASSWORD, NEW):
        caller.post(CHANGE, {"current_password": PASSWORD, "new_password": new}, 429)


def test_guesses_at_a_change_count_against_logins(program: Flask) -> None:
    caller = sign_in(program, "user")
    for _ in range(5):
        caller.post(CHANGE, {"current_password": "not the one", "new_password": NEW}, 400)
    Caller(program.test_client()).post(LOGIN, {"username": "user", "password": PASSWORD}, 429)


def test_earlier_writes_of_the_same_transaction_stay(program: Flask) -> None:
    with program.app_context(), transaction(request_id="tests") as session:
        service = UserService(make_context(session))
        for name in ("one", "two"):
            service.create(username=name, email=f"{name}@example.com", role="user", password=PASSWORD)
    for name in ("one", "two"):
        sign_in(program, name)


WHILE_HASHING = {
    "another password": (
        "UPDATE users SET password_hash = :hash WHERE username = 'user'",
        (503, "busy", "The password was changed concurrently; try again."),
    ),
    "deactivation": (
        "UPDATE users SET is_active = false WHERE username = 'user'",
        (401, "session_over", "The session is over; log in again."),
    ),
}


@pytest.mark.parametrize("what", WHILE_HASHING)
def test_changes_while_bcrypt_works_are_not_overwritten(
    program: Flask, server_database: str, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """The concurrent change does not wait, as nothing is locked."""
    statement, expected = WHILE_HASHING[what]
    caller, make = sign_in(program, "user"), bcrypt.hashpw
    other, before = hashed("set by somebody else"), hashed(PASSWORD)
    engine = create_engine(server_database, poolclass=NullPool)

    def change(*given: bytes) -> bytes:
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '1s'"))
            connection.execute(text(statement), {"hash": other} if ":hash" in statement else {})
        return make(*given)

    monkeypatch.setattr(bcrypt, "hashpw", change)
    refused = caller.send("POST", CHANGE, json={"current_password": PASSWORD, "new_password": NEW})
    assert (refused.status_code, refused.json["code"], refused.json["detail"]) == expected
    assert refused.headers.get("Retry-After") == ("1" if what == "another password" else None)
    with engine.begin() as connection:
        stored = connection.scalar(text("SELECT password_hash FROM users WHERE username = 'user'"))
        restored = {"hash": before}
        connection.execute(
            text("UPDATE users SET is_active = true, password_hash = :hash WHERE username = 'user'"), restored
        )
    assert bcrypt.checkpw(b"set by somebody else" if what == "another password" else PASSWORD.encode(), stored.encode())


@pytest.fixture
def elsewhere(server_database: str) -> Iterator[Connection]:
    """Another connection, whose locks last as long as the test."""
    engine = create_engine(server_database, poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


@pytest.mark.parametrize("rounds", [4, 5], ids=["hash kept", "hash made anew"])
@pytest.mark.parametrize("what", WHILE_HASHING)
def test_a_login_opens_no_session_of_an_account_that_changed_while_bcrypt_worked(
    program: Flask, elsewhere: Connection, monkeypatch: pytest.MonkeyPatch, what: str, rounds: int
) -> None:
    caller, check = Caller(program.test_client()), bcrypt.checkpw
    values = {"hash": hashed("set by somebody else"), "before": hashed(PASSWORD)}
    elsewhere.execute(text("UPDATE users SET password_hash = :before WHERE username = 'user'"), values)
    elsewhere.commit()
    opened = text("SELECT count(*) FROM sessions")
    before = elsewhere.scalar(opened)

    def change(*given: bytes) -> bool:
        elsewhere.execute(text(WHILE_HASHING[what][0]), values)
        elsewhere.commit()
        return check(*given)

    monkeypatch.setattr(bcrypt, "checkpw", change)
    monkeypatch.setitem(program.extensions, "passwords", PasswordHasher(rounds))
    refused = caller.post(LOGIN, {"username": "user", "password": PASSWORD}, 503)
    after = elsewhere.scalar(opened)
    restore = "UPDATE users SET is_active = true, password_hash = :before WHERE username = 'user'"
    elsewhere.execute(text(restore), values)
    elsewhere.commit()
    assert (refused["code"], after) == ("busy", before)


def test_a_login_waits_for_no_other_of_the_same_user(program: Flask, elsewhere: Connection) -> None:
    elsewhere.execute(text("SELECT FROM users WHERE username = 'user' FOR SHARE"))
    sign_in(program, "user")


def test_a_login_that_ends_old_sessions_waits_for_no_other_that_does(program: Flask, elsewhere: Connection) -> None:
    old = text(
        "INSERT INTO sessions (user_id, address, created_at, expires_at, last_used_at)"
        " SELECT id, 'old', now() - interval '1 day', now() + interval '1 day', now() - interval '1 day'"
        " FROM users, generate_series(1, 52) WHERE username = 'viewer'"
    )
    with program.app_context(), db.engine.begin() as connection:
        connection.execute(old)
    elsewhere.execute(text("SELECT FROM sessions WHERE address = 'old' FOR UPDATE"))
    sign_in(program, "viewer")


def test_at_a_reset(program: Flask, held: list[int]) -> None:
    with program.app_context(), transaction(request_id="tests") as session:
        context = make_context(session)
        user = UserService(context).create(username="ana", email="ana@example.com", password=PASSWORD)
        token = MailedTokens(context, Purpose.RESET).make(user.email, user.id).token
    held.clear()
    body = {"token": token, "new_password": NEW}
    Caller(program.test_client()).post("/api/auth/reset-password", body, 200)
    Caller(program.test_client()).post("/api/auth/reset-password", body, 400)
    assert held == [0], "a token that is no good costs no hash"


def test_at_a_registration(program: Flask, held: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(program.config, "REGISTRATION", "open")
    body = {"username": "eva", "email": "eva@example.com", "password": PASSWORD}
    Caller(program.test_client()).post("/api/auth/register", body, 201)
    assert held == [0]
