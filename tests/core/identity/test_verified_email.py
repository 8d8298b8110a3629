"""Verified addresses: a mailed link verifies the one it was sent to, and a new one has to be verified anew."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.infra import clock
from tests.factories.auth import PASSWORD
from tests.mailbox import Mailbox
from tests.support import Caller

ASK, VERIFY, CHANGE = "/api/auth/send-verification", "/api/auth/verify-email", "/api/auth/change-email"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def mailbox(app: Flask, database: None) -> Mailbox:
    return Mailbox(app)


def verified_at(caller: Caller) -> Any:
    return caller.get("/api/auth/me")["data"]["email_verified_at"]


def verify(caller: Caller, token: str, expect: int = 200) -> Any:
    return caller.post(VERIFY, {"token": token}, expect)


def test_the_link_verifies_the_address_once(user: Caller, anonymous: Caller, mailbox: Mailbox) -> None:
    assert verified_at(user) is None
    user.post(ASK, expect=202)
    token = mailbox.token()
    verify(anonymous, token)
    assert verified_at(user) is not None
    assert verify(anonymous, token, 400)["code"] == "token_invalid"
    user.post(ASK, expect=202)
    assert mailbox.receive() == [], "it is verified already"


def test_a_link_lasts_two_days(user: Caller, anonymous: Caller, mailbox: Mailbox) -> None:
    user.post(ASK, expect=202)
    token = mailbox.token()
    with clock.frozen(clock.now() + timedelta(days=2, seconds=1)):
        verify(anonymous, token, 400)


def test_a_link_to_reset_a_password_verifies_nothing(user: Caller, anonymous: Caller, mailbox: Mailbox) -> None:
    email = user.get("/api/auth/me")["data"]["email"]
    anonymous.post("/api/auth/forgot-password", {"email": email}, 202)
    verify(anonymous, mailbox.token(), 400)


def test_a_new_address_needs_the_password_and_is_not_verified(
    user: Caller, anonymous: Caller, mailbox: Mailbox
) -> None:
    user.post(ASK, expect=202)
    verify(anonymous, mailbox.token())
    new = {"email": "new@brisa.example"}
    wrong = user.post(CHANGE, {**new, "current_password": "wrong password"}, 400)
    assert list(wrong["errors"]) == ["current_password"]
    assert verified_at(user) is not None
    user.post(CHANGE, {**new, "current_password": PASSWORD}, 200)
    account = user.get("/api/auth/me")["data"]
    assert (account["email"], account["email_verified_at"]) == ("new@brisa.example", None)
    [mail] = mailbox.receive()
    assert str(mail["To"]).endswith("<new@brisa.example>")


def test_a_link_to_the_earlier_address_verifies_no_later_one(
    admin: Caller, user: Caller, anonymous: Caller, mailbox: Mailbox
) -> None:
    user.post(ASK, expect=202)
    old = mailbox.token()
    admin.put(f"/api/users/{user.get('/api/auth/me')['data']['id']}", {"email": "new@brisa.example"})
    verify(anonymous, old, 400)
    assert verified_at(user) is None


def test_a_taken_address_is_409_and_names_the_field(user: Caller, admin: Caller) -> None:
    taken = admin.get("/api/auth/me")["data"]["email"]
    refused = user.post(CHANGE, {"email": taken.upper(), "current_password": PASSWORD}, 409)
    assert (refused["code"], list(refused["errors"])) == ("email_taken", ["email"])


def test_an_admins_change_of_an_address_is_not_verified_either(
    admin: Caller, user: Caller, anonymous: Caller, mailbox: Mailbox
) -> None:
    user.post(ASK, expect=202)
    verify(anonymous, mailbox.token())
    user_id = user.get("/api/auth/me")["data"]["id"]
    assert admin.put(f"/api/users/{user_id}", {"is_active": True})["data"]["email_verified_at"] is not None
    changed = admin.put(f"/api/users/{user_id}", {"email": "new@brisa.example"})["data"]
    assert changed["email_verified_at"] is None


def test_a_verification_can_not_be_sent_in(admin: Caller) -> None:
    made = {"username": "eva", "email": "eva@brisa.example", "password": "una frase bien larga"}
    sent = admin.post("/api/users", {**made, "email_verified_at": "2026-01-01T00:00:00Z"})["data"]
    assert sent["email_verified_at"] is None


def test_links_are_sent_five_times_a_minute(user: Caller) -> None:
    with clock.frozen(clock.now()):
        for _ in range(5):
            user.post(ASK, expect=202)
        user.post(ASK, expect=429)
