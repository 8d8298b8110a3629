"""Services of documents."""

from collections.abc import Callable, Mapping
from typing import TypedDict, TypeVar, Unpack

from app.core.files.service import AttachedFiles
from app.infra.context import Context
from app.kernel.errors import NotFound
from app.kernel.files import JudgedFile
from app.kernel.paging import Page, PageRequest
from app.suites.fresco.clients.service import ClientService
from app.suites.fresco.documents.models import Document, DocumentRecord
from app.suites.fresco.documents.repository import DocumentFilter, DocumentRepository
from app.suites.fresco.documents.rules import DocumentType, Owner
from app.suites.fresco.projects.service import ProjectService

Find = Callable[[int], object]
"""Gets an owner or raises NotFound."""


D = TypeVar("D", Document, DocumentRecord)


class NewDocument(TypedDict):
    """The values of a new document."""

    name: str
    type: DocumentType


class DocumentService:
    """Creates, lists and deletes documents of clients and projects."""

    def __init__(self, context: Context) -> None:
        self.documents = DocumentRepository(context.session)
        self.files = AttachedFiles(context, "fresco.documents")
        self.owners: Mapping[Owner, Find] = {
            Owner.CLIENT: ClientService(context).get,
            Owner.PROJECT: ProjectService(context).get,
        }

    def page(self, owner: Owner, owner_id: int, request: PageRequest) -> Page[DocumentRecord]:
        """One page of documents of an existing owner."""
        self.owners[owner](owner_id)
        return self.documents.page(DocumentFilter(owner, owner_id), request)

    def add(self, owner: Owner, owner_id: int, *, file: JudgedFile, **values: Unpack[NewDocument]) -> Document:
        """Create a document with its file."""
        self.owners[owner](owner_id)
        stored = self.files.keep(file)
        belongs = {f"{owner.value}_id": owner_id}
        return self.documents.add(Document(file_path=stored.path, file_id=stored.id, **belongs, **values))

    def get(self, owner: Owner, owner_id: int, document_id: int) -> DocumentRecord:
        """One of the owner's documents."""
        return _owned(self.documents.get(document_id), owner, owner_id)

    def delete(self, owner: Owner, owner_id: int, document_id: int) -> None:
        """Delete one of the owner's documents and its file."""
        document = _owned(self.documents.get_for_update(document_id), owner, owner_id)
        self.documents.delete(document)
        self.files.release(document.file_path)

    def let_go(self, owner: Owner, owner_id: int) -> None:
        """Delete all documents of an owner that is about to be deleted."""
        for path in sorted(self.documents.delete_all_of(owner, owner_id)):
            self.files.release(path)


def _owned(document: D, owner: Owner, owner_id: int) -> D:
    if (document.entity_type, document.entity_id) != (owner, owner_id):
        raise NotFound(f"Document {document.id} does not exist here.")
    return document
