"""Documents of clients and projects."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, case, cast, func
from sqlalchemy.orm import Mapped, column_property, mapped_column

from app.domains.documents.rules import DocumentType, Owner
from app.infra.columns import not_blank, one_of
from app.infra.db import Base, Keyed, Timestamps, Versioned


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

    entity_type: Mapped[Owner] = column_property(case((client_id.is_not(None), Owner.CLIENT), else_=Owner.PROJECT))
    """Whose it is."""
    entity_id: Mapped[int] = column_property(func.coalesce(client_id, project_id))
    """Its owner's id."""
    file_url: Mapped[str] = column_property("/api/files/" + cast(file_id, String))
    """Where it is downloaded."""
