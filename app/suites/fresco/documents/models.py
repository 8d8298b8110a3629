"""Documents of clients and projects."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, case, cast, func, type_coerce
from sqlalchemy.orm import Mapped, column_property, mapped_column
from sqlalchemy.types import TypeEngine

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import not_blank, one_of
from app.suites.fresco.documents.rules import DocumentType, Owner

_OWNER: TypeEngine[Owner] = one_of(Owner, "owner")  # type: ignore[assignment]  # SQLAlchemy's Enum reads members


class Document(Keyed, Timestamps, Versioned, Base):
    """A named file of one client or one project."""

    __tablename__ = "documents"

    client_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("clients.id", ondelete="RESTRICT"))
    project_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("projects.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(200))
    type: Mapped[DocumentType] = mapped_column(one_of(DocumentType, "type"))
    file_path: Mapped[str] = mapped_column(String(100), ForeignKey("stored_files.path", ondelete="RESTRICT"))
    file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_files.id", ondelete="RESTRICT"))
    upload_date: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        CheckConstraint("num_nonnulls(client_id, project_id) = 1", name="one_owner"),
        not_blank("name"),
        Index("ix_documents_client_id", client_id),
        Index("ix_documents_project_id", project_id),
        Index("ix_documents_file_path", file_path),
    )

    entity_type: Mapped[Owner] = column_property(
        type_coerce(case((client_id.is_not(None), Owner.CLIENT.value), else_=Owner.PROJECT.value), _OWNER)
    )
    """Kind of the owner."""
    entity_id: Mapped[int] = column_property(func.coalesce(client_id, project_id))
    """Id of the owner."""
    file_url: Mapped[str] = column_property("/api/files/" + cast(file_id, String))
    """URL path of the file."""


class DocumentRecord(NamedTuple):
    """A document of a client or a project, with its owner and the URL path of its file."""

    id: int
    client_id: int | None
    project_id: int | None
    name: str
    type: DocumentType
    file_path: str
    file_id: int
    upload_date: datetime
    created_at: datetime
    updated_at: datetime
    version: int
    entity_type: Owner
    entity_id: int
    file_url: str
