"""Tokens without a database: what the application asks of one when it is set up."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from flask import Flask

from app.infra import clock
from app.kernel.errors import Unauthenticated
from app.kernel.identity import Identity
from app.manifest import Catalog, ListedPermission
from app.web import auth
from app.web.fields import LARGEST_ID

SECRET, OTHER_SECRET = "a secret of tests, and of nothing else", "another secret of tests, and of nothing"
SID = uuid4()
SOMEBODY = Identity(7, SID, "user", frozenset({"clients:read", "account:read"}))
CATALOG = Catalog(
    {
        name: ListedPermission(name, name, "core", scoped=False)
        for name in ("account:read", "account:write", "clients:read", "clients:write")
    },
    {},
)
MINUTES = timedelta(minutes=3)


def identify(sid: UUID, user_id: int) -> Identity | None:
    return SOMEBODY if (sid, user_id) == (SID, 7) else None


def made(identify: auth.Identify) -> Flask:
    flask = Flask(__name__)
    flask.config.update(
        CATALOG=CATALOG,
        CLAIMS=(),
        SECRET_KEY=SECRET,
        ACCESS_TOKEN_LIFETIME=MINUTES,
        REFRESH_TOKEN_LIFETIME=2 * MINUTES,
        AUTH_COOKIES=False,
        TESTING=True,
    )
    auth.init_app(flask, identify, lambda _hash: None)
    return flask


@pytest.fixture
def flask() -> Flask:
    return made(identify)


def issue(flask: Flask, make: Callable[[Identity], str] = auth.access_token) -> str:
    with flask.app_context():
        return make(SOMEBODY)


def claims_of(token: str) -> dict[str, Any]:
    read: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return read


def signed(claims: dict[str, Any], key: str = SECRET, algorithm: str = "HS256") -> str:
    return jwt.encode(claims, key, algorithm=algorithm)


def authenticate(flask: Flask, token: str, *, refresh: bool = False, place: str = "header") -> Identity:
    carried: dict[str, Any] = {
        "header": {"headers": {"Authorization": f"Bearer {token}"}},
        "query": {"query_string": {"jwt": token}},
        "cookie": {"headers": {"Cookie": f"access_token_cookie={token}; access_token={token}"}},
        "body": {"json": {"access_token": token}, "method": "POST"},
    }[place]
    with flask.test_request_context("/", **carried):
        identity = auth.authenticate(auth.genuine_claims(refresh=refresh))
        assert auth.current_identity() == identity
        return identity


def test_the_tokens_of_a_login_are_taken_each_for_its_purpose(flask: Flask) -> None:
    assert authenticate(flask, issue(flask)) == SOMEBODY
    assert authenticate(flask, issue(flask, auth.refresh_token), refresh=True) == SOMEBODY
    for make, refresh in ((auth.access_token, True), (auth.refresh_token, False)):
        with pytest.raises(Unauthenticated, match="valid token"):
            authenticate(flask, issue(flask, make), refresh=refresh)


def test_a_token_says_who_by_whom_for_whom_and_for_how_long(flask: Flask) -> None:
    for make, kind, lives in ((auth.access_token, "access", MINUTES), (auth.refresh_token, "refresh", 2 * MINUTES)):
        claims = claims_of(issue(flask, make))
        assert claims["exp"] - claims["iat"] == lives.total_seconds()
        assert {name: claims[name] for name in ("sub", "sid", "role", "permissions", "type", "iss", "aud")} == {
            "sub": "7",
            "sid": str(SID),
            "role": "user",
            "permissions": ["account:read", "clients:read"],
            "type": kind,
            "iss": "control-fresco",
            "aud": "control-fresco",
        }


def test_a_token_is_signed_by_the_programs_secret_with_one_algorithm(flask: Flask) -> None:
    token = issue(flask)
    assert jwt.get_unverified_header(token)["alg"] == "HS256"
    assert claims_of(token) == jwt.decode(token, SECRET, ["HS256"], audience="control-fresco")
    for forged in (signed(claims_of(token), OTHER_SECRET), signed(claims_of(token), SECRET * 2, "HS512")):
        with pytest.raises(Unauthenticated) as refused:
            authenticate(flask, forged)
        assert (refused.value.code, refused.value.message) == ("token_invalid", "A valid token is required.")


@pytest.mark.parametrize("changes", [{"iss": "another"}, {"aud": "another"}])
def test_a_token_of_or_for_another_program_is_refused(flask: Flask, changes: dict[str, str]) -> None:
    claims = claims_of(issue(flask))
    assert authenticate(flask, signed(claims)) == SOMEBODY
    with pytest.raises(Unauthenticated, match="valid token"):
        authenticate(flask, signed(claims | changes))


@pytest.mark.parametrize("place", ["query", "cookie", "body"])
def test_a_token_is_taken_from_its_header_alone(flask: Flask, place: str) -> None:
    with pytest.raises(Unauthenticated, match="valid token"):
        authenticate(flask, issue(flask), place=place)


@pytest.mark.parametrize(("seconds", "taken"), [(9, True), (12, False)])
def test_clocks_may_differ_by_ten_seconds(flask: Flask, seconds: int, taken: bool) -> None:
    now = int(clock.machine_time().timestamp())
    for change in ({"exp": now - seconds + 1}, {"nbf": now + seconds}):
        token = signed(claims_of(issue(flask)) | change)
        if taken:
            assert authenticate(flask, token) == SOMEBODY
        else:
            with pytest.raises(Unauthenticated):
                authenticate(flask, token)


def test_a_token_that_was_taken_before_is_read_once_and_expires_all_the_same(flask: Flask) -> None:
    read = flask.extensions["genuine_claims"]
    token = issue(flask)
    for _ in range(3):
        authenticate(flask, token)
    assert (read.cache_info().misses, read.cache_info().hits, read.cache_info().maxsize) == (1, 2, 1000)


@pytest.mark.parametrize(
    "changes",
    [
        {"sid": str(uuid4())},
        {"sid": None},
        {"sid": str(SID).upper()},
        {"sub": "8"},
        {"sub": "x"},
        {"sub": "9" * 19},
        {"sub": str(2**63 - 1)},
    ],
)
def test_a_session_that_is_not_known_is_over(flask: Flask, changes: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated) as refused:
        authenticate(flask, signed(claims_of(issue(flask)) | changes))
    assert (refused.value.code, refused.value.message) == ("session_over", "The session is over; log in again.")


def test_ids_are_looked_up_as_far_as_the_database_can_hold_them() -> None:
    asked: list[int] = []

    def identify(_sid: UUID, user_id: int) -> None:
        asked.append(user_id)

    flask = made(identify)
    for subject in (LARGEST_ID, LARGEST_ID + 1):
        with pytest.raises(Unauthenticated, match="session is over"):
            authenticate(flask, signed(claims_of(issue(flask)) | {"sub": str(subject)}))
    assert asked == [LARGEST_ID]


def test_an_old_token_has_expired(flask: Flask) -> None:
    long_ago = int((clock.machine_time() - timedelta(days=1)).timestamp())
    with pytest.raises(Unauthenticated) as refused:
        authenticate(flask, signed(claims_of(issue(flask)) | {"exp": long_ago}))
    assert (refused.value.code, refused.value.message) == ("token_expired", "The token has expired.")
