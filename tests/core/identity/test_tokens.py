"""Requirements of tokens, which every route checks."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core.identity.models import User, UserSession
from app.infra.db import db
from app.kernel.permissions import shortened
from tests.access import ROLE_PERMISSIONS
from tests.architecture.routes import protected
from tests.conftest import taken_back
from tests.factories.auth import PASSWORD, UserFactory
from tests.soak import SOAK
from tests.support import Caller

Claims = dict[str, Any]
ME = "/api/auth/me"


@dataclass(frozen=True)
class Pair:
    """Both tokens of a login, and the claims of the access token."""

    access: str
    refresh: str
    device: str
    claims: Claims
    secret: str

    def forged(self, *, key: str | None = None, algorithm: str = "HS256", drop: str = "", **changes: Any) -> str:
        """Sign the access token with changed claims, by default with the server's key."""
        claims = {name: value for name, value in {**self.claims, **changes}.items() if name != drop}
        payload = json.dumps(claims).encode()  # as jwt.encode does, which refuses some of the wrong ones itself
        return jwt.PyJWS().encode(payload, self.secret if key is None else key, algorithm=algorithm)


def open_session(app: Flask, caller: Caller, role: str = "admin") -> Pair:
    made = UserFactory(role=role)
    tokens = caller.post("/api/auth/login", {"username": made.username, "password": PASSWORD}, 200)
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    given = (tokens[f"{kind}_token"] for kind in ("access", "refresh", "device"))
    return Pair(*given, claims, app.config["SECRET_KEY"])


@pytest.fixture(scope="module")
def login(app: Flask) -> Iterator[Pair]:
    """A login of an admin, made once; each test's own changes are taken back."""
    with taken_back(app):
        yield open_session(app, Caller(app.test_client()))


@pytest.fixture
def pair(login: Pair, database: None) -> Pair:
    return login


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def seconds(count: int) -> int:
    return int((datetime.now(UTC) + timedelta(seconds=count)).timestamp())


def unsigned(pair: Pair) -> str:
    return jwt.encode(pair.claims, None, algorithm="none")


def with_another_body(pair: Pair) -> str:
    head, _, signature = pair.access.split(".")
    return ".".join((head, pair.forged(sub="1").split(".")[1], signature))


BAD_HEADERS: dict[str, Callable[[Pair], dict[str, str]]] = {
    "none": lambda _: {},
    "empty": lambda _: {"Authorization": ""},
    "Bearer alone": lambda _: {"Authorization": "Bearer"},
    "Bearer and a space": lambda _: {"Authorization": "Bearer "},
    "no Bearer": lambda pair: {"Authorization": pair.access},
    "Basic": lambda _: {"Authorization": "Basic YWRtaW46YWRtaW4="},
    "two tokens": lambda pair: bearer(f"{pair.access} {pair.access}"),
    "two headers in one": lambda pair: bearer(f"{pair.access}, Bearer {pair.access}"),
    "not ASCII": lambda _: bearer("ñandú.é.í"),
    "a cookie": lambda pair: {"Cookie": f"access_token_cookie={pair.access}; access_token={pair.access}"},
    "garbage": lambda _: bearer("garbage"),
    "three parts of garbage": lambda _: bearer("a.b.c"),
    "very long": lambda _: bearer("a" * 4000),
    "cut short": lambda pair: bearer(pair.access[:-4]),
    "another body": lambda pair: bearer(with_another_body(pair)),
    "alg none": lambda pair: bearer(unsigned(pair)),
    "wrong key": lambda pair: bearer(pair.forged(key="another-secret-of-more-than-32-characters")),
    "HS384": lambda pair: bearer(pair.forged(algorithm="HS384")),
    "HS512": lambda pair: bearer(pair.forged(algorithm="HS512", key=pair.secret * 2)),
    "expired": lambda pair: bearer(pair.forged(exp=seconds(-11))),
    "not valid yet": lambda pair: bearer(pair.forged(nbf=seconds(60))),
    "refresh token": lambda pair: bearer(pair.refresh),
    "unknown type": lambda pair: bearer(pair.forged(type="second-factor-pending")),
    "another audience": lambda pair: bearer(pair.forged(aud="another-program")),
    "no audience": lambda pair: bearer(pair.forged(drop="aud")),
    "another issuer": lambda pair: bearer(pair.forged(iss="another-program")),
    "no issuer": lambda pair: bearer(pair.forged(drop="iss")),
    "sub a number": lambda pair: bearer(pair.forged(sub=int(pair.claims["sub"]))),
    "sub missing": lambda pair: bearer(pair.forged(drop="sub")),
    "sub a name": lambda pair: bearer(pair.forged(sub="admin")),
    "sub negative": lambda pair: bearer(pair.forged(sub="-1")),
    "sub in other digits": lambda pair: bearer(pair.forged(sub="٣")),
    "sub beyond 64 bits": lambda pair: bearer(pair.forged(sub="9" * 30)),
    "sub beyond Python's patience": lambda pair: bearer(pair.forged(sub="9" * 5000)),
    "sub of nobody": lambda pair: bearer(pair.forged(sub="987654321")),
    "sid missing": lambda pair: bearer(pair.forged(drop="sid")),
    "sid null": lambda pair: bearer(pair.forged(sid=None)),
    "sid of before, a number": lambda pair: bearer(pair.forged(sid=1)),
    "sid of before, as text": lambda pair: bearer(pair.forged(sid="1")),
    "sid in capitals": lambda pair: bearer(pair.forged(sid=pair.claims["sid"].upper())),
    "sid without dashes": lambda pair: bearer(pair.forged(sid=pair.claims["sid"].replace("-", ""))),
    "sid in braces": lambda pair: bearer(pair.forged(sid=f"{{{pair.claims['sid']}}}")),
    "sid true": lambda pair: bearer(pair.forged(sid=True)),
    "sid a fraction": lambda pair: bearer(pair.forged(sid=1.5)),
    "sid a list": lambda pair: bearer(pair.forged(sid=[pair.claims["sid"]])),
    "sid beyond 64 bits": lambda pair: bearer(pair.forged(sid=2**70)),
    "sid below 64 bits": lambda pair: bearer(pair.forged(sid=-(2**70))),
    "sid of no session": lambda pair: bearer(pair.forged(sid=str(uuid4()))),
    "a device token": lambda pair: bearer(pair.device),
}


