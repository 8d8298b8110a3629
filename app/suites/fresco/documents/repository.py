"""Repository of documents."""

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import ColumnElement, Select

from app.infra.queries.repository import Filter, Repository, equal
from app.kernel.errors import NotFound
from app.suites.fresco.documents.models import Document, DocumentRecord
from app.suites.fresco.documents.rules import Owner


@dataclass(frozen=True, slots=True)
class DocumentFilter(Filter):
    """Criteria of the documents of one owner."""

    owner: Owner
    owner_id: int

    def conditions(self) -> list[ColumnElement[bool]]:
        return equal((_of(self.owner), self.owner_id))


class _RemovedDocument(NamedTuple):
    """Path of the file of a removed document."""

    file_path: str


class DocumentRepository(Repository[Document, DocumentRecord]):
    """Documents."""

    model = Document
    record = DocumentRecord
    conflicts: ClassVar = {
        "fk_documents_client_id_clients": NotFound("The client does not exist."),
        "fk_documents_project_id_projects": NotFound("The project does not exist."),
    }

    @classmethod
    def base_query(cls) -> Select[Any]:
        computed = (getattr(Document, name).label(name) for name in ("entity_type", "entity_id", "file_url"))
        return super().base_query().add_columns(*computed)

    def delete_all_of(self, owner: Owner, owner_id: int) -> list[str]:
        """Delete all documents of the owner; returns the paths of their files."""
        return [removed.file_path for removed in self.delete_returning(_RemovedDocument, _of(owner) == owner_id)]


def _of(owner: Owner) -> ColumnElement[int | None]:
    return (Document.client_id if owner is Owner.CLIENT else Document.project_id).expression
