"""Tables of reports."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import not_blank, one_of
from app.suites.personal.reports.rules.saved import LONGEST_NAME, SavedKind


class SavedReport(Keyed, Timestamps, Versioned, Base):
    """A report of a book with its parameters, under a name."""

    __tablename__ = "saved_reports"

    book_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    report: Mapped[SavedKind] = mapped_column(one_of(SavedKind, "report"))
    params: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    """Parameters of a query, as a request has them."""
    created_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))

    __table_args__ = (
        Index("uq_saved_reports_name", "book_id", func.name_key(name), unique=True),
        CheckConstraint("jsonb_typeof(params) = 'object'", name="params_object"),
        not_blank("name"),
    )


class SavedReportRecord(NamedTuple):
    """A report with its parameters, under a name."""

    id: int
    book_id: int
    name: str
    report: SavedKind
    params: dict[str, object]
    created_by: int | None
    created_at: datetime
    updated_at: datetime
    version: int
