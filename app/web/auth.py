"""Authentication: the token names the caller, and the database confirms it at every request."""

import logging
import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import Flask, current_app, g, request
from flask_jwt_extended import JWTManager, create_access_token, create_refresh_token, decode_token
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt import ExpiredSignatureError, PyJWTError

from app.infra import clock
from app.kernel.addresses import limiting_key
from app.kernel.errors import Forbidden, Unauthenticated
from app.kernel.identity import API_TOKEN_PREFIX, Identity, token_hash
from app.kernel.permissions import shortened
from app.manifest import Catalog, Claim
from app.web import cookies
from app.web.context import context
from app.web.fields import LARGEST_ID

log = logging.getLogger(__name__)

Claims = dict[str, Any]
Identify = Callable[[UUID, int], Identity | None]
"""Returns the identity for a session's and a user's id, or None if the session has ended."""
IdentifyToken = Callable[[str], Identity | None]
"""Returns the identity for the hash of an API token, in a transaction of its own, or None if there is no such token."""

_ISSUER = "control-fresco"
_USER_ID = re.compile(r"[0-9]{1,19}")
_SID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TYPES = {
    **dict.fromkeys(("exp", "iat", "nbf"), (int, float)),
    **dict.fromkeys(("iss", "aud", "jti", "type"), (str,)),
}
"""Types of the claims: PyJWT would accept a text for a number, or a list as audience."""
_BEARER = re.compile(r"Bearer ([\w-]+\.[\w-]+\.[\w-]+)", re.ASCII)
_GENERATION = "generation"
_MOST_GENERATIONS = 2**31 - 1
_API = "api"
_API_TOKEN = re.compile(rf"Bearer ({API_TOKEN_PREFIX}[\w-]{{43}})", re.ASCII)
_LEEWAY = 10
"""Tolerated difference between the clocks of several machines, in seconds."""
_LONGEST_PERMISSIONS = 3 * 1024
"""Bytes of the claim `permissions` above which it is left out: servers refuse headers above 8 KB."""
_LONGEST_IN_COOKIES = 2 * 1024
"""Limit of the claim with AUTH_COOKIES, since browsers drop cookies above 4 KB."""
_LONGEST_CLAIM = 500
"""Bytes of JSON above which a claim of a suite is left out."""
_OWN_CLAIMS = frozenset({"csrf", "fresh", "permissions", "permissions_in_me", "role", "sid", "sub"})
"""Claims of the program, beside those of `_TYPES`, which no suite may set."""
_MARKS = 3
"""Quotation marks and a comma around each permission in JSON."""
_REMEMBERED = 1000
"""Number of verified tokens that a process caches."""


def init_app(app: Flask, identify: Identify, identify_token: IdentifyToken) -> None:
    """Set up tokens: HS256, signed with SECRET_KEY; they come in the header, or in cookies."""
    config = app.config
    config.update(
        JWT_ALGORITHM="HS256",
        JWT_ACCESS_TOKEN_EXPIRES=config["ACCESS_TOKEN_LIFETIME"],
        JWT_REFRESH_TOKEN_EXPIRES=config["REFRESH_TOKEN_LIFETIME"],
        JWT_DECODE_LEEWAY=_LEEWAY,
        JWT_ENCODE_ISSUER=_ISSUER,
        JWT_DECODE_ISSUER=_ISSUER,
        JWT_ENCODE_AUDIENCE=_ISSUER,
        JWT_DECODE_AUDIENCE=_ISSUER,
    )
    taken = {one.name for one in config["CLAIMS"]} & {*_TYPES, *_OWN_CLAIMS, _GENERATION}
    if taken:
        raise ValueError(f"suites declare claims of the program: {', '.join(sorted(taken))}")
    JWTManager(app)
    app.extensions["identify"] = identify
    app.extensions["identify_token"] = identify_token
    # A valid signature stays valid, and verifying it costs more than all other checks of a token.
    app.extensions["genuine_claims"] = lru_cache(maxsize=_REMEMBERED)(_decoded)


def genuine_claims(*, refresh: bool) -> Claims:
    """Claims of a genuine token of this kind; raises Unauthenticated for any other.

    Needs no database; `authenticate` checks that the session is active.
    """
    given = request.headers.get("Authorization", type=_API_TOKEN.fullmatch)
    if given is not None and not refresh:
        return {"type": _API, "hash": token_hash(given[1])}
    kept = cookies.token(refresh=refresh)
    claims = _genuine_claims(current_app.extensions["genuine_claims"], kept)
    if claims.get("type") != ("refresh" if refresh else "access"):
        raise _invalid()
    if kept is not None:
        cookies.check(str(claims.get("sid")))
    return claims


def is_api_token(claims: Claims | None) -> bool:
    """Whether the caller sent an API token, which only the database can tell from another text."""
    return claims is not None and claims["type"] == _API


