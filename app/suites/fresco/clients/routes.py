"""/api/clients."""

from app.core.imports.schemas import ImportOptions, import_operation, load_file
from app.core.imports.service import ImportOutcome, ImportService
from app.kernel.files import JudgedFile
from app.kernel.paging import Page
from app.suites.fresco.clients.models import Client, ClientRecord
from app.suites.fresco.clients.schemas import CLIENT_ROWS, ClientListQuery, ClientSchema
from app.suites.fresco.clients.service import ClientChanges, ClientImporter, ClientService, NewClient
from app.web.api import Namespace, Resource, changes, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, Message, One

namespace = Namespace("clients", path="/clients")
imports = Namespace("clients_imports", path="/imports/clients")


def service() -> ClientService:
    """The service of this request."""
    return ClientService(context())


@namespace.route("")
class Clients(Resource):
    @operation("clients:read", Listed(ClientSchema, title="Clientes"), query=ClientListQuery)
    def get(self, query: ListRequest) -> Page[ClientRecord]:
        """List clients."""
        return service().page(query.page, **query.filters)

    @operation("clients:write", One(ClientSchema), body=ClientSchema, status=201)
    def post(self, body: NewClient) -> Client:
        """Create a client."""
        return service().create(**body)


@namespace.route("/<id:client_id>")
class OneClient(Resource):
    @operation("clients:read", One(ClientSchema), errors=(404,))
    def get(self, client_id: int) -> ClientRecord:
        """One client."""
        return service().get(client_id)

    @operation("clients:write", One(ClientSchema), body=changes(ClientSchema), errors=(404,))
    def put(self, client_id: int, body: ClientChanges) -> Client:
        """Change the fields of a client that are sent."""
        return service().update(client_id, **body)

    @operation("clients:write", Message("Client deleted"), errors=(404, 409))
    def delete(self, client_id: int) -> None:
        """Delete a client without projects."""
        service().delete(client_id)


@imports.route("")
class ClientImports(Resource):
    @import_operation("clients:write", "importClients")
    def post(self, query: ImportOptions, body: ImportOptions, file: JudgedFile) -> ImportOutcome:
        """Preview or import clients from a CSV or XLSX file, with Spanish or English headings."""
        return ImportService(context()).run(ClientImporter(context()), *load_file(CLIENT_ROWS, file, query, body))
