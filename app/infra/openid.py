"""Id tokens of an OpenID provider, such as Google: their signature and claims are checked here, without a database."""

import json
import logging
import threading
import time
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

import jwt
from jwt import PyJWK

from app.kernel.errors import Unauthenticated, Unavailable

log = logging.getLogger(__name__)

KEYS_KEPT_SECONDS = 3600.0
"""Time after which the provider's keys are fetched again."""
ASK_AGAIN_SECONDS = 60.0
"""Time between two fetches because of a key that is not known."""
_AFTER_FAILURE_SECONDS = 5.0
_TIMEOUT_SECONDS = 5.0
_MAX_BYTES = 500_000
_LEEWAY_SECONDS = 10
_REQUIRED = ["aud", "exp", "iat", "iss", "nonce", "sub"]


class OpenIdClaims(NamedTuple):
    """Claims of an id token about a person."""

    subject: str
    """Id of the person at the provider; it never changes, unlike the address."""
    email: str
    nonce: str


class KeySet:
    """The provider's public keys by their ids, kept for an hour by each process."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._keys: dict[str, PyJWK] | None = None
        self._fetched_at = self._failed_at = float("-inf")

    def find(self, key_id: str) -> PyJWK | None:
        """The key with this id, or None. An unknown id asks the provider, once a minute at most."""
        with self._lock:
            now = time.monotonic()
            keys, last_try = self._keys or {}, max(self._fetched_at, self._failed_at)
            is_unknown = key_id not in keys and now - last_try >= ASK_AGAIN_SECONDS
            if self._keys is None or now - self._fetched_at >= KEYS_KEPT_SECONDS or is_unknown:
                self._keys = keys = self._fetched(now)
            return keys.get(key_id)

    def _fetched(self, now: float) -> dict[str, PyJWK]:
        """The provider's keys now; Unavailable if it does not answer with keys, for a while without asking again."""
        if now - self._failed_at < _AFTER_FAILURE_SECONDS:
            raise _unavailable()
        try:
            keys = _parsed(_get(self._url))
        except (OSError, HTTPException, ValueError, TypeError, KeyError, AttributeError, jwt.PyJWTError) as error:
            log.warning("the provider's keys can't be fetched: %s: %s", type(error).__name__, error)
            self._failed_at = now
            raise _unavailable() from None
        self._fetched_at = now
        return keys


class OpenIdProvider:
    """Checks the id tokens that a provider makes for one client."""

    def __init__(self, issuer: str, keys_url: str, client_id: str) -> None:
        self.client_id = client_id
        # Google writes its name with and without the scheme.
        self._issuers = (issuer, issuer.removeprefix("https://"))
        self._keys = KeySet(keys_url)

    def claims(self, id_token: str) -> OpenIdClaims:
        """Claims of a genuine, unexpired token, whose nonce is not checked; Unauthenticated for any other."""
        try:
            key = self._keys.find(_key_id(id_token))
            if key is None:
                raise _refused()
            claims = jwt.decode(
                id_token,
                key,
                algorithms=["RS256"],
                audience=self.client_id,
                issuer=self._issuers,
                leeway=_LEEWAY_SECONDS,
                options={"require": _REQUIRED, "strict_aud": True},
            )
        except (jwt.PyJWTError, ValueError, TypeError):
            raise _refused() from None
        return _person(claims)


def _key_id(id_token: str) -> str:
    key_id = jwt.get_unverified_header(id_token).get("kid")
    if not isinstance(key_id, str):
        raise _refused()
    return key_id


def _person(claims: Mapping[str, Any]) -> OpenIdClaims:
    """Typed claims; refused where the provider has not verified the address."""
    found = tuple(claims.get(name) for name in ("sub", "email", "nonce"))
    if claims.get("email_verified") is not True or not all(isinstance(one, str) and one for one in found):
        raise _refused()
    return OpenIdClaims(*map(str, found))


def _get(url: str) -> bytes:
    """The body of the response, of limited size and time."""
    request = Request(url, headers={"Accept": "application/json", "User-Agent": "control-fresco"})  # noqa: S310 - config.py takes only http and https
    deadline, body = time.monotonic() + _TIMEOUT_SECONDS, b""
    with urlopen(request, timeout=_TIMEOUT_SECONDS) as response:  # noqa: S310 - as above
        while chunk := response.read1(65_536):
            body += chunk
            if len(body) > _MAX_BYTES or time.monotonic() > deadline:
                raise ValueError("the answer is too large, or takes too long")
    return body


def _parsed(body: bytes) -> dict[str, PyJWK]:
    """RSA keys for signatures by their ids; others are left out."""
    listed = json.loads(body)["keys"]
    usable = [one for one in listed if one.get("kty") == "RSA" and one.get("use", "sig") == "sig" and one.get("kid")]
    if not usable:
        raise ValueError("there is no key among them")
    return {str(one["kid"]): PyJWK.from_dict(one, algorithm="RS256") for one in usable}


def _refused() -> Unauthenticated:
    return Unauthenticated("The id token is not valid.", code="id_token_invalid")


def _unavailable() -> Unavailable:
    return Unavailable("The sign-in provider does not respond; try again later.", code="sso_unavailable", retry_after=5)
