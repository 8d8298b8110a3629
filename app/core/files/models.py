"""Stored files."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, String, func
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed


class StoredFile(Keyed, Base):
    """An uploaded file; its content is in the file store under `path`."""

    __tablename__ = "stored_files"

    path: Mapped[str] = mapped_column(String(100), unique=True)
    original_name: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    uploaded_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        CheckConstraint("size > 0", name="not_empty"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_form"),
    )

    @property
    def url(self) -> str:
        """URL path of the download."""
        return f"/api/files/{self.id}"


class StoredFileRecord(NamedTuple):
    """A stored file."""

    id: int
    path: str
    original_name: str
    content_type: str
    size: int
    sha256: str
    uploaded_by: int | None
    created_at: datetime
