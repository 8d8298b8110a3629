"""Questions about documents."""

from collections.abc import Sequence
from typing import ClassVar

from sqlalchemy import ColumnElement, select

from app.domains.documents.models import Document
from app.domains.documents.rules import Owner
from app.infra.repository import Repository
from app.kernel.errors import NotFound
from app.kernel.paging import Page, PageRequest


class DocumentRepository(Repository[Document]):
    """Documents."""

    model = Document
    conflicts: ClassVar = {
        "fk_documents_client_id_clients": NotFound("The client does not exist."),
        "fk_documents_project_id_projects": NotFound("The project does not exist."),
    }

    def page_of(self, owner: Owner, owner_id: int, request: PageRequest) -> Page[Document]:
        """The owner's documents."""
        return self.page(select(Document).where(_of(owner) == owner_id), request)

    def all_of(self, owner: Owner, owner_id: int) -> Sequence[Document]:
        """All of them."""
        return self.session.scalars(select(Document).where(_of(owner) == owner_id)).all()


def _of(owner: Owner) -> ColumnElement[int | None]:
    return (Document.client_id if owner is Owner.CLIENT else Document.project_id).expression
