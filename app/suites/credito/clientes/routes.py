"""/api/credito/clientes."""

from app.core.files.service import Download
from app.infra.queries.records import Item
from app.kernel.paging import Page
from app.suites.credito.clientes.models import ClienteRecord
from app.suites.credito.clientes.schemas import ClienteListQuery, ClienteSchema
from app.suites.credito.clientes.service import ClienteChanges, ClienteService, NewCliente
from app.suites.credito.equipo.schemas import AvisosSchema
from app.web.api import Namespace, Resource, changes, operation
from app.web.context import context
from app.web.downloads import Binary
from app.web.query import ListRequest
from app.web.responses import Listed, Message, One

namespace = Namespace("clientes", path="/clientes")


def service() -> ClienteService:
    """The service of this request."""
    return ClienteService(context())


@namespace.route("")
class Clientes(Resource):
    @operation("credito.clientes:read", Listed(ClienteSchema, title="Clientes"), query=ClienteListQuery)
    def get(self, query: ListRequest) -> Page[ClienteRecord]:
        """List clients and guarantors."""
        return service().page(query.page, **query.filters)

    @operation(
        "credito.clientes:write",
        One(ClienteSchema, extra=AvisosSchema),
        body=ClienteSchema,
        status=201,
        errors=(404, 409),
    )
    def post(self, body: NewCliente) -> Item[ClienteRecord]:
        """Create a client; `avisos` names others who may be the same person, as `posible_duplicado:ID`."""
        return service().create(**body)


@namespace.route("/<id:cliente_id>")
class OneCliente(Resource):
    @operation("credito.clientes:read", One(ClienteSchema), errors=(404,))
    def get(self, cliente_id: int) -> ClienteRecord:
        """One client."""
        return service().get(cliente_id)

    @operation("credito.clientes:write", One(ClienteSchema), body=changes(ClienteSchema), errors=(404, 409))
    def put(self, cliente_id: int, body: ClienteChanges) -> ClienteRecord:
        """Change the fields of a client that are sent."""
        return service().update(cliente_id, **body)

    @operation("credito.clientes:write", Message("Cliente deleted"), errors=(404, 409))
    def delete(self, cliente_id: int) -> None:
        """Delete a client who never had a loan or guaranteed one."""
        service().delete(cliente_id)


@namespace.route("/<id:cliente_id>/ine")
class IneDeCliente(Resource):
    @operation("credito.clientes:read", Binary(), errors=(404, 416), name="downloadIne")
    def get(self, cliente_id: int) -> Download:
        """Download the voter's card of a client: the file of `ine_id`, or a range of it."""
        return service().ine(cliente_id)


@namespace.route("/<id:cliente_id>/comprobante")
class ComprobanteDeCliente(Resource):
    @operation("credito.clientes:read", Binary(), errors=(404, 416), name="downloadComprobante")
    def get(self, cliente_id: int) -> Download:
        """Download the proof of address of a client: the file of `comprobante_id`, or a range of it."""
        return service().comprobante(cliente_id)


@namespace.route("/<id:cliente_id>/pagare")
class PagareDeCliente(Resource):
    @operation("credito.clientes:read", Binary(), errors=(404, 416), name="downloadPagare")
    def get(self, cliente_id: int) -> Download:
        """Download the signed promissory note of a client: the file of `pagare_id`, or a range of it."""
        return service().pagare(cliente_id)