IN_A_YEAR = 365 * 24 * 60 * 60
WRONG_VALUES: dict[str, Callable[[Any], Any]] = {
    "text": lambda value: str(value) if isinstance(value, int) else f"{value} ",
    "true": lambda _: True,
    "null": lambda _: None,
    "NaN": lambda _: float("nan"),
    "infinite": lambda _: float("inf"),
    "negative and huge": lambda _: -(10**400),
    "a list": lambda value: [value],
    "an empty list": lambda _: [],
    "an object": lambda value: {"value": value},
    "empty": lambda _: "",
}
CLAIMS = ("exp", "nbf", "iat", "iss", "aud", "jti", "type", "sub", "sid")
HARMLESS = {(claim, "negative and huge") for claim in ("nbf", "iat")} | {("jti", "text"), ("jti", "empty")}
"""Values that are accepted: of the right type, and of claims that are not compared with anything."""


def assert_refused(response: Any, what: str) -> None:
    assert response.status_code == 401, (what, response.get_data(as_text=True))
    assert response.mimetype == "application/problem+json", what
    assert response.headers["WWW-Authenticate"] == "Bearer", what
    assert response.get_json()["status"] == 401, what


@pytest.mark.parametrize("name", BAD_HEADERS)
def test_a_bad_token_is_401_on_every_route(app: Flask, anonymous: Caller, pair: Pair, name: str) -> None:
    routes, place = list(protected(app)), list(BAD_HEADERS).index(name)
    # In the daily run each of them goes to every twelfth route, another than its neighbours; a soak asks all.
    for route in routes if SOAK else routes[place % 12 :: 12]:
        if name == "refresh token" and route.operation.refresh:
            continue
        headers = BAD_HEADERS[name](pair)
        assert_refused(anonymous.send(route.method, route.address, headers=headers), route.name)


def test_the_token_that_the_bad_ones_are_made_of_is_good(anonymous: Caller, pair: Pair) -> None:
    anonymous.with_headers(**bearer(pair.forged())).get(ME)


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize("wrong", WRONG_VALUES)
def test_a_claim_of_another_type_is_401(anonymous: Caller, pair: Pair, claim: str, wrong: str) -> None:
    forged = pair.forged(**{claim: WRONG_VALUES[wrong](pair.claims[claim])})
    response = anonymous.send("GET", ME, headers=bearer(forged))
    if (claim, wrong) in HARMLESS:
        assert response.status_code == 200
    else:
        assert_refused(response, claim)


@pytest.mark.parametrize("value", ["text", "digits", "true", "a list"])
def test_an_expiry_that_is_none_is_401_and_not_500(anonymous: Caller, pair: Pair, value: str) -> None:
    later = seconds(IN_A_YEAR)
    exp = {"text": "never", "digits": str(later), "true": True, "a list": [later]}[value]
    assert_refused(anonymous.send("GET", ME, headers=bearer(pair.forged(exp=exp))), value)


def test_a_token_that_was_good_a_moment_ago_expires(anonymous: Caller, pair: Pair) -> None:
    caller = anonymous.with_headers(**bearer(pair.forged(exp=time.time() - 8.9)))  # clocks may differ by 10 s
    caller.get(ME)
    time.sleep(1.2)
    assert caller.get(ME, 401)["code"] == "token_expired"


