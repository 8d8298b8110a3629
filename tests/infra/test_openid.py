"""Id tokens: only a genuine one of this client is believed, and keys are fetched rarely."""

import json
from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from app.infra import openid
from app.infra.openid import OpenIdClaims, OpenIdProvider
from app.kernel.errors import Unauthenticated, Unavailable
from tests.openid_issuer import CLIENT_ID, Issuer, private_key, unsigned


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer() as running:
        yield running


@pytest.fixture
def provider(issuer: Issuer) -> OpenIdProvider:
    return OpenIdProvider(issuer.url, f"{issuer.url}/keys", CLIENT_ID)


def test_a_genuine_token_names_its_person(issuer: Issuer, provider: OpenIdProvider) -> None:
    assert provider.claims(issuer.token(nonce="once")) == OpenIdClaims("1001", "ana@brisa.example", "once")


def test_google_may_leave_the_scheme_out_of_its_name(issuer: Issuer) -> None:
    provider = OpenIdProvider("https://accounts.example", f"{issuer.url}/keys", CLIENT_ID)
    for name in ("https://accounts.example", "accounts.example"):
        assert provider.claims(issuer.token(iss=name)).subject == "1001"


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "of another client"},
        {"aud": [CLIENT_ID]},
        {"aud": [CLIENT_ID, "of another client"]},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"iat": None},
        {"nonce": None},
        {"nonce": 5},
        {"sub": None},
        {"sub": ""},
        {"sub": 1001},
        {"email": None},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"key": "another"},
        {"key": "another", "kid": "first"},
        {"nbf": 4_000_000_000},
    ],
    ids=str,
)
def test_any_other_token_is_refused(issuer: Issuer, provider: OpenIdProvider, changed: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        provider.claims(issuer.token(**changed))


def test_a_token_is_not_signed_by_what_it_says(issuer: Issuer, provider: OpenIdProvider) -> None:
    """Not by nothing, nor by the public key as if it were a secret, nor by a key that it brings."""
    public = json.loads(issuer.keys())["keys"][0]
    brought = {**json.loads(issuer.keys())["keys"][0], "n": public["n"][::-1]}
    forged = [
        unsigned(issuer.claims()),
        jwt.encode(issuer.claims(), public["n"], "HS256", headers={"kid": "first"}),
        jwt.encode(issuer.claims(), private_key("another"), "RS256", headers={"kid": "first", "jwk": brought}),
        jwt.encode(issuer.claims(), private_key("first"), "RS512", headers={"kid": "first"}),
        jwt.encode(issuer.claims(), private_key("first"), "RS256"),
        "a.b.c",
        "",
        "x" * 5000,
    ]
    for token in forged:
        with pytest.raises(Unauthenticated):
            provider.claims(token)


def test_keys_are_kept_and_an_unknown_one_asks_once_a_minute(
    issuer: Issuer, provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]  # whole numbers, whose differences are exact
    monkeypatch.setattr(openid.time, "monotonic", lambda: now[0])
    for _ in range(3):
        provider.claims(issuer.token())
    assert issuer.requests == 1
    issuer.published = ["first", "second"]
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            provider.claims(issuer.token(key="second"))
    assert issuer.requests == 1, "it asked less than a minute ago"
    now[0] += openid.ASK_AGAIN_SECONDS
    provider.claims(issuer.token(key="second"))
    assert issuer.requests == 2
    issuer.published = ["second"]
    now[0] += openid.KEYS_KEPT_SECONDS - 1
    provider.claims(issuer.token())
    assert issuer.requests == 2
    now[0] += 1
    with pytest.raises(Unauthenticated):
        provider.claims(issuer.token())
    assert issuer.requests == 3


@pytest.mark.parametrize(
    "failing",
    [{"status": 500}, {"body": b"<html>"}, {"body": b"[]"}, {"body": b'{"keys": []}'}, {"body": b"x" * 600_000}],
    ids=str,
)
def test_a_provider_that_does_not_answer_is_503_and_left_alone_for_a_while(
    issuer: Issuer, provider: OpenIdProvider, failing: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in failing.items():
        setattr(issuer, name, value)
    for _ in range(5):
        with pytest.raises(Unavailable):
            provider.claims(issuer.token())
    assert issuer.requests == 1
    issuer.status, issuer.body = 200, None
    monkeypatch.setattr(openid, "_AFTER_FAILURE_SECONDS", 0.0)
    provider.claims(issuer.token())


def test_a_provider_that_drips_is_given_up(
    issuer: Issuer, provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openid, "_TIMEOUT_SECONDS", 0.4)
    issuer.drips = True
    with pytest.raises(Unavailable):
        provider.claims(issuer.token())
