"""Edge cases of logins: messages, last instants and first ids."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import insert

from app.core.identity.models import LoginAttempt, UserSession
from app.core.identity.repository import SessionRepository, UserRepository
from app.core.identity.rules import LoginLimits, Origin
from app.core.identity.service.devices import DeviceTokens
from app.core.identity.service.limits import AttemptCounter
from app.core.identity.service.users import UserService
from app.infra.context import make_context
from app.infra.db import db
from app.infra.passwords import PasswordHasher
from app.kernel.errors import TooManyAttempts
from tests.factories.auth import PASSWORD, UserFactory, hashed
from tests.support import Caller

LOGIN, CHANGE, ME, USERS = "/api/auth/login", "/api/auth/change-password", "/api/auth/me", "/api/users"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE, INSTANT = timedelta(minutes=1), timedelta(microseconds=1)
SECRET = "a secret of more than thirty-two characters"
HERE = Origin("somebody", "192.0.2.1")


def test_a_wrong_password_is_refused_in_words_that_tell_nothing(anonymous: Caller) -> None:
    refused = anonymous.post(LOGIN, {"username": "nobody", "password": PASSWORD}, 401)
    assert (refused["code"], refused["detail"]) == ("invalid_credentials", "Wrong user name or password.")


@pytest.mark.parametrize(
    ("header", "code", "detail"),
    [
        ({}, "token_invalid", "A valid token is required."),
        ({"Authorization": "Bearer a.b.c"}, "token_invalid", "A valid token is required."),
    ],
)
def test_a_token_that_is_none_is_refused_in_words(
    anonymous: Caller, header: dict[str, str], code: str, detail: str
) -> None:
    refused = Caller(anonymous.client, header).get(ME, 401)
    assert (refused["code"], refused["detail"]) == (code, detail)


def test_an_ended_session_and_a_lack_of_rights_are_said_in_words(viewer: Caller) -> None:
    forbidden = viewer.get(USERS, 403)
    assert (forbidden["code"], forbidden["detail"]) == (
        "forbidden",
        "Your role does not have this permission (users:read).",
    )
    viewer.post("/api/auth/logout", expect=200)
    over = viewer.get(ME, 401)
    assert (over["code"], over["detail"]) == ("session_over", "The session is over; log in again.")


@pytest.mark.parametrize(
    ("current", "new", "errors"),
    [
        ("not the one", "a quite other one", {"current_password": ["Wrong password."]}),
        (PASSWORD, PASSWORD, {"new_password": ["Must differ from the current one."]}),
        (PASSWORD, "user@example.com", {"new_password": ["Must not be the user name."]}),
    ],
)
def test_a_change_of_a_password_is_refused_in_words(
    anonymous: Caller, current: str, new: str, errors: dict[str, list[str]]
) -> None:
    made = UserFactory(username="somebody", email="user@example.com")
    tokens = anonymous.post(LOGIN, {"username": made.username, "password": PASSWORD}, 200)
    caller = anonymous.with_headers(Authorization=f"Bearer {tokens['access_token']}")
    assert caller.post(CHANGE, {"current_password": current, "new_password": new}, 400)["errors"] == errors


@pytest.mark.parametrize(
    ("changes", "password"),
    [
        ({}, "somebody.else"),
        ({}, "other@example.com"),
        ({"username": "a.new.name"}, "a.new.name"),
        ({"email": "new@example.com"}, "new@example.com"),
    ],
)
def test_a_changed_password_is_neither_the_known_nor_the_new_name(
    admin: Caller, changes: dict[str, str], password: str
) -> None:
    made = UserFactory(username="somebody.else", email="other@example.com")
    refused = admin.put(f"{USERS}/{made.id}", {**changes, "password": password}, 400)
    assert refused["errors"] == {"password": ["Must not be the user name."]}


@pytest.mark.parametrize(("changes", "password"), [({"username": "a.new.name"}, "somebody.else")])
def test_a_name_that_is_given_up_may_be_a_password(admin: Caller, changes: dict[str, str], password: str) -> None:
    made = UserFactory(username="somebody.else", email="other@example.com")
    admin.put(f"{USERS}/{made.id}", {**changes, "password": password})


def test_a_taken_name_and_the_last_admin_are_said_in_words(admin: Caller) -> None:
    UserFactory(username="somebody", email="other@example.com")
    new = {"username": "somebody", "email": "new@example.com", "password": "a long enough one"}
    taken = admin.post(USERS, new, 409)
    assert (taken["code"], taken["detail"], taken["errors"]) == (
        "username_taken",
        "This user name is taken.",
        {"username": ["This user name is taken."]},
    )
    own = admin.get(ME)["data"]["id"]
    assert admin.delete(f"{USERS}/{own}", 409)["detail"] == "The last active admin must stay."


def add_attempt(**values: Any) -> None:
    plain = {"account": HERE.account, "address": HERE.address, "succeeded": False, "attempted_at": NOON}
    db.session.execute(insert(LoginAttempt).values(plain | values))


ONE = LoginLimits(tries=1, failures=1, account_failures=1, address_failures=1)
MANY = LoginLimits(tries=100, failures=100, account_failures=100, address_failures=100)


@pytest.mark.parametrize(
    ("after", "wait"),
    [
        (timedelta(0), 60),
        (INSTANT, 60),
        (timedelta(seconds=1), 59),
        (timedelta(seconds=59, milliseconds=500), 1),
        (MINUTE - INSTANT, 1),
        (MINUTE, None),
    ],
)
def test_a_limit_holds_for_a_minute_and_says_how_long_in_whole_seconds(
    app: Flask, database: None, after: timedelta, wait: int | None
) -> None:
    with app.app_context():
        add_attempt(id=1)  # the very first counts like any other
        if wait is None:
            AttemptCounter(ONE).check(db.session(), HERE, NOON + after)
            return
        with pytest.raises(TooManyAttempts) as refused:
            AttemptCounter(ONE).check(db.session(), HERE, NOON + after)
    assert (refused.value.message, refused.value.retry_after) == ("Too many attempts; try again later.", wait)


@pytest.mark.parametrize("limit", ["tries", "failures", "account_failures", "address_failures"])
def test_each_limit_holds_by_itself_from_the_first_attempt_and_counts_from_the_latest(
    app: Flask, database: None, limit: str
) -> None:
    """More than a limit are stored where many come at once."""
    counter = AttemptCounter(replace(MANY, **{limit: 1}))
    with app.app_context():
        for place in range(3):
            add_attempt(id=1 + place, attempted_at=NOON + timedelta(seconds=10 * place))
            with pytest.raises(TooManyAttempts) as refused:
                counter.check(db.session(), HERE, NOON + timedelta(seconds=30))
            assert refused.value.retry_after == 30 + 10 * place


def test_one_attempt_less_than_a_limit_is_not_too_many(app: Flask, database: None) -> None:
    two = LoginLimits(tries=2, failures=2, account_failures=2, address_failures=2)
    with app.app_context():
        add_attempt()
        AttemptCounter(two).check(db.session(), HERE, NOON)
        add_attempt()
        with pytest.raises(TooManyAttempts):
            AttemptCounter(two).check(db.session(), HERE, NOON)


def test_a_right_password_beyond_a_limit_is_refused_and_not_counted(app: Flask, database: None) -> None:
    with app.app_context():
        add_attempt()
        with pytest.raises(TooManyAttempts):
            AttemptCounter(ONE).record_success(db.session(), HERE, NOON)
        AttemptCounter(MANY).record_success(db.session(), HERE, NOON)
        kept = db.session.query(LoginAttempt).order_by(LoginAttempt.id).all()
        assert [(one.account, one.address, one.device, one.succeeded, one.attempted_at) for one in kept] == [
            (HERE.account, HERE.address, None, False, NOON),
            (HERE.account, HERE.address, None, True, NOON),
        ]


def test_a_session_that_ended_keeps_the_time_at_which_it_did(app: Flask, database: None) -> None:
    user_id = UserFactory().id
    with app.app_context():
        values = {"created_at": NOON, "expires_at": NOON + 9 * MINUTE, "last_used_at": NOON}
        session = UserSession(user_id=user_id, address="", **values)
        db.session.add(session)
        db.session.commit()
        sessions = SessionRepository(db.session())
        for now in (NOON + MINUTE, NOON + 2 * MINUTE):
            sessions.end(session.sid, now)
            sessions.end_all_of(user_id, now)
        db.session.commit()
        assert session.ended_at == NOON + MINUTE


@pytest.mark.parametrize(
    ("rounds", "usual"), [([], None), ([5], 5), ([4, 5, 5], 5), ([4, 4, 5], 4), ([4, 5], 5), ([4, 4, 5, 5, 6], 5)]
)
def test_the_usual_cost_is_that_of_most_hashes_and_of_two_the_higher(
    app: Flask, database: None, rounds: list[int], usual: int | None
) -> None:
    for cost in rounds:
        UserFactory(password_hash=hashed(PASSWORD, cost))
    with app.app_context():
        assert UserRepository(db.session()).usual_cost() == usual


def test_an_active_user_is_found_by_name_or_email(app: Flask, database: None) -> None:
    made = UserFactory(username="Somebody", email="other@example.com")
    UserFactory(username="gone", is_active=False)
    with app.app_context():
        users = UserService(make_context(db.session()))
        for name in ("somebody", "Other@example.com"):
            found = users.find_active(name)
            assert found is not None
            assert found.id == made.id
        assert [users.find_active(name) for name in ("gone", "nobody")] == [None, None]


class Watched(PasswordHasher):
    """Records the keys of its turns."""

    def __init__(self, rounds: int) -> None:
        super().__init__(rounds)
        self.callers: list[str] = []

    def hash(self, password: str, caller: str) -> str:
        self.callers.append(caller)
        return super().hash(password, caller)

    def matches(self, password: str, stored: str | None, caller: str) -> bool:
        self.callers.append(caller)
        return super().matches(password, stored, caller)


def test_turns_at_bcrypt_are_shared_between_networks(
    app: Flask, anonymous: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = UserFactory(role="admin", password_hash=hashed(PASSWORD, 4))
    hasher = Watched(5)
    monkeypatch.setitem(app.extensions, "passwords", hasher)
    there = {"environ_overrides": {"REMOTE_ADDR": "2001:db8:1:2::7"}}
    body: dict[str, str] = {"username": made.username, "password": PASSWORD}
    tokens = anonymous.send("POST", LOGIN, json=body, **there).get_json()
    caller = anonymous.with_headers(Authorization=f"Bearer {tokens['access_token']}")
    new = {"username": "lucia", "email": "lucia@example.com", "password": "a long enough one"}
    assert caller.send("POST", USERS, json=new, **there).status_code == 201
    body = {"current_password": PASSWORD, "new_password": "a quite other one"}
    assert caller.send("POST", CHANGE, json=body, **there).status_code == 200
    assert hasher.callers == ["2001:db8:1:2::/64"] * 5  # a login makes an outdated hash anew


@pytest.mark.parametrize(("after", "written"), [(MINUTE - INSTANT, False), (MINUTE, False), (MINUTE + INSTANT, True)])
def test_a_use_is_written_when_the_last_is_more_than_a_minute_ago(
    app: Flask, database: None, after: timedelta, written: bool
) -> None:
    """The use of another session is not written."""
    values = {"user_id": UserFactory().id, "created_at": NOON, "expires_at": NOON + 9 * MINUTE, "last_used_at": NOON}
    with app.app_context():
        used, other = (UserSession(address=address, **values) for address in ("used", "other"))
        db.session.add_all([used, other])
        db.session.commit()
        SessionRepository(db.session()).touch(used.sid, NOON + after)
        db.session.commit()
        assert used.last_used_at == NOON + (after if written else timedelta(0))
        assert other.last_used_at == NOON


def test_a_device_is_known_by_a_token_of_its_accounts_hash() -> None:
    """A literal token: those issued before an upgrade must remain valid."""
    theirs = URLSafeTimedSerializer(SECRET, salt="device-token:a hash").dumps("a device")
    assert DeviceTokens(SECRET).read(str(theirs), "a hash") == "a device"
    assert DeviceTokens(SECRET).read(DeviceTokens(SECRET).issue("a hash", "a device"), "a hash") == "a device"


@pytest.mark.parametrize(
    ("said", "password_hash"), [("a device", ""), ("a device", None), (5, "a hash"), (None, "a hash")]
)
def test_tokens_of_other_accounts_or_without_a_name_are_no_device(said: Any, password_hash: str | None) -> None:
    token = str(URLSafeTimedSerializer(SECRET, salt=f"device-token:{password_hash}").dumps(said))
    assert DeviceTokens(SECRET).read(token, password_hash) is None


def test_a_new_device_has_a_random_name() -> None:
    tokens = DeviceTokens(SECRET)
    names = {tokens.read(tokens.issue("a hash", None), "a hash") for _ in range(2)}
    assert len(names) == 2
    assert all(name is not None and len(name) == 32 for name in names)