def test_tokens_do_not_reveal_the_number_of_sessions(app: Flask, pair: Pair) -> None:
    with app.app_context():
        [session] = db.session.scalars(select(UserSession))
    assert (UUID(pair.claims["sid"]), UUID(pair.claims["sid"]).version) == (session.sid, 4)
    for token in (pair.access, pair.refresh):
        assert session.id not in jwt.decode(token, options={"verify_signature": False}).values()


def test_an_access_token_refreshes_nothing(anonymous: Caller, pair: Pair) -> None:
    assert_refused(anonymous.send("POST", "/api/auth/refresh", headers=bearer(pair.access)), "access as refresh")


def test_a_token_in_the_address_is_not_looked_at(anonymous: Caller, pair: Pair) -> None:
    for name in ("jwt", "access_token", "token"):
        assert_refused(anonymous.send("GET", ME, query_string={name: pair.access}), name)


def test_a_session_serves_its_own_user_only(app: Flask, anonymous: Caller, pair: Pair) -> None:
    other = open_session(app, anonymous)
    for forged in (pair.forged(sid=other.claims["sid"]), pair.forged(sub=other.claims["sub"])):
        assert_refused(anonymous.send("GET", ME, headers=bearer(forged)), "another's session")


def test_clocks_may_differ_by_seconds_and_no_more(anonymous: Caller, pair: Pair) -> None:
    anonymous.with_headers(**bearer(pair.forged(exp=seconds(-5)))).get(ME)
    anonymous.with_headers(**bearer(pair.forged(nbf=seconds(5)))).get(ME)
    problem = anonymous.with_headers(**bearer(pair.forged(exp=seconds(-31)))).get(ME, 401)
    assert (problem["code"], problem["detail"]) == ("token_expired", "The token has expired.")


@pytest.mark.parametrize("column", ["is_active", "ended_at", "expires_at"])
def test_a_session_ended_in_the_database_has_ended(app: Flask, anonymous: Caller, pair: Pair, column: str) -> None:
    now = datetime.now(UTC)
    over = {
        "is_active": update(User).where(User.id == int(pair.claims["sub"])).values(is_active=False),
        "ended_at": update(UserSession).where(UserSession.sid == UUID(pair.claims["sid"])).values(ended_at=now),
        "expires_at": update(UserSession)
        .where(UserSession.sid == UUID(pair.claims["sid"]))
        .values(created_at=now - timedelta(days=2), expires_at=now - timedelta(seconds=1)),
    }
    with app.app_context():
        db.session.execute(over[column])
        db.session.commit()
    for route in protected(app):
        token = pair.refresh if route.operation.refresh else pair.access
        assert_refused(anonymous.send(route.method, route.address, headers=bearer(token)), route.name)


def test_a_forged_role_gives_no_rights(app: Flask, anonymous: Caller) -> None:
    viewer = open_session(app, anonymous, "viewer")
    forged = viewer.forged(role="admin", permissions=sorted(ROLE_PERMISSIONS["admin"]))
    assert anonymous.with_headers(**bearer(forged)).get("/api/users", 403)["code"] == "forbidden"


@pytest.mark.parametrize("role", list(ROLE_PERMISSIONS))
def test_the_claims_tell_the_frontend_role_and_permissions(app: Flask, anonymous: Caller, role: str) -> None:
    claims = open_session(app, anonymous, role).claims
    everything = ROLE_PERMISSIONS["admin"]
    assert (claims["role"], claims["permissions"]) == (role, shortened(ROLE_PERMISSIONS[role], everything))


@pytest.mark.parametrize("role", list(ROLE_PERMISSIONS))
def test_a_renewed_token_has_the_same_claims(app: Flask, anonymous: Caller, role: str) -> None:
    pair = open_session(app, anonymous, role)
    renewed = anonymous.with_headers(**bearer(pair.refresh)).post("/api/auth/refresh", expect=200)["access_token"]
    claims = jwt.decode(renewed, options={"verify_signature": False})
    for name in ("sub", "sid", "role", "permissions", "type"):
        assert claims[name] == pair.claims[name], name


def test_tokens_live_as_long_as_the_settings_say(pair: Pair) -> None:
    refresh = jwt.decode(pair.refresh, options={"verify_signature": False})
    assert pair.claims["exp"] - pair.claims["iat"] == 15 * 60
    assert refresh["exp"] - refresh["iat"] == 30 * 24 * 60 * 60
    assert (pair.claims["type"], refresh["type"]) == ("access", "refresh")
    assert jwt.get_unverified_header(pair.access) == {"alg": "HS256", "typ": "JWT"}
