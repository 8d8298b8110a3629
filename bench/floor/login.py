"""A login: limits, bcrypt, a session, two tokens."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import bcrypt
import jwt
import orjson
from flask import Blueprint, Response, abort, current_app, request
from itsdangerous import URLSafeTimedSerializer

from app.infra import clock
from app.kernel.permissions import shortened
from app.registry import catalog
from bench.floor import database
from bench.floor.answers import answer
from bench.floor.gate import ACTOR, ISSUER, actor
from config import SUITES

routes = Blueprint("login", __name__, url_prefix="/api/auth")

_DECLARED = catalog({"SUITES": SUITES}).permissions
_KEYS = ("id", "username", "email", "full_name", "role", "is_active", "email_verified_at", "created_at", "updated_at")
_ATTEMPTS = "SELECT count(*) FROM login_attempts f WHERE attempted_at > %(now)s - interval '1 minute'"
_ACCOUNT = f"""
    SELECT {", ".join(_KEYS)}, password_hash,
           (SELECT permissions FROM roles WHERE code = role),
           ({_ATTEMPTS} AND f.account = lower(u.username) AND f.address = %(address)s),
           ({_ATTEMPTS} AND f.account = lower(u.username) AND f.address = %(address)s AND NOT f.succeeded),
           ({_ATTEMPTS} AND f.account = lower(u.username) AND NOT f.succeeded),
           ({_ATTEMPTS} AND f.address = %(address)s AND NOT f.succeeded)
    FROM users u WHERE is_active AND (lower(username) = lower(%(name)s) OR lower(email) = lower(%(name)s))
"""
_OPEN = f"""
    {ACTOR}
    INSERT INTO login_attempts (account, address, succeeded, attempted_at)
    SELECT lower(username), %(address)s, true, %(now)s FROM users WHERE id = %(user)s;
    WITH opened AS (
        INSERT INTO sessions (user_id, address, user_agent, created_at, expires_at, last_used_at)
        SELECT id, %(address)s, %(agent)s, %(now)s, %(now)s + %(lifetime)s, %(now)s FROM users
        WHERE id = %(user)s AND password_hash = %(hash)s AND is_active FOR SHARE
        RETURNING sid, user_id
    )
    SELECT sid::text, audit_event('sign_in', 'users', user_id, NULL) FROM opened
"""


@routes.post("/login")
def login() -> Response:
    """Open a session for the right password."""
    given = orjson.loads(request.get_data())
    values: dict[str, Any] = {"name": given["username"].strip(), "address": request.remote_addr, "now": clock.now()}
    found = database.rows(_ACCOUNT, values)
    config = current_app.config
    if not found or any(count >= limit for count, limit in zip(found[0][-4:], config["LOGIN_LIMITS"], strict=True)):
        abort(429)
    user = dict(zip(_KEYS, found[0], strict=False))
    known, permissions = found[0][len(_KEYS) : len(_KEYS) + 2]
    if not bcrypt.checkpw(given["password"].encode(), known.encode()):
        abort(401)
    lifetime = config["REFRESH_TOKEN_LIFETIME"]
    values |= actor(None, "login", "core", "identity")
    values |= {"user": user["id"], "hash": known, "lifetime": lifetime, "agent": request.user_agent.string}
    opened = database.rows(_OPEN, values)
    if not opened:
        abort(401)
    own = {
        "sub": str(user["id"]),
        "sid": opened[0][0],
        "role": user["role"],
        "permissions": shortened(permissions, _DECLARED),
    }
    access = _token(own, "access", config["ACCESS_TOKEN_LIFETIME"])
    refresh = _token(own, "refresh", lifetime)
    device = URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=f"device-token:{known}").dumps(
        uuid.uuid4().hex
    )
    return answer(
        {
            "access_token": access,
            "refresh_token": refresh,
            "device_token": device,
            "user": user,
            "financial_summary": None,
        }
    )


def _token(own: dict[str, Any], kind: str, lifetime: timedelta) -> str:
    now = datetime.now(UTC)
    claims = {
        "fresh": False,
        "iat": now,
        "jti": str(uuid.uuid4()),
        "type": kind,
        "nbf": now,
        "csrf": str(uuid.uuid4()),
        "exp": now + lifetime,
        "iss": ISSUER,
        "aud": ISSUER,
        **own,
    }
    return jwt.encode(claims, current_app.config["SECRET_KEY"], "HS256")
