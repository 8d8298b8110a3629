"""Logins and sessions on the production command: in all workers, concurrently, and after a restart."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from tests.conftest import PASSWORD
from tests.factories.auth import hashed
from tests.support import Reply, Server

pytestmark = pytest.mark.server
EVERY_WORKER = 12
"""Number of connections of which each of two workers gets some."""


@pytest.fixture
def rows(server: Server) -> Iterator[Connection]:
    """Connection to the server's database."""
    engine = create_engine(server.database_url, poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


@pytest.fixture
def admin(server: Server) -> dict[str, str]:
    return server.login("admin", PASSWORD)


def make_user(server: Server, admin: dict[str, str], name: str, role: str = "user") -> int:
    body = {"username": name, "email": f"{name}@example.com", "role": role, "password": PASSWORD}
    made = server.send("POST", "/api/users", body, headers=admin)
    assert made.status == 201, made.body
    return int(made.json["data"]["id"])


def open_session(server: Server, name: str) -> tuple[dict[str, str], dict[str, str]]:
    """Headers of the access and of the refresh token."""
    tokens = server.send("POST", "/api/auth/login", {"username": name, "password": PASSWORD}).json
    return tuple({"Authorization": f"Bearer {tokens[kind]}"} for kind in ("access_token", "refresh_token"))  # type: ignore[return-value]


def statuses(server: Server, access: dict[str, str], refresh: dict[str, str]) -> set[int]:
    """Statuses of requests with both tokens, in both workers."""
    found = {server.send("GET", "/api/auth/me", headers=access).status for _ in range(EVERY_WORKER)}
    return found | {server.send("POST", "/api/auth/refresh", headers=refresh).status for _ in range(EVERY_WORKER)}


def at_once(count: int, act: Callable[[int], Reply]) -> list[int]:
    with ThreadPoolExecutor(count) as pool:
        return sorted(reply.status for reply in pool.map(act, range(count)))


def insisting(ask: Callable[[], Reply]) -> Reply:
    """Send the request again while it is 503 busy: the number of waiting logins in a worker is limited."""
    for _ in range(20):
        reply = ask()
        if reply.status != 503:
            break
        assert (reply.json["code"], reply.headers["Retry-After"]) == ("busy", "1")
        time.sleep(0.1)
    return reply


ENDINGS: dict[str, tuple[str, str, dict[str, Any] | None, int]] = {
    # what: (who does it, how, body, how many of three sessions it ends)
    "logout": ("self", "POST /api/auth/logout", None, 1),
    "password": (
        "self",
        "POST /api/auth/change-password",
        {"current_password": PASSWORD, "new_password": "a new and better one"},
        3,
    ),
    "reset": ("admin", "PUT /api/users/{id}", {"password": "set by an admin"}, 3),
    "deactivation": ("admin", "PUT /api/users/{id}", {"is_active": False}, 3),
    "demotion": ("admin", "PUT /api/users/{id}", {"role": "viewer"}, 3),
    "deletion": ("admin", "DELETE /api/users/{id}", None, 3),
}


@pytest.fixture(scope="module")
def ended(server: Server) -> dict[str, list[tuple[dict[str, str], dict[str, str]]]]:
    """Sessions that each way ended, checked at once in both workers."""
    found: dict[str, list[tuple[dict[str, str], dict[str, str]]]] = {}
    admin = server.login("admin", PASSWORD)
    for what, (who, how, body, count) in ENDINGS.items():
        user_id = make_user(server, admin, f"ends-by-{what}")
        sessions = [open_session(server, f"ends-by-{what}") for _ in range(3)]
        assert statuses(server, *sessions[0]) == {200}
        method, address = how.format(id=user_id).split()
        done = server.send(method, address, body, headers=sessions[0][0] if who == "self" else admin)
        assert done.status == 200, done.body
        for session in sessions[count:]:
            assert statuses(server, *session) == {200}, what
        found[what] = sessions[:count]
    return found


@pytest.mark.parametrize("what", ENDINGS)
def test_an_ended_session_is_dead_in_both_workers(server: Server, ended: Any, what: str) -> None:
    for session in ended[what]:
        assert statuses(server, *session) == {401}


def test_ended_sessions_stay_dead_after_a_restart_and_the_others_live(server: Server, ended: Any) -> None:
    living = open_session(server, "viewer")
    server.stop()
    server.start()
    assert {status for sessions in ended.values() for pair in sessions for status in statuses(server, *pair)} == {401}
    assert statuses(server, *living) == {200}


def test_a_changed_role_counts_at_the_next_request(server: Server, admin: dict[str, str], rows: Connection) -> None:
    user_id = make_user(server, admin, "promoted", "admin")
    access, _ = open_session(server, "promoted")
    rows.execute(text("UPDATE users SET role = 'viewer' WHERE id = :id"), {"id": user_id})
    rows.commit()
    assert {server.send("GET", "/api/users", headers=access).status for _ in range(EVERY_WORKER)} == {403}


def wrong(server: Server, name: str, **headers: str) -> Reply:
    return server.send("POST", "/api/auth/login", {"username": name, "password": "wrong"}, headers=headers)


def test_all_workers_count_the_same_failures(server: Server, admin: dict[str, str]) -> None:
    make_user(server, admin, "counted")
    assert [wrong(server, "counted", **{"X-Forwarded-For": f"192.0.2.{n}"}).status for n in range(8)] == [401] * 5 + [
        429
    ] * 3
    assert {wrong(server, "counted").status for _ in range(EVERY_WORKER)} == {429}


def test_of_many_wrong_passwords_at_once_no_more_than_five_are_answered(server: Server, admin: dict[str, str]) -> None:
    make_user(server, admin, "hammered")
    found = Counter(at_once(20, lambda _: insisting(lambda: wrong(server, "hammered"))))
    # Each is stored before it counts the others, and none waits: of those at one moment all may be one too many.
    assert 1 <= found[401] <= 5
    assert found[401] + found[429] == 20


def test_many_right_passwords_at_once_all_log_in(server: Server, admin: dict[str, str]) -> None:
    make_user(server, admin, "popular")
    right = {"username": "popular", "password": PASSWORD}
    assert at_once(20, lambda _: insisting(lambda: server.send("POST", "/api/auth/login", right))) == [200] * 20


def test_guessing_the_current_password_is_limited_like_a_login(server: Server, admin: dict[str, str]) -> None:
    make_user(server, admin, "guessed")
    access, _ = open_session(server, "guessed")
    guess = {"current_password": "not the one", "new_password": "a new and better one"}
    answers = [server.send("POST", "/api/auth/change-password", guess, headers=access) for _ in range(7)]
    assert [answer.status for answer in answers] == [400] * 5 + [429] * 2
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60


def test_a_login_that_meets_a_change_of_password_opens_no_session(
    server: Server, admin: dict[str, str], rows: Connection
) -> None:
    user_id = make_user(server, admin, "crossed")
    rows.execute(
        text("UPDATE users SET password_hash = :hash WHERE id = :id"), {"id": user_id, "hash": hashed("another one")}
    )
    right = {"username": "crossed", "password": PASSWORD}
    with ThreadPoolExecutor(1) as pool:
        login = pool.submit(server.send, "POST", "/api/auth/login", right)
        time.sleep(0.5)  # it has read the old hash, and waits for the row
        rows.commit()
        assert login.result().status == 503
    assert server.send("POST", "/api/auth/login", right).status == 401
    assert rows.scalar(text("SELECT count(*) FROM sessions WHERE user_id = :id"), {"id": user_id}) == 0


def test_two_admins_who_demote_each_other_leave_one(server: Server, admin: dict[str, str], rows: Connection) -> None:
    others = text("UPDATE users SET is_active = NOT is_active WHERE username = 'admin'")
    for attempt in range(5):
        names = [f"left-{attempt}", f"right-{attempt}"]
        ids = [make_user(server, admin, name, "admin") for name in names]
        sessions = [open_session(server, name)[0] for name in names]
        rows.execute(others)
        rows.commit()
        demote = [
            lambda n, ids=ids, sessions=sessions: server.send(
                "PUT", f"/api/users/{ids[1 - n]}", {"role": "user"}, headers=sessions[n]
            )
        ]
        codes = at_once(2, demote[0])
        left = rows.scalars(text("SELECT count(*) FROM users WHERE role = 'admin' AND is_active")).one()
        rows.execute(others)
        rows.execute(text("UPDATE users SET role = 'user' WHERE username = ANY(:names)"), {"names": names})
        rows.commit()
        assert left == 1
        assert codes[0] == 200
        assert codes[1] in {401, 403, 409}  # demoted before the question, or refused as the last one


def test_two_users_of_one_name_at_once_become_one(server: Server, admin: dict[str, str]) -> None:
    def create(number: int) -> Reply:
        email = f"twin{number}@example.com"
        return server.send(
            "POST", "/api/users", {"username": "Twin", "email": email, "password": PASSWORD}, headers=admin
        )

    assert at_once(8, create) == [201] + [409] * 7
