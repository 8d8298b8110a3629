"""Authentication: the same token, session, role and permission as in the program."""

import json
import uuid
from typing import Any, NamedTuple

import jwt
from flask import abort, current_app, request

from app.infra import clock
from bench.floor import database

ISSUER = "control-fresco"

_SESSION = """
    SELECT %(permission)s = ANY (r.permissions), s.id
    FROM sessions s JOIN users u ON u.id = s.user_id JOIN roles r ON r.code = u.role
    WHERE s.sid = %(session)s AND u.id = %(user)s AND s.ended_at IS NULL AND s.expires_at > %(now)s AND u.is_active
"""
ACTOR = """
    SELECT set_config('fresco.user_id', %(actor)s, true), set_config('fresco.session_id', %(of_session)s, true),
           set_config('fresco.request_id', %(request)s, true), set_config('fresco.origin', %(origin)s, true);
"""
"""Statement that sets the actor for the audit trigger, sent in one text with the write."""


class Caller(NamedTuple):
    """Ids of a user and of the session."""

    user_id: int
    session_id: int


def actor(caller: Caller | None, operation: str, suite: str, domain: str) -> dict[str, str]:
    """Values of `ACTOR`."""
    agent = request.headers.get("User-Agent", "")
    origin = {"operation": operation, "suite": suite, "domain": domain, "address": request.remote_addr}
    return {
        "actor": str(caller.user_id) if caller else "",
        "of_session": str(caller.session_id) if caller else "",
        "request": uuid.uuid4().hex,
        "origin": json.dumps(origin | {"user_agent": agent}),
    }


def admit(permission: str) -> Caller:
    """The caller, if the session is active and has the permission."""
    claims = _claims()
    user_id = int(claims["sub"])
    found = database.rows(
        _SESSION, {"session": claims["sid"], "user": user_id, "now": clock.now(), "permission": permission}
    )
    if not found:
        abort(401)
    if not found[0][0]:
        abort(403)
    return Caller(user_id, found[0][1])


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
