"""Suites add fields and claims to accounts, and say whose account is nobody else's."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from flask import Flask
from sqlalchemy import text

from app import create_app, registry
from app.infra.db import db
from app.manifest import Claim
from app.web.openapi import document
from tests.conftest import testing_config as settings_for
from tests.core.identity import households
from tests.factories.auth import PASSWORD, UserFactory
from tests.own_suite import program_with
from tests.support import SECRET_KEY, Caller, logs_kept, sign_in

LOGIN, REGISTER, OWN, ME = "/api/auth/login", "/api/auth/register", "/api/auth/user", "/api/auth/me"
NEW = {"username": "eva.luna", "email": "eva@brisa.example", "password": "una frase bien larga"}
NOTHING = {"preferences": None, "financial_goals_total": None}
"""Fields that suites add to the account of somebody without a book."""


@pytest.fixture(params=[True])
def program(app: Flask, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The program with a suite of households, switched on or off."""
    with program_with(app, monkeypatch, households, on=request.param) as made:
        monkeypatch.setitem(made.config, "REGISTRATION", "open")
        monkeypatch.setitem(made.config, "REGISTRATION_LIMIT", None)
        yield made


@pytest.fixture
def anonymous(program: Flask) -> Caller:
    """Caller without a token."""
    return Caller(program.test_client())


@pytest.fixture
def give_household(program: Flask) -> Callable[[int], None]:
    """Gives a user a household."""

    def give(user_id: int) -> None:
        with program.app_context():
            db.session.execute(text("INSERT INTO households (user_id) VALUES (:user)"), {"user": user_id})
            db.session.commit()

    return give


def login(anonymous: Caller, name: str, password: str = PASSWORD) -> dict[str, Any]:
    answer: dict[str, Any] = anonymous.post(LOGIN, {"username": name, "password": password}, 200)
    return answer


def claims_of(answer: dict[str, Any]) -> dict[str, Any]:
    options = {"verify_aud": False}
    found: dict[str, Any] = jwt.decode(answer["access_token"], SECRET_KEY, algorithms=["HS256"], options=options)
    return found


def test_a_suite_adds_fields_to_login_registration_and_ones_own_account(anonymous: Caller) -> None:
    made = anonymous.post(REGISTER, NEW)
    assert made["household"]["id"] > 0
    assert login(anonymous, NEW["username"], NEW["password"])["household"] == made["household"]
    assert login(anonymous, UserFactory().username)["household"] is None
    own = anonymous.with_headers(Authorization=f"Bearer {made['access_token']}")
    assert own.get(OWN)["data"] == {**own.get(ME)["data"], "size": 1, **NOTHING}


@pytest.mark.parametrize("program", [False], indirect=True)
def test_the_fields_of_a_suite_that_is_switched_off_are_null(anonymous: Caller) -> None:
    made = anonymous.post(REGISTER, NEW)
    assert made["household"] is None
    assert login(anonymous, NEW["username"], NEW["password"])["household"] is None
    own = anonymous.with_headers(Authorization=f"Bearer {made['access_token']}")
    assert own.get(OWN)["data"] == {**own.get(ME)["data"], "size": None, **NOTHING}
    assert not claims_of(made).keys() & {"household", "rooms"}


def test_ones_own_account_is_as_me_says_besides(app: Flask, database: None) -> None:
    user = sign_in(Caller(app.test_client()), "user")
    own = user.get(OWN)["data"]
    assert own == {**user.get(ME)["data"], **{name: own[name] for name in NOTHING}}


def test_a_login_that_waits_for_the_second_factor_has_no_fields_of_suites(program: Flask, anonymous: Caller) -> None:
    user = UserFactory()
    with program.app_context():
        statement = "INSERT INTO second_factors (user_id, secret, confirmed_at) VALUES (:user, :secret, now())"
        secret = program.extensions["sealer"].seal("JBSWY3DPEHPK3PXP")
        db.session.execute(text(statement), {"user": user.id, "secret": secret})
        db.session.commit()
    answer = login(anonymous, user.username)
    assert set(answer) == {"two_factor_required", "two_factor_token", "expires_in"}


