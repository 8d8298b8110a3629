"""/api/credito/pagos."""

from typing import TypedDict

from app.infra.queries.records import Item
from app.kernel.paging import Page
from app.suites.credito.cobranza.models import PagoRecord
from app.suites.credito.cobranza.schemas.pagos import (
    NuevoPagoSchema,
    PagoListQuery,
    PagoPorRevisarSchema,
    PagoSchema,
    PorRevisarQuery,
    ResolverSchema,
    ReversarSchema,
)
from app.suites.credito.cobranza.service import (
    CobroRequest,
    NotasRequest,
    PagoReader,
    PagoService,
    ResolucionRequest,
    ReversoService,
    RevisionService,
)
from app.suites.credito.equipo.schemas import AvisosSchema
from app.web.api import Namespace, Resource, changes, operation
from app.web.changed_responses import Known, OneOrKnown
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, One

namespace = Namespace("pagos", path="/pagos")

READ, REGISTRAR, AJUSTAR = "credito.pagos:read", "credito.pagos:registrar", "credito.pagos:ajustar"
REVERSAR, RESOLVER = "credito.pagos:reversar", "credito.pagos:resolver"


class MotivoRequest(TypedDict):
    """The reason of an act."""

    motivo: str


@namespace.route("")
class Pagos(Resource):
    @operation(READ, Listed(PagoSchema, title="Pagos"), query=PagoListQuery)
    def get(self, query: ListRequest) -> Page[PagoRecord]:
        """List payments, newest first."""
        return PagoReader(context()).page(query.page, **query.filters)

    @operation(
        REGISTRAR, OneOrKnown(PagoSchema, extra=AvisosSchema), body=NuevoPagoSchema, status=201, errors=(404, 409)
    )
    def post(self, body: CobroRequest) -> Item[PagoRecord] | Known:
        """Enter a payment; a known `local_id` is answered 200 with the first one."""
        made = PagoService(context()).registrar(**body)
        return Known(made.pago) if made.repetido else made.pago


@namespace.route("/por-revisar")
class PagosPorRevisar(Resource):
    @operation(
        RESOLVER, Listed(PagoPorRevisarSchema, title="Pagos por revisar"), query=PorRevisarQuery, name="listPorRevisar"
    )
    def get(self, query: ListRequest) -> Page[Item[PagoRecord]]:
        """List payments that wait for a decision, oldest first, each with the loan that it may be for."""
        return RevisionService(context()).page(query.page, **query.filters)


@namespace.route("/<id:pago_id>")
class OnePago(Resource):
    @operation(READ, One(PagoSchema), errors=(404,))
    def get(self, pago_id: int) -> PagoRecord:
        """One payment."""
        return PagoReader(context()).get(pago_id)

    @operation(AJUSTAR, One(PagoSchema), body=changes(PagoSchema), errors=(404,))
    def put(self, pago_id: int, body: NotasRequest) -> PagoRecord:
        """Change the notes of a payment, all else of which stays."""
        return PagoReader(context()).anotar(pago_id, **body)


@namespace.route("/<id:pago_id>/reversar")
class PagoReversado(Resource):
    @operation(REVERSAR, One(PagoSchema), body=ReversarSchema, errors=(404, 409), name="reversarPago")
    def post(self, pago_id: int, body: MotivoRequest) -> PagoRecord:
        """Reverse any payment: its loan is as if it had never been; a collector their own, within 10 minutes."""
        return ReversoService(context()).reversar(pago_id, body["motivo"])


@namespace.route("/<id:pago_id>/resolver")
class PagoResuelto(Resource):
    @operation(RESOLVER, One(PagoSchema), body=ResolverSchema, errors=(404, 409), name="resolverPago")
    def post(self, pago_id: int, body: ResolucionRequest) -> PagoRecord:
        """Decide a payment that waits: apply it to a loan, keep it as credit of the client, or give it back."""
        return RevisionService(context()).resolver(pago_id, **body)
