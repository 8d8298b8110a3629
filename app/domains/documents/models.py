"""Documents of clients and projects."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, func
from sqlalchemy.orm import Mapped, mapped_column

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

    @property
    def entity_type(self) -> Owner:
        """Whose it is."""
        return Owner.CLIENT if self.client_id is not None else Owner.PROJECT

    @property
    def entity_id(self) -> int | None:
        """Its owner's id."""
        return self.client_id if self.client_id is not None else self.project_id

    @property
    def file_url(self) -> str:
        """Where it is downloaded."""
        return f"/api/files/{self.file_id}"