def test_the_document_has_the_fields_of_suites(program: Flask) -> None:
    written = document(program, "3.1.0")
    shapes = written["components"]["schemas"]
    assert set(shapes["AddedToRegister"]["properties"]) == {"book", "household"}
    assert shapes["AddedToRegister"]["required"] == ["book", "household"]
    assert shapes["AddedToLogin"].get("required", []) == []
    answer = shapes["RegisterAnswer"]["allOf"]
    assert [part["$ref"].rpartition("/")[2] for part in answer] == ["Tokens", "AddedToRegister"]
    assert "AddedToUser" in str(shapes["OwnAccountAnswer"])
    assert "AddedTo" not in str(document(program, "3.1.0", ("tests.core.identity",))["paths"]["/api/auth/me"])


def test_a_suite_adds_small_claims_and_long_ones_are_left_out(
    anonymous: Caller, give_household: Callable[[int], None]
) -> None:
    user = UserFactory(full_name="498")  # with its quotation marks it has just the length that is allowed
    assert {name: claims_of(login(anonymous, user.username)).get(name) for name in ("household", "rooms")} == {
        "household": None,
        "rooms": "r" * 498,
    }
    assert "household" not in claims_of(login(anonymous, user.username))
    longer = UserFactory(full_name="499")
    give_household(longer.id)
    answer = login(anonymous, longer.username)
    assert claims_of(answer)["household"] == answer["household"]["id"]
    assert "rooms" not in claims_of(answer)
    anonymous.with_headers(Authorization=f"Bearer {answer['access_token']}").get(ME)


@pytest.mark.parametrize("name", ["role", "permissions", "sub", "exp", "sid", "generation", "type"])
def test_no_suite_sets_a_claim_of_the_program(app: Flask, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(registry, "claims", lambda _config: (Claim(name, lambda *_: 1),))
    with logs_kept(), pytest.raises(ValueError, match=name):
        create_app(replace(settings_for(app.config["SQLALCHEMY_DATABASE_URI"])))


@pytest.mark.parametrize("program", [True, False], indirect=True)
@pytest.mark.parametrize("change", [{"password": "another long password"}, {"email": "new@example.com"}])
def test_nobody_else_changes_the_account_of_somebody_who_has_books(
    anonymous: Caller, give_household: Callable[[int], None], change: dict[str, str]
) -> None:
    admin, user = sign_in(anonymous, "admin"), UserFactory(role="person")
    give_household(user.id)
    path = f"/api/users/{user.id}"
    before = admin.get(path)["data"]
    assert admin.put(path, change, 409)["code"] == "owned_account"
    assert admin.delete(f"{path}/2fa", 409)["code"] == "owned_account"
    assert admin.delete(path, 409)["code"] == "has_books"
    assert admin.get(path)["data"] == before
    login(anonymous, user.username)


def test_an_admin_may_deactivate_who_has_books_and_have_a_reset_link_sent(
    program: Flask, anonymous: Caller, give_household: Callable[[int], None]
) -> None:
    admin = sign_in(anonymous, "admin")
    user = UserFactory(role="person", email_verified_at=datetime(2026, 1, 31, tzinfo=UTC))
    give_household(user.id)
    admin.post(f"/api/users/{user.id}/send-reset", expect=202)
    with program.app_context():
        mails = text("SELECT count(*) FROM tasks.procrastinate_jobs WHERE task_name = 'password-reset-mail'")
        assert db.session.scalar(mails) == 1
    admin.put(f"/api/users/{user.id}", {"is_active": False, "email": user.email})
    anonymous.post(LOGIN, {"username": user.username, "password": PASSWORD}, 401)


def test_users_change_their_own_accounts_whatever_they_have(
    anonymous: Caller, give_household: Callable[[int], None]
) -> None:
    admin = sign_in(anonymous, "admin")
    own = admin.get(ME)["data"]
    give_household(own["id"])
    admin.put(f"/api/users/{own['id']}", {"email": "own@example.com"})
    admin.delete(f"/api/users/{own['id']}/2fa")


def test_an_account_without_books_is_changed_and_deleted_as_before(anonymous: Caller) -> None:
    admin, user = sign_in(anonymous, "admin"), UserFactory(role="person")
    admin.put(f"/api/users/{user.id}", {"password": "another long password"})
    admin.delete(f"/api/users/{user.id}/2fa")
    admin.delete(f"/api/users/{user.id}")
