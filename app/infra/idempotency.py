"""Answers kept for repeated requests, written in the transaction of the work they answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    delete,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.infra.db import Base, Keyed

LIFETIME = timedelta(hours=24)


class IdempotencyKey(Keyed, Base):
    """A key used by a user for a method and path, with the answer to give again (sealed: it may hold tokens)."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("user_id", "method", "path", "key", name="uq_idempotency_keys_use"),)

    user_id: Mapped[int] = mapped_column(BigInteger)  # 0: nobody is logged in
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


@dataclass(frozen=True, slots=True)
class Recorded:
    """The answer that was given."""

    fingerprint: bytes
    status: int
    headers: dict[str, str]
    body: bytes


def claim(session: Session, use: Use, now: datetime) -> int | Recorded:
    """Ours to answer (its row id), or answered already. Waits while another request is answering it."""
    values: dict[str, Any] = {
        "user_id": use.user_id,
        "method": use.method,
        "path": use.path,
        "key": use.key,
        "fingerprint": use.fingerprint,
        "created_at": now,
    }
    statement = (
        insert(IdempotencyKey)
        .values(values)
        .on_conflict_do_update(
            constraint="uq_idempotency_keys_use",
            set_={"created_at": now, "fingerprint": use.fingerprint},
            where=IdempotencyKey.created_at < now - LIFETIME,
        )
        .returning(IdempotencyKey.id)
    )
    ours = session.scalar(statement)
    if ours is not None:
        return ours
    row = session.execute(
        select(
            IdempotencyKey.fingerprint, IdempotencyKey.status, IdempotencyKey.headers, IdempotencyKey.body
        ).filter_by(user_id=use.user_id, method=use.method, path=use.path, key=use.key)
    ).one()
    return Recorded(row.fingerprint, row.status, row.headers, row.body)


def record(session: Session, row_id: int, *, status: int, headers: dict[str, str], body: bytes) -> None:
    """Keep the answer."""
    session.execute(
        update(IdempotencyKey).where(IdempotencyKey.id == row_id).values(status=status, headers=headers, body=body)
    )


def purge(session: Session, now: datetime) -> int:
    """Forget keys that are past their day."""
    result = session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now - LIFETIME))
    return int(result.rowcount)  # type: ignore[attr-defined]  # a DELETE answers with a CursorResult