def caller_key(claims: Claims | None) -> str:
    """Key of the caller, to share turns by: the user of a genuine token, else the address."""
    if claims is None or is_api_token(claims):
        return limiting_key(request.remote_addr or "unknown")
    return f"user {claims.get('sub')}"


def authenticate(claims: Claims) -> Identity:
    """Identity of the caller; raises Unauthenticated if the session is over or the API token is none."""
    if is_api_token(claims):
        return _authenticate_token(claims["hash"])
    identity = _identified(claims, current_app.extensions["identify"])
    if identity is None:
        raise Unauthenticated("The session is over; log in again.", code="session_over")
    g.identity = identity
    g.claims = claims
    return identity


def _authenticate_token(token_hash: str) -> Identity:
    identify_token: IdentifyToken = current_app.extensions["identify_token"]
    identity = identify_token(token_hash)
    if identity is None:
        raise _invalid()
    g.identity = identity
    return identity


def _decoded(token: str) -> Claims:
    """Claims of a token with a valid signature, each of its type."""
    claims: Claims = decode_token(token)
    if any(type(claims.get(name)) not in types for name, types in _TYPES.items()):
        raise _invalid()
    return claims


def _genuine_claims(read: Callable[[str], Claims], kept: str | None) -> Claims:
    """Claims of a valid, unexpired token: that of the header, or else the one that a cookie kept."""
    given = request.headers.get("Authorization", type=_BEARER.fullmatch)
    token = kept if given is None else given[1]
    if token is None:
        raise _invalid()
    try:
        claims = read(token)
    except ExpiredSignatureError:
        raise _expired() from None
    except (PyJWTError, JWTExtendedException, ValueError):
        raise _invalid() from None
    if claims["exp"] <= clock.machine_time().timestamp() - _LEEWAY:
        raise _expired()
    return claims


def _invalid() -> Unauthenticated:
    return Unauthenticated("A valid token is required.", code="token_invalid")


def _expired() -> Unauthenticated:
    return Unauthenticated("The token has expired.", code="token_expired")


def _identified(claims: Claims, identify: Identify) -> Identity | None:
    sid, subject = str(claims.get("sid")), str(claims.get("sub"))
    if not _SID.fullmatch(sid) or not _USER_ID.fullmatch(subject) or int(subject) > LARGEST_ID:
        return None
    return identify(UUID(sid), int(subject))


def require(identity: Identity, *permissions: str) -> None:
    """Raise Forbidden, naming the first, unless the identity has one of the permissions."""
    if not any(identity.may(one) for one in permissions):
        raise Forbidden(f"Your role does not have this permission ({permissions[0]}).")


def current_identity() -> Identity:
    """Identity of the caller; only in operations that require a login."""
    identity: Identity = g.identity
    return identity


def refresh_generation() -> int:
    """Number of refresh tokens that came before the one of this request in its session."""
    generation = g.claims.get(_GENERATION, 0)
    if type(generation) is not int or not 0 <= generation < _MOST_GENERATIONS:
        raise _invalid()
    return generation


def access_token(identity: Identity) -> str:
    """Create a short-lived token for API calls."""
    claims = _claims(identity) | _claims_of_suites(identity)
    token: str = create_access_token(str(identity.user_id), additional_claims=claims)
    return token


def refresh_token(identity: Identity, generation: int = 0, expires_at: datetime | None = None) -> str:
    """Create a long-lived token that only gets new tokens; that of a login has generation 0."""
    lifetime = None if expires_at is None else expires_at - clock.now()
    claims = _claims(identity) | ({_GENERATION: generation} if generation else {})
    token: str = create_refresh_token(str(identity.user_id), expires_delta=lifetime, additional_claims=claims)
    return token


def _claims(identity: Identity) -> Claims:
    """Claims for frontends; what counts at each request is the database."""
    catalog: Catalog = current_app.config["CATALOG"]
    claims = {"sid": str(identity.sid), "role": identity.role}
    permissions = shortened(identity.permissions, catalog.permissions)
    longest = _LONGEST_IN_COOKIES if current_app.config["AUTH_COOKIES"] else _LONGEST_PERMISSIONS
    if sum(map(len, permissions)) + len(permissions) * _MARKS > longest:
        return {**claims, "permissions_in_me": True}
    return {**claims, "permissions": permissions}


def _claims_of_suites(identity: Identity) -> Claims:
    """Claims that suites declare; one that is too long for a header is left out."""
    declared: tuple[Claim, ...] = current_app.config["CLAIMS"]
    if not declared:
        return {}
    found = {one.name: one.read(context(), identity.user_id) for one in declared}
    short = {name: value for name, value in found.items() if len(current_app.json.dumps(value)) <= _LONGEST_CLAIM}
    if left_out := found.keys() - short.keys():
        log.warning("claims are too long and left out of a token: %s", ", ".join(sorted(left_out)))
    return {name: value for name, value in short.items() if value is not None}
