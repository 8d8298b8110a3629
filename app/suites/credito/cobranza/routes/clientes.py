"""/api/credito/clientes: history of a client, and who may guarantee their loans."""

from app.kernel.paging import Page
from app.suites.credito.cobranza.schemas.clientes import AvalesSugeridosQuery, AvalSugeridoSchema, HistorialSchema
from app.suites.credito.cobranza.service import Historial, HistorialService
from app.suites.credito.prestamos.service import AvalService, AvalSugerido
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, Snapshot

namespace = Namespace("historial", path="/clientes")

PRESTAMOS = "credito.prestamos:read"


@namespace.route("/<id:cliente_id>/historial")
class HistorialDeCliente(Resource):
    @operation(PRESTAMOS, Snapshot(HistorialSchema), errors=(404,), name="getHistorial")
    def get(self, cliente_id: int) -> Historial:
        """Loans, payments and missed weeks of a client."""
        return HistorialService(context()).get(cliente_id)


@namespace.route("/<id:cliente_id>/avales-sugeridos")
class AvalesSugeridos(Resource):
    @operation(
        PRESTAMOS,
        Listed(AvalSugeridoSchema, title="Avales sugeridos"),
        query=AvalesSugeridosQuery,
        errors=(404,),
        name="listAvalesSugeridos",
    )
    def get(self, cliente_id: int, query: ListRequest) -> Page[AvalSugerido]:
        """Others of a client's group who may guarantee their loans, those who guarantee the fewest first."""
        return AvalService(context()).sugeridos(cliente_id, query.page)
