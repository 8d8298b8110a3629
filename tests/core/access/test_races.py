"""Two who take the last administrators away at once: the second waits for the first, and is refused."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import text

from app import create_app
from app.core.access.service import RoleService
from app.core.identity.service import UserService
from app.infra.context import Context, make_context
from app.infra.db import db, transaction
from app.kernel.errors import Conflict
from tests.access import ROLE_PERMISSIONS
from tests.conftest import testing_config as settings
from tests.support import logs_kept

Act = Callable[[Context], object]
ADA, BOSS = 1001, 1002
"""The role admin, and one that somebody made with the same permissions."""

ACTS: dict[str, tuple[Act, Act]] = {
    "demoted": (
        lambda context: UserService(context).update(ADA, role="user"),
        lambda context: UserService(context).update(BOSS, role="user"),
    ),
    "deactivated": (
        lambda context: UserService(context).update(ADA, is_active=False),
        lambda context: UserService(context).update(BOSS, is_active=False),
    ),
    "deleted": (
        lambda context: UserService(context).delete(ADA),
        lambda context: UserService(context).delete(BOSS),
    ),
    "a role narrowed": (
        lambda context: UserService(context).delete(ADA),
        lambda context: RoleService(context).update("boss", permissions=["users:write"]),
    ),
}


@pytest.fixture(scope="module")
def program(server_database: str) -> Iterator[Flask]:
    """The program over a database of its own."""
    with logs_kept():
        made = create_app(settings(server_database))
        yield made
        with made.app_context():
            db.engine.dispose()


@pytest.fixture(autouse=True)
def both(program: Flask) -> None:
    """An administrator by each role, and nobody else."""
    user = text(
        "INSERT INTO users (id, username, email, password_hash, role) OVERRIDING SYSTEM VALUE"
        " VALUES (:id, :role, :role || '@example.com', 'x', :role)"
    )
    with program.app_context(), transaction(request_id="tests") as session:
        session.execute(text("DELETE FROM users"))
        session.execute(text("DELETE FROM roles WHERE NOT built_in"))
        permissions = sorted(ROLE_PERMISSIONS["admin"])
        RoleService(make_context(session)).create(code="boss", name="Jefe", permissions=permissions)
        for user_id, role in ((ADA, "admin"), (BOSS, "boss")):
            session.execute(user, {"id": user_id, "role": role})


@pytest.mark.parametrize("order", [1, -1], ids=["admin first", "boss first"])
@pytest.mark.parametrize("acts", ACTS)
def test_one_of_two_stays_an_administrator(program: Flask, acts: str, order: int) -> None:
    first, second = ACTS[acts][::order]
    done, done_too, commit = threading.Event(), threading.Event(), threading.Event()

    def begin(act: Act, acted: threading.Event) -> None:
        with program.app_context(), transaction(request_id="tests") as session:
            act(make_context(session))
            acted.set()
            assert commit.wait(30)

    with ThreadPoolExecutor(2) as pool:
        leaving = pool.submit(begin, first, done)
        assert done.wait(30)
        waiting = pool.submit(begin, second, done_too)
        try:
            assert not done_too.wait(1), "it does not wait for the first"
        finally:
            commit.set()
        leaving.result(30)
        with pytest.raises(Conflict) as refused:
            waiting.result(30)
    assert refused.value.code == "last_admin"
