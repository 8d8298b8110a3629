"""Recorded responses for repeated requests, stored in the transaction of the request."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    bindparam,
    delete,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.infra.db import Base, Keyed

LIFETIME = timedelta(hours=24)


class IdempotencyKey(Keyed, Base):
    """A key of a user, its request, and the recorded response (encrypted, as it may be confidential)."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("user_id", "key", name="uq_idempotency_keys_key"),)

    user_id: Mapped[int] = mapped_column(BigInteger)
    method: Mapped[str] = mapped_column(String(10))
    path: Mapped[str] = mapped_column(String(2000))
    key: Mapped[str] = mapped_column(String(255))
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int | None] = mapped_column(SmallInteger)
    headers: Mapped[dict[str, str] | None] = mapped_column(JSONB)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a key."""

    user_id: int
    method: str
    path: str
    key: str
    fingerprint: bytes

    def lock_id(self) -> int:
        """Key of the advisory lock that is held while the request runs."""
        name = f"idempotency:{self.user_id}:{self.key}".encode()
        return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), signed=True)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded response, and the request that it belongs to."""

    method: str
    path: str
    fingerprint: bytes
    status: int
    headers: dict[str, str]
    body: bytes

    def answers(self, use: Use) -> bool:
        """Whether the key is used for the same request again."""
        return (self.method, self.path, self.fingerprint) == (use.method, use.path, use.fingerprint)


def claim(session: Session, use: Use, now: datetime) -> int | Recorded | None:
    """Row id of a new key, or its recorded response, or None while another request with the key runs.

    Never waits for the other request, which holds the advisory lock until its transaction ends.
    """
    expired = now - LIFETIME
    ours = session.scalar(_CLAIM, {**asdict(use), "now": now, "expired": expired, "lock": use.lock_id()})
    if ours is not None:
        return int(ours)
    # The lock may also be held by a request that only reads the recorded answer, so that is looked for either way.
    row: Any = session.execute(_RECORDED, {"user_id": use.user_id, "key": use.key, "expired": expired}).one_or_none()
    return None if row is None else Recorded(*row)


_CLAIM = text(
    """
    INSERT INTO idempotency_keys AS kept (user_id, method, path, key, fingerprint, created_at)
    SELECT :user_id, :method, :path, :key, :fingerprint, :now WHERE pg_try_advisory_xact_lock(:lock)
    ON CONFLICT ON CONSTRAINT uq_idempotency_keys_key DO UPDATE
    SET method = excluded.method, path = excluded.path, fingerprint = excluded.fingerprint, created_at = :now
    WHERE kept.created_at < :expired
    RETURNING id
""".strip()
)
_KEPT = IdempotencyKey
_RECORDED = select(_KEPT.method, _KEPT.path, _KEPT.fingerprint, _KEPT.status, _KEPT.headers, _KEPT.body).where(
    _KEPT.user_id == bindparam("user_id"), _KEPT.key == bindparam("key"), _KEPT.created_at >= bindparam("expired")
)


def record(session: Session, row_id: int, *, status: int, headers: dict[str, str], body: bytes) -> None:
    """Record the response."""
    session.execute(
        update(IdempotencyKey).where(IdempotencyKey.id == row_id).values(status=status, headers=headers, body=body)
    )


def forget_user(session: Session, user_id: int) -> None:
    """Delete all keys of a user, with the recorded responses."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.user_id == user_id))


def purge(session: Session, now: datetime) -> int:
    """Delete keys older than a day."""
    result = session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now - LIFETIME))
    return int(result.rowcount)  # type: ignore[attr-defined]  # a DELETE answers with a CursorResult
