"""Forgotten passwords: a link by mail sets a new one, once, and tells nobody which accounts there are."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.infra import clock
from app.infra.db import db
from tests.factories.auth import PASSWORD, UserFactory
from tests.mailbox import Mailbox, token_in
from tests.statements import counted
from tests.support import Caller

FORGOT, RESET, LOGIN = "/api/auth/forgot-password", "/api/auth/reset-password", "/api/auth/login"
NEW = "a new and better one"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def mailbox(app: Flask, database: None) -> Mailbox:
    return Mailbox(app)


@pytest.fixture
def made(database: None) -> Any:
    return UserFactory(username="ana.gomez", email="ana@brisa.example")


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


def ask(caller: Caller, email: str, expect: int = 202, address: str = "192.0.2.1", **headers: str) -> Any:
    options = {"json": {"email": email}, "environ_overrides": {"REMOTE_ADDR": address}, "headers": headers}
    response = caller.send("POST", FORGOT, **options)
    assert response.status_code == expect, response.data
    return response


def reset(caller: Caller, token: str, expect: int = 200, new: str = NEW) -> Any:
    return caller.post(RESET, {"token": token, "new_password": new}, expect)


def login(caller: Caller, name: str, password: str, expect: int = 200) -> Any:
    return caller.post(LOGIN, {"username": name, "password": password}, expect)


def test_the_link_sets_a_new_password_and_ends_all_sessions(anonymous: Caller, made: Any, mailbox: Mailbox) -> None:
    tokens = login(anonymous, made.username, PASSWORD)
    ask(anonymous, "ANA@brisa.example")
    [mail] = mailbox.receive()
    assert mail["To"].addresses[0].addr_spec == made.email
    assert str(mail["Subject"]) == "Restablece tu contraseña"
    reset(anonymous, token_in(mail))
    login(anonymous, made.username, PASSWORD, 401)
    login(anonymous, made.username, NEW)
    over = anonymous.with_headers(Authorization=f"Bearer {tokens['access_token']}").get("/api/auth/me", 401)
    assert over["code"] == "session_over"


def test_a_reset_ends_api_tokens_too(anonymous: Caller, made: Any, mailbox: Mailbox) -> None:
    tokens = login(anonymous, made.username, PASSWORD)
    own = anonymous.with_headers(Authorization=f"Bearer {tokens['access_token']}")
    expires = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    body = {"name": "report", "permissions": ["clients:read"], "expires_at": expires}
    program = anonymous.with_headers(Authorization=f"Bearer {own.post('/api/auth/tokens', body)['data']['token']}")
    program.get("/api/clients")
    ask(anonymous, made.email)
    reset(anonymous, mailbox.token())
    program.get("/api/clients", 401)


def test_a_token_counts_once(anonymous: Caller, made: Any, mailbox: Mailbox) -> None:
    ask(anonymous, made.email)
    token = mailbox.token()
    reset(anonymous, token)
    assert reset(anonymous, token, 400, "another one again")["code"] == "token_invalid"
    login(anonymous, made.username, NEW)


def test_a_newer_token_ends_the_older(anonymous: Caller, made: Any, mailbox: Mailbox) -> None:
    ask(anonymous, made.email)
    first = mailbox.token()
    ask(anonymous, made.email)
    second = mailbox.token()
    reset(anonymous, first, 400)
    reset(anonymous, second)


@pytest.mark.parametrize(("minutes", "status"), [(29.9, 200), (30, 400)])
def test_a_token_lasts_30_minutes(anonymous: Caller, made: Any, mailbox: Mailbox, minutes: float, status: int) -> None:
    with clock.frozen(NOON):
        ask(anonymous, made.email)
        token = mailbox.token()
    with clock.frozen(NOON + timedelta(minutes=minutes)):
        reset(anonymous, token, status)


@pytest.mark.parametrize("weak", ["short", "password123", "ana@brisa.example", "x" * 73])
def test_a_weak_password_does_not_use_the_token_up(anonymous: Caller, made: Any, mailbox: Mailbox, weak: str) -> None:
    ask(anonymous, made.email)
    token = mailbox.token()
    assert list(reset(anonymous, token, 400, weak)["errors"]) == ["new_password"]
    reset(anonymous, token)


@pytest.mark.parametrize("values", [{"is_active": False}, {"email": "another@brisa.example"}])
def test_a_user_who_was_deactivated_or_has_another_address_now_gets_no_new_password(
    admin: Caller, anonymous: Caller, made: Any, mailbox: Mailbox, values: dict[str, Any]
) -> None:
    ask(anonymous, made.email)
    token = mailbox.token()
    admin.put(f"/api/users/{made.id}", values)
    assert reset(anonymous, token, 400)["code"] == "token_invalid"


@pytest.mark.parametrize("email", ["nobody@brisa.example", "gone@brisa.example"])
def test_nobody_gets_a_mail_who_may_not_log_in(anonymous: Caller, made: Any, mailbox: Mailbox, email: str) -> None:
    UserFactory(email="gone@brisa.example", is_active=False)
    ask(anonymous, email)
    assert mailbox.receive() == []


def test_known_and_unknown_addresses_are_answered_by_the_same_work(anonymous: Caller, made: Any, noon: None) -> None:
    """No statement of the request looks for the account; a task does."""
    answers, statements = [], []
    for email in (made.email, "ana.gomea@brisa.example"):
        with counted() as sent:
            answers.append(ask(anonymous, email))
        statements.append([" ".join(one.split()) for one in sent])
    assert answers[0].data == answers[1].data
    assert statements[0] == statements[1]
    assert not any("FROM users" in one for one in statements[0])


@pytest.mark.parametrize("email", ["ana@brisa.example", "nobody@brisa.example"])
def test_an_account_has_five_a_minute_known_or_not(anonymous: Caller, made: Any, email: str) -> None:
    with clock.frozen(NOON):
        for number in range(5):
            ask(anonymous, email, address=f"192.0.2.{number}")
    with clock.frozen(NOON + timedelta(seconds=20)):
        refused = ask(anonymous, email.upper(), 429)
        ask(anonymous, "another@brisa.example")
    assert refused.headers["Retry-After"] == "40"
    with clock.frozen(NOON + timedelta(seconds=60)):
        ask(anonymous, email)


def test_an_address_has_sixty_a_minute(anonymous: Caller, noon: None) -> None:
    for number in range(60):
        ask(anonymous, f"user{number}@brisa.example")
    ask(anonymous, "another@brisa.example", 429)
    ask(anonymous, "another@brisa.example", address="192.0.2.2")


def test_guesses_of_tokens_have_sixty_a_minute_of_an_address(anonymous: Caller, noon: None) -> None:
    for number in range(60):
        assert reset(anonymous, f"guess {number}", 400)["code"] == "token_invalid"
    reset(anonymous, "guess", 429)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80"])
def test_the_link_begins_with_the_public_url_whatever_the_host_header_says(
    app: Flask, anonymous: Caller, made: Any, mailbox: Mailbox, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://app.brisa.example")
    ask(anonymous, made.email, **{"Host": host, "X-Forwarded-Host": host, "Origin": f"https://{host}"})
    [mail] = mailbox.receive()
    assert "https://app.brisa.example/reset-password#token=" in mail.get_content()
    assert "evil" not in mail.as_string()


def test_without_a_public_url_nothing_is_sent(
    app: Flask, anonymous: Caller, made: Any, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PUBLIC_URL", None)
    ask(anonymous, made.email)
    assert mailbox.receive() == []


def test_the_database_has_the_hash_of_a_token_and_no_log_has_it(
    app: Flask, anonymous: Caller, made: Any, mailbox: Mailbox
) -> None:
    ask(anonymous, made.email)
    token = mailbox.token()
    with app.app_context():
        row = db.session.execute(text("SELECT * FROM mailed_tokens")).mappings().one()
        audited = db.session.execute(text("SELECT row_to_json(a)::text FROM audit_log a")).scalars().all()
        tasks = db.session.execute(text("SELECT args::text FROM tasks.procrastinate_jobs")).scalars().all()
    assert row["token_hash"] == hashlib.sha256(token.encode()).hexdigest()
    for secret in (token, row["token_hash"], row["token"]):
        assert not any(secret in one for one in (*audited, *tasks))
    assert token not in str(row)


def test_a_mail_that_is_tried_again_has_the_same_link_and_id(
    app: Flask, anonymous: Caller, made: Any, mailbox: Mailbox
) -> None:
    ask(anonymous, made.email)
    [first] = mailbox.receive()
    with app.app_context():
        again = text("UPDATE tasks.procrastinate_jobs SET status = 'todo' WHERE task_name = 'password-reset-mail'")
        db.session.execute(again)
        db.session.commit()
    [second] = mailbox.receive()
    assert (first["Message-ID"], token_in(first)) == (second["Message-ID"], token_in(second))


def test_an_admin_has_a_link_sent_to_a_verified_address(admin: Caller, anonymous: Caller, mailbox: Mailbox) -> None:
    verified = UserFactory(email_verified_at=NOON)
    admin.post(f"/api/users/{verified.id}/send-reset", expect=202)
    reset(anonymous, mailbox.token())
    login(anonymous, verified.username, NEW)


@pytest.mark.parametrize(
    ("values", "code"), [({}, "email_not_verified"), ({"email_verified_at": NOON, "is_active": False}, "user_inactive")]
)
def test_an_admin_has_no_link_sent_elsewhere(
    admin: Caller, mailbox: Mailbox, values: dict[str, Any], code: str
) -> None:
    user = UserFactory(**values)
    assert admin.post(f"/api/users/{user.id}/send-reset", expect=409)["code"] == code
    admin.post("/api/users/987654321/send-reset", expect=404)
    assert mailbox.receive() == []
