"""Answers kept for repeated requests, written in the transaction of the work they answer."""

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
    """A key of a user, the request it was used for, and the answer to give again (sealed: it may be confidential)."""

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
        """The 64-bit number of the advisory lock that is held while the key's request runs."""
        name = f"idempotency:{self.user_id}:{self.key}".encode()
        return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), signed=True)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An answer that was given, and the request that it answered."""

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
    """The row id of a key to be answered now; its recorded answer; or None while another request runs under it.

    Never waits for that other request: it holds the lock, which is tried once, until its transaction ends.
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
    """Keep the answer."""
    session.execute(
        update(IdempotencyKey).where(IdempotencyKey.id == row_id).values(status=status, headers=headers, body=body)
    )


def purge(session: Session, now: datetime) -> int:
    """Forget keys that are past their day."""
    result = session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now - LIFETIME))
    return int(result.rowcount)  # type: ignore[attr-defined]  # a DELETE answers with a CursorResult
