"""Stored files."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, func
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed
from app.infra.segments import stored_size


class StoredFile(Keyed, Base):
    """An uploaded file; its content is in the file store under `path`."""

    __tablename__ = "stored_files"

    path: Mapped[str] = mapped_column(String(100), unique=True)
    original_name: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    uploaded_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))
    by_company: Mapped[bool] = mapped_column(default=True, server_default="true")
    """Whether it was uploaded by somebody who works for the company then, or by the program."""
    book_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("books.id", ondelete="RESTRICT"))
    domain: Mapped[str | None] = mapped_column(String(100))
    """Suite and domain whose row it was attached to, as in `fresco.documents`."""
    key_id: Mapped[int | None] = mapped_column(BigInteger)
    """Id of the key of the book by which the content is encrypted; `sha256` is of the stored bytes, `size` is not."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        CheckConstraint("size > 0", name="not_empty"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_form"),
        CheckConstraint("domain ~ '^[a-z_]+[.][a-z_]+$'", name="domain_form"),
        CheckConstraint("book_id IS NULL OR domain IS NOT NULL", name="book_by_domain"),
        CheckConstraint("key_id IS NULL OR book_id IS NOT NULL", name="key_of_book"),
        Index("ix_stored_files_book_id", book_id, postgresql_where=book_id.is_not(None)),
        # A user's own files, whose sizes are summed before each upload of one.
        Index("ix_stored_files_own", uploaded_by, postgresql_where=~by_company | book_id.is_not(None)),
    )

    @property
    def url(self) -> str:
        """URL path of the download."""
        return f"/api/files/{self.id}"

    @property
    def stored_size(self) -> int:
        """Bytes of the stored content."""
        return self.size if self.key_id is None else stored_size(self.size)


class StoredFileRecord(NamedTuple):
    """A stored file."""

    id: int
    path: str
    original_name: str
    content_type: str
    size: int
    sha256: str
    uploaded_by: int | None
    by_company: bool
    book_id: int | None
    domain: str | None
    key_id: int | None
    created_at: datetime
