"""/api/credito/prestamos: payments, missed weeks and settlement of a loan."""

from app.infra.queries.records import Item
from app.kernel.paging import Page
from app.suites.credito.cobranza.models import FaltaRecord, PagoRecord
from app.suites.credito.cobranza.routes.faltas import FALTAS
from app.suites.credito.cobranza.routes.pagos import READ, REGISTRAR
from app.suites.credito.cobranza.schemas.faltas import FaltaSchema, FaltasDePrestamoQuery
from app.suites.credito.cobranza.schemas.pagos import LiquidarSchema, PagoSchema, PagosDePrestamoQuery
from app.suites.credito.cobranza.service import FaltaService, LiquidacionPagada, PagoReader, PagoService
from app.suites.credito.equipo.schemas import AvisosSchema
from app.web.api import Namespace, Resource, operation
from app.web.changed_responses import OneElsewhere
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed

namespace = Namespace("pagos de prestamos", path="/prestamos")


@namespace.route("/<id:prestamo_id>/pagos")
class PagosDePrestamo(Resource):
    @operation(
        READ,
        Listed(PagoSchema, title="Pagos"),
        query=PagosDePrestamoQuery,
        errors=(404,),
        name="listPagosDePrestamo",
    )
    def get(self, prestamo_id: int, query: ListRequest) -> Page[PagoRecord]:
        """List the payments of a loan, newest first."""
        return PagoReader(context()).page_de(prestamo_id, query.page, **query.filters)


@namespace.route("/<id:prestamo_id>/faltas")
class FaltasDePrestamo(Resource):
    @operation(
        FALTAS,
        Listed(FaltaSchema, title="Faltas"),
        query=FaltasDePrestamoQuery,
        errors=(404,),
        name="listFaltasDePrestamo",
    )
    def get(self, prestamo_id: int, query: ListRequest) -> Page[FaltaRecord]:
        """List the missed weeks of a loan, newest first."""
        return FaltaService(context()).page_de(prestamo_id, query.page, **query.filters)


@namespace.route("/<id:prestamo_id>/liquidacion")
class LiquidacionPagadaDe(Resource):
    @operation(
        REGISTRAR,
        OneElsewhere(PagoSchema, extra=AvisosSchema, address="../../pagos"),
        body=LiquidarSchema,
        status=201,
        errors=(404, 409),
        name="liquidarPrestamo",
    )
    def post(self, prestamo_id: int, body: LiquidacionPagada) -> Item[PagoRecord]:
        """Settle an open loan today by the sum of its quote."""
        return PagoService(context()).liquidar(prestamo_id, **body)
