"""Audit entries, which a trigger of the database records, their seals, and refusals."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, Integer, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed


class _Recorded(Keyed):
    """Columns of both logs."""

    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    request_id: Mapped[str | None] = mapped_column(String(128))
    action: Mapped[str] = mapped_column(String(40))
    table_name: Mapped[str] = mapped_column(String(63))
    row_id: Mapped[int | None] = mapped_column(BigInteger)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    became: Mapped[dict[str, Any] | None] = mapped_column("after", JSON)
    """The row after an insert; the changed columns after an update; the detail of an event."""
    operation: Mapped[str | None] = mapped_column(String(200))
    """The permission that the request needed, or the name of the job or task."""
    suite: Mapped[str | None] = mapped_column(String(40))
    domain: Mapped[str | None] = mapped_column(String(40))
    """Domain of the operation."""
    address: Mapped[str | None] = mapped_column(String(64))
    user_agent: Mapped[str | None] = mapped_column(String(300))
    session_id: Mapped[int | None] = mapped_column(BigInteger)

    @property
    def after(self) -> dict[str, Any] | None:
        """The whole row after the change; NULL after a delete."""
        return None if self.became is None else {**(self.before or {}), **self.became}


def _row_of_change() -> CheckConstraint:
    return CheckConstraint("row_id IS NOT NULL OR action NOT IN ('insert', 'update', 'delete')", name="row_of_change")


class AuditEntry(_Recorded, Base):
    """Insert, update or delete of a row, or an event: who, when, by which operation, and the values before and after.

    An event has its verb as action, and the type and id of what it concerns as table and row.
    """

    __tablename__ = "audit_log"

    __table_args__ = (
        _row_of_change(),
        Index("ix_audit_log_row", "table_name", "row_id", "id"),
        # Jobs write many rows without a user, and rows are ordered by time: these indexes cost little.
        Index("ix_audit_log_user_id", "user_id", "id", postgresql_where=text("user_id IS NOT NULL")),
        Index("ix_audit_log_at", "at", postgresql_using="brin"),
    )


class BookAuditEntry(_Recorded, Base):
    """Change of a row of somebody's book, or an event there: not sealed, and read by the owners of the book alone."""

    __tablename__ = "book_audit"

    book_id: Mapped[int] = mapped_column(BigInteger)
    """Id of a book, which may be gone by now."""

    __table_args__ = (
        _row_of_change(),
        Index("ix_book_audit_book_id", "book_id", "id"),
        Index("ix_book_audit_row", "book_id", "table_name", "row_id", "id"),
    )


class AuditEntryRecord(NamedTuple):
    """An entry of the audit log; `after` is the whole row after the change."""

    id: int
    at: datetime
    user_id: int | None
    request_id: str | None
    action: str
    table_name: str
    row_id: int | None
    operation: str | None
    suite: str | None
    domain: str | None
    address: str | None
    user_agent: str | None
    session_id: int | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class AuditSeal(Keyed, Base):
    """Digest of the entries after `since_id` up to `until_id`, and of the previous seal: a hash chain."""

    __tablename__ = "audit_seals"

    since_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    until_id: Mapped[int] = mapped_column(BigInteger)
    entries: Mapped[int] = mapped_column(BigInteger)
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    sealed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (CheckConstraint("since_id < until_id", name="some"),)


class AccessRefusal(Keyed, Base):
    """A failed login or a request refused with 401 or 403, or several of one address."""

    __tablename__ = "access_refusals"

    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    kind: Mapped[str] = mapped_column(String(20))
    status: Mapped[int] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(String(50))
    username: Mapped[str | None] = mapped_column(String(200))
    """The name that a login tried."""
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    address: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(300))
    method: Mapped[str] = mapped_column(String(20))
    path: Mapped[str] = mapped_column(String(500))
    request_id: Mapped[str] = mapped_column(String(128))
    times: Mapped[int] = mapped_column(BigInteger)
    """Number of refusals that this row stands for; the other values are those of the last."""

    __table_args__ = (
        CheckConstraint("kind IN ('login_failed', 'too_many_tries', 'unauthenticated', 'forbidden')", name="kind"),
        CheckConstraint("times > 0", name="times"),
        Index("ix_access_refusals_address", address, "id"),
        Index("ix_access_refusals_at", at),
    )


class AccessRefusalRecord(NamedTuple):
    """A failed login or refused request, or several of one address."""

    id: int
    at: datetime
    kind: str
    status: int
    code: str
    username: str | None
    user_id: int | None
    address: str
    user_agent: str
    method: str
    path: str
    request_id: str
    times: int
