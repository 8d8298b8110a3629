"""Authentication: the same token, session, role and permission as in the program."""

from typing import Any

import jwt
from flask import abort, current_app, request

from app.core.identity.rules import Role
from app.infra import clock
from app.registry import role_permissions_of
from bench.floor import database
from config import SUITES

ISSUER = "control-fresco"
ROLE_PERMISSIONS = role_permissions_of({"SUITES": SUITES})

_SESSION = """
    SELECT u.role FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.sid = %(session)s AND u.id = %(user)s AND s.ended_at IS NULL AND s.expires_at > %(now)s AND u.is_active
"""
ACTOR = "SELECT set_config('fresco.user_id', %(actor)s, true), set_config('fresco.request_id', %(request)s, true);"
"""Statement that sets the actor for the audit trigger, sent in one text with the write."""


def admit(permission: str) -> int:
    """Id of the caller, if the session is active and has the permission."""
    claims = _claims()
    user_id = int(claims["sub"])
    found = database.rows(_SESSION, {"session": claims["sid"], "user": user_id, "now": clock.now()})
    if not found:
        abort(401)
    if permission not in ROLE_PERMISSIONS[Role(found[0][0])]:
        abort(403)
    return user_id


def _claims() -> dict[str, Any]:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        claims: dict[str, Any] = jwt.decode(
            token, current_app.config["SECRET_KEY"], ["HS256"], audience=ISSUER, issuer=ISSUER, leeway=10
        )
    except jwt.PyJWTError:
        abort(401)
    if kind != "Bearer" or claims["type"] != "access":
        abort(401)
    return claims
