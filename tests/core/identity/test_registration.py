"""Registration: by policy, limited, and never more than a person's account."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from app.infra import clock
from app.infra.db import db
from tests.factories.auth import UserFactory
from tests.mailbox import Mailbox
from tests.support import Caller

REGISTER, INVITE = "/api/auth/register", "/api/auth/invitations"
NEW = {"username": "eva.luna", "email": "eva@brisa.example", "password": "una frase bien larga"}


@pytest.fixture
def mailbox(app: Flask, database: None) -> Mailbox:
    return Mailbox(app)


@pytest.fixture(params=["open"])
def policy(app: Flask, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setitem(app.config, "REGISTRATION", request.param)
    monkeypatch.setitem(app.config, "REGISTRATION_LIMIT", None)
    return str(request.param)


def test_a_registration_opens_a_session_of_a_person(policy: str, anonymous: Caller) -> None:
    made = anonymous.post(REGISTER, NEW)
    assert made["user"]["role"] == "person"
    assert made["user"]["email_verified_at"] is None
    assert set(made) >= {"access_token", "refresh_token", "device_token", "user"}
    own = anonymous.with_headers(Authorization=f"Bearer {made['access_token']}")
    assert own.get("/api/auth/me")["data"]["username"] == "eva.luna"
    own.get("/api/clients", 403)
    anonymous.post("/api/auth/login", {"username": NEW["email"], "password": NEW["password"]}, 200)


def test_by_default_nobody_registers(app: Flask, anonymous: Caller) -> None:
    assert anonymous.post(REGISTER, NEW, 403)["code"] == "registration_closed"
    assert anonymous.post(REGISTER, {"username": 1}, 403)["code"] == "registration_closed"
    assert anonymous.get("/api/meta")["data"]["registration"] == "closed"


@pytest.mark.parametrize("policy", ["invite", "open"], indirect=True)
def test_meta_says_who_may_register(policy: str, anonymous: Caller) -> None:
    assert anonymous.get("/api/meta")["data"]["registration"] == policy


@pytest.mark.parametrize("word", ["role", "id", "is_active", "permissions", "email_verified_at", "version", "nonsense"])
def test_no_word_of_a_user_can_be_sent_along(policy: str, anonymous: Caller, word: str) -> None:
    refused = anonymous.post(REGISTER, {**NEW, word: "admin"}, 400)
    assert list(refused["errors"]) == [word]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"password": "short"}, "password"),
        ({"password": "eva@brisa.example"}, "password"),
        ({"email": "eva"}, "email"),
        ({"username": "eva luna"}, "username"),
        ({"username": "ev"}, "username"),
        ({"username": "e" * 51}, "username"),
        ({"username": "eva@luna"}, "username"),
    ],
)
def test_a_bad_value_is_named(policy: str, anonymous: Caller, change: dict[str, str], field: str) -> None:
    assert list(anonymous.post(REGISTER, NEW | change, 400)["errors"]) == [field]


@pytest.mark.parametrize(
    ("values", "code"),
    [({"username": "EVA.luna"}, "username_taken"), ({"email": "Eva@Brisa.example"}, "email_taken")],
)
def test_a_taken_name_or_address_is_409(policy: str, anonymous: Caller, values: dict[str, str], code: str) -> None:
    UserFactory(**values)
    assert anonymous.post(REGISTER, NEW, 409)["code"] == code


@pytest.mark.parametrize("policy", ["invite"], indirect=True)
def test_an_invitation_registers_its_address_once_and_verifies_it(
    policy: str, admin: Caller, anonymous: Caller, mailbox: Mailbox
) -> None:
    made = admin.post(INVITE, {"email": NEW["email"]})["data"]
    [mail] = mailbox.receive()
    assert str(mail["To"]) == "eva@brisa.example"
    assert f"/register#invitation={made['token']}" in mail.get_content()
    for wrong in ({}, {"invitation": None}, {"invitation": "wrong"}):
        assert anonymous.post(REGISTER, {**NEW, **wrong}, 400)["code"] == "token_invalid"
    other = {"email": "another@brisa.example", "invitation": made["token"]}
    assert anonymous.post(REGISTER, {**NEW, **other}, 400)["code"] == "token_invalid"
    registered = anonymous.post(REGISTER, {**NEW, "invitation": made["token"]})
    assert registered["user"]["email_verified_at"] is not None
    again = {**NEW, "username": "eva2", "invitation": made["token"]}
    assert anonymous.post(REGISTER, again, 400)["code"] == "token_invalid"


@pytest.mark.parametrize("policy", ["invite"], indirect=True)
@pytest.mark.parametrize(("days", "status"), [(6.99, 201), (7, 400)])
def test_an_invitation_lasts_seven_days(
    policy: str, admin: Caller, anonymous: Caller, days: float, status: int
) -> None:
    token = admin.post(INVITE, {"email": NEW["email"]})["data"]["token"]
    with clock.frozen(clock.now() + timedelta(days=days)):
        anonymous.post(REGISTER, {**NEW, "invitation": token}, status)


@pytest.mark.parametrize("policy", ["invite"], indirect=True)
def test_a_newer_invitation_ends_the_older(policy: str, admin: Caller, anonymous: Caller) -> None:
    old, new = (admin.post(INVITE, {"email": NEW["email"]})["data"]["token"] for _ in range(2))
    anonymous.post(REGISTER, {**NEW, "invitation": old}, 400)
    anonymous.post(REGISTER, {**NEW, "invitation": new})


def test_an_address_with_an_account_is_not_invited(admin: Caller, mailbox: Mailbox) -> None:
    user = UserFactory()
    assert admin.post(INVITE, {"email": user.email.upper()}, 409)["code"] == "email_taken"


def test_only_who_may_change_users_invites(user: Caller) -> None:
    user.post(INVITE, {"email": NEW["email"]}, 403)


def test_an_address_registers_so_often_an_hour(
    app: Flask, policy: str, anonymous: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "REGISTRATION_LIMIT", (2, timedelta(hours=1)))
    with clock.frozen(clock.now()):
        for number in range(2):
            anonymous.post(REGISTER, {**NEW, "username": f"eva{number}", "email": f"eva{number}@brisa.example"})
        refused = anonymous.send("POST", REGISTER, json=NEW)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")


def test_a_key_does_not_answer_again_with_tokens(policy: str, anonymous: Caller) -> None:
    keyed = anonymous.with_headers(Idempotency_Key="k")
    keyed.post(REGISTER, NEW)
    assert keyed.post(REGISTER, NEW, 409)["code"] == "username_taken"


@pytest.fixture
def quiet(app: Flask, policy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "REGISTRATION_QUIET", True)


def users(app: Flask) -> int:
    with app.app_context():
        return int(db.session.scalar(text("SELECT count(*) FROM users")))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Confirma tu dirección"),
        ({"username": "EVA.luna"}, "nombre de usuario eva.luna, que ya está en uso"),
        ({"email": "Eva@Brisa.example"}, "con esta dirección, que ya tiene una"),
    ],
)
def test_quietly_the_answer_is_one_for_all_and_a_mail_tells(
    app: Flask, quiet: None, anonymous: Caller, mailbox: Mailbox, values: dict[str, str], words: str
) -> None:
    if values:
        UserFactory(**values)
    before = users(app)
    answer = anonymous.post(REGISTER, NEW, 202)
    assert answer == {"message": "If the user name and the address are free, the account is made; a mail tells"}
    assert users(app) - before == (0 if values else 1)
    [mail] = mailbox.receive()
    assert NEW["email"] in str(mail["To"]).lower()
    assert words in str(mail["Subject"]) + " ".join(mail.get_content().split())
    login = {"username": "eva.luna", "password": NEW["password"]}
    anonymous.post("/api/auth/login", login, 401 if values else 200)


def test_quietly_a_bad_value_is_still_named(quiet: None, anonymous: Caller) -> None:
    assert list(anonymous.post(REGISTER, {**NEW, "password": "short"}, 400)["errors"]) == ["password"]


@pytest.mark.parametrize("policy", ["invite"], indirect=True)
def test_quietly_an_invitation_stays_unused_where_the_name_is_taken(
    quiet: None, admin: Caller, anonymous: Caller
) -> None:
    UserFactory(username=NEW["username"])
    given = {**NEW, "invitation": admin.post(INVITE, {"email": NEW["email"]})["data"]["token"]}
    assert anonymous.post(REGISTER, {**given, "invitation": "wrong"}, 400)["code"] == "token_invalid"
    anonymous.post(REGISTER, given, 202)
    anonymous.post(REGISTER, {**given, "username": "eva2"}, 202)
    anonymous.post("/api/auth/login", {"username": "eva2", "password": NEW["password"]}, 200)


def test_quietly_without_links_a_mail_tells_of_the_new_account(
    app: Flask, quiet: None, anonymous: Caller, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PUBLIC_URL", None)
    anonymous.post(REGISTER, NEW, 202)
    [mail] = mailbox.receive()
    assert "está lista" in mail.get_content()
