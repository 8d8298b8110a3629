"""Documents under /api/clients and /api/projects."""

from app.kernel.files import JudgedFile
from app.kernel.paging import Page
from app.suites.fresco.documents.models import Document, DocumentRecord
from app.suites.fresco.documents.rules import Owner
from app.suites.fresco.documents.schemas import DocumentListQuery, DocumentSchema
from app.suites.fresco.documents.service import DocumentService, NewDocument
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, Message, One
from app.web.uploads import Upload

client_documents = Namespace("client_documents", path="/clients/<id:client_id>/documents")
project_documents = Namespace("project_documents", path="/projects/<id:project_id>/documents")


def service() -> DocumentService:
    """The service of this request."""
    return DocumentService(context())


@client_documents.route("")
class ClientDocuments(Resource):
    @operation("clients:read", Listed(DocumentSchema, title="Documentos"), query=DocumentListQuery, errors=(404,))
    def get(self, client_id: int, query: ListRequest) -> Page[DocumentRecord]:
        """List the documents of a client."""
        return service().page(Owner.CLIENT, client_id, query.page)

    @operation(
        "clients:write", One(DocumentSchema), body=DocumentSchema, upload=Upload("file"), status=201, errors=(404,)
    )
    def post(self, client_id: int, body: NewDocument, file: JudgedFile) -> Document:
        """Add a document to a client."""
        return service().add(Owner.CLIENT, client_id, file=file, **body)


@client_documents.route("/<id:document_id>")
class OneClientDocument(Resource):
    @operation("clients:read", One(DocumentSchema), errors=(404,))
    def get(self, client_id: int, document_id: int) -> DocumentRecord:
        """One document of a client."""
        return service().get(Owner.CLIENT, client_id, document_id)

    @operation("clients:write", Message("Document deleted"), errors=(404,))
    def delete(self, client_id: int, document_id: int) -> None:
        """Delete a document of a client, with its file."""
        service().delete(Owner.CLIENT, client_id, document_id)


@project_documents.route("")
class ProjectDocuments(Resource):
    @operation("projects:read", Listed(DocumentSchema, title="Documentos"), query=DocumentListQuery, errors=(404,))
    def get(self, project_id: int, query: ListRequest) -> Page[DocumentRecord]:
        """List the documents of a project."""
        return service().page(Owner.PROJECT, project_id, query.page)

    @operation(
        "projects:write", One(DocumentSchema), body=DocumentSchema, upload=Upload("file"), status=201, errors=(404,)
    )
    def post(self, project_id: int, body: NewDocument, file: JudgedFile) -> Document:
        """Add a document to a project."""
        return service().add(Owner.PROJECT, project_id, file=file, **body)


@project_documents.route("/<id:document_id>")
class OneProjectDocument(Resource):
    @operation("projects:read", One(DocumentSchema), errors=(404,))
    def get(self, project_id: int, document_id: int) -> DocumentRecord:
        """One document of a project."""
        return service().get(Owner.PROJECT, project_id, document_id)

    @operation("projects:write", Message("Document deleted"), errors=(404,))
    def delete(self, project_id: int, document_id: int) -> None:
        """Delete a document of a project, with its file."""
        service().delete(Owner.PROJECT, project_id, document_id)
