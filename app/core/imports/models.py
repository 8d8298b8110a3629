"""Imports, and the records that they made."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.imports.rules import ImportState
from app.infra.db import Base, Keyed, Versioned
from app.infra.db.columns import one_of, sane_day


class Import(Keyed, Versioned, Base):
    """A file whose rows were imported, or that failed."""

    __tablename__ = "imports"

    kind: Mapped[str] = mapped_column(String(60))
    permission: Mapped[str] = mapped_column(String(100))
    """The permission that its rows need, to be taken back too."""
    file_name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[ImportState] = mapped_column(one_of(ImportState, "state"))
    rows: Mapped[int]
    created: Mapped[int]
    duplicates: Mapped[int]
    invalid: Mapped[int]
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """Row, field and message of the first errors."""
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    """Days of its rows, by which a month knows the imports that failed."""
    created_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        CheckConstraint("rows >= created + duplicates + invalid", name="rows_counted"),
        CheckConstraint("invalid = 0 OR created = 0", name="all_or_nothing"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_form"),
        sane_day("first_day"),
        sane_day("last_day"),
        Index("ix_imports_created_by", created_by),
        Index("ix_imports_failed", "first_day", postgresql_where=text("state = 'failed'")),
    )


class ImportRecord(NamedTuple):
    """An import."""

    id: int
    kind: str
    permission: str
    file_name: str
    sha256: str
    state: ImportState
    rows: int
    created: int
    duplicates: int
    invalid: int
    problems: list[dict[str, Any]]
    first_day: date | None
    last_day: date | None
    created_by: int | None
    created_at: datetime
    version: int


class ImportedRow(Keyed, Base):
    """A record that an import made, until it is taken back."""

    __tablename__ = "imported_rows"

    import_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("imports.id", ondelete="CASCADE"))
    number: Mapped[int]
    """Number of the row in the file."""
    row_id: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        UniqueConstraint("import_id", "number", name="uq_imported_rows_number"),
        CheckConstraint("number > 0", name="number_positive"),
    )
