"""Idempotency-Key: a repeated request is executed once, and gets the same response."""

import hashlib
import json
import re
from base64 import urlsafe_b64encode
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from flask import Response, current_app, request
from sqlalchemy.orm import Session

from app.infra import clock
from app.infra.idempotency import Recorded, Use, claim, record
from app.kernel.errors import Conflict, Invalid, KeyReused
from app.kernel.files import JudgedFile
from app.kernel.identity import Identity

HEADER = "Idempotency-Key"
PATTERN = r"^[\x20-\x7e]{1,255}$"
"""Pattern of a key: printable ASCII. A header that is sent twice is one key, joined by a comma."""
_KEY = re.compile(PATTERN.removeprefix("^").removesuffix("$"))
_KEPT_HEADERS = ("Content-Type", "Location", "ETag")


class Attempt:
    """One POST with a key, whose response is to be recorded."""

    def __init__(self, session: Session, row_id: int) -> None:
        self.session = session
        self.row_id = row_id

    def keep(self, response: Response) -> None:
        """Record the response, in the request's transaction."""
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        sealed = _seal().encrypt(response.get_data())
        record(self.session, self.row_id, status=response.status_code, headers=headers, body=sealed)


def begin(
    session: Session, identity: Identity | None, content: Any, file: JudgedFile | None
) -> Attempt | Response | None:
    """None without a key or a user; the recorded response, if there is one; else a new attempt."""
    key = request.headers.get(HEADER)
    if key is None or identity is None:
        return None
    if not _KEY.fullmatch(key):
        raise Invalid.field(HEADER, "One key of 1 to 255 printable ASCII characters.")
    use = Use(identity.user_id, request.method, request.path, key, _fingerprint(content, file))
    found = claim(session, use, clock.now())
    if found is None:
        raise Conflict("The request under this key is still running.", code="request_in_progress", retry_after=1)
    if isinstance(found, Recorded):
        return _replay(found, use)
    return Attempt(session, found)


def _replay(found: Recorded, use: Use) -> Response:
    if not found.answers(use):
        raise KeyReused("This Idempotency-Key was used for another request.")
    try:
        body = _seal().decrypt(found.body)
    except InvalidToken:
        raise Conflict(
            "The request was executed, but its response can't be read any more.", code="answer_lost"
        ) from None
    response = Response(body, status=found.status, headers=found.headers)
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _fingerprint(content: Any, file: JudgedFile | None) -> bytes:
    """Keyed hash of query and body, independent of the body's formatting."""
    known = [sorted(request.args.items(multi=True)), content, None if file is None else f"{file.name}:{file.sha256}"]
    # Not orjson: it rejects lone surrogates and long integers, which the schema rejects with a message.
    plain = json.dumps(known, default=repr, sort_keys=True).encode()
    secret: str = current_app.config["SECRET_KEY"]
    return hashlib.blake2b(plain, key=hashlib.sha256(secret.encode()).digest()).digest()


def _seal() -> Fernet:
    """Encryption of recorded responses: the database alone does not reveal them."""
    secret: str = current_app.config["SECRET_KEY"]
    return Fernet(urlsafe_b64encode(hashlib.sha256(b"idempotency:" + secret.encode()).digest()))
