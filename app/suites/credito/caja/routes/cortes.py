"""/api/credito/cortes."""

from app.core.files.service import Download
from app.infra.queries.records import Item
from app.kernel.paging import Page
from app.suites.credito.caja.models import EntregaRecord, GastoRecord
from app.suites.credito.caja.schemas.cortes import (
    AnularSchema,
    ConfirmarSchema,
    CorteDetalleSchema,
    CorteListQuery,
    CorteSchema,
    EntregarSchema,
    EntregaSchema,
    GastoSchema,
)
from app.suites.credito.caja.service import (
    CajaService,
    CierreService,
    Confirmacion,
    CorteDeCaja,
    EntregaDeCorte,
    EntregaService,
    GastoService,
    NewEntrega,
    NewGasto,
)
from app.suites.credito.diario.service import NewCorte
from app.suites.credito.prestamos.service import MotivoRequest
from app.web.api import Namespace, Resource, operation
from app.web.changed_responses import OneWithFigures
from app.web.context import context
from app.web.downloads import Binary
from app.web.query import ListRequest
from app.web.responses import Listed, Message, One

cortes_namespace = Namespace("cortes", path="/cortes")
ONE = OneWithFigures(CorteSchema)


@cortes_namespace.route("")
class Cortes(Resource):
    @operation("credito.cortes:read", Listed(CorteSchema, title="Cortes"), query=CorteListQuery)
    def get(self, query: ListRequest) -> Page[CorteDeCaja]:
        """List cuts, newest first: the caller's and of those they answer for; a cashier's, and all handed over ones."""
        return CajaService(context()).page(query.page, **query.filters)

    @operation("credito.cortes:abrir", ONE, body=CorteSchema, status=201, errors=(409,))
    def post(self, body: NewCorte) -> CorteDeCaja:
        """Open a cut of one's own, with the cash that the last one left."""
        return CajaService(context()).abrir(**body)


@cortes_namespace.route("/<id:corte_id>")
class OneCorte(Resource):
    @operation("credito.cortes:read", OneWithFigures(CorteDetalleSchema), errors=(404,))
    def get(self, corte_id: int) -> Item[CorteDeCaja]:
        """One cut with its figures of now."""
        return CajaService(context()).get(corte_id)


@cortes_namespace.route("/<id:corte_id>/gastos")
class Gastos(Resource):
    @operation(
        "credito.gastos:registrar",
        One(GastoSchema),
        body=GastoSchema,
        status=201,
        errors=(404, 409),
        name="registrarGasto",
    )
    def post(self, corte_id: int, body: NewGasto) -> GastoRecord:
        """Enter an expense that was paid out of one's open cut."""
        return GastoService(context()).registrar(corte_id, **body)


@cortes_namespace.route("/<id:corte_id>/gastos/<id:gasto_id>")
class OneGasto(Resource):
    @operation("credito.cortes:read", One(GastoSchema), errors=(404,))
    def get(self, corte_id: int, gasto_id: int) -> GastoRecord:
        """One expense of a cut."""
        return GastoService(context()).get(corte_id, gasto_id)

    @operation("credito.gastos:registrar", Message("Gasto deleted"), errors=(404, 409), name="borrarGasto")
    def delete(self, corte_id: int, gasto_id: int) -> None:
        """Take an expense of one's open cut back."""
        GastoService(context()).borrar(corte_id, gasto_id)


@cortes_namespace.route("/<id:corte_id>/gastos/<id:gasto_id>/comprobante")
class ComprobanteDeGasto(Resource):
    @operation("credito.cortes:read", Binary(), errors=(404, 416), name="downloadComprobanteDeGasto")
    def get(self, corte_id: int, gasto_id: int) -> Download:
        """Download the receipt of an expense: the file of `comprobante_id`, or a range of it."""
        return GastoService(context()).comprobante(corte_id, gasto_id)


@cortes_namespace.route("/<id:corte_id>/entregas")
class Entregas(Resource):
    @operation(
        "credito.entregas:dar",
        One(EntregaSchema),
        body=EntregaSchema,
        status=201,
        errors=(404, 409),
        name="darEntrega",
    )
    def post(self, corte_id: int, body: NewEntrega) -> EntregaRecord:
        """Give cash of the office for another person's open cut; it counts from when they accept it."""
        return EntregaService(context()).dar(corte_id, **body)


@cortes_namespace.route("/<id:corte_id>/entregas/<id:entrega_id>")
class OneEntrega(Resource):
    @operation("credito.cortes:read", One(EntregaSchema), errors=(404,))
    def get(self, corte_id: int, entrega_id: int) -> EntregaRecord:
        """Cash of the office for a cut."""
        return EntregaService(context()).get(corte_id, entrega_id)


@cortes_namespace.route("/<id:corte_id>/entregas/<id:entrega_id>/aceptar")
class EntregaAceptada(Resource):
    @operation("credito.cortes:entregar", One(EntregaSchema), errors=(404, 409), name="aceptarEntrega")
    def post(self, corte_id: int, entrega_id: int) -> EntregaRecord:
        """Accept cash of the office for one's own open cut."""
        return EntregaService(context()).aceptar(corte_id, entrega_id)


@cortes_namespace.route("/<id:corte_id>/entregar")
class CorteEntregado(Resource):
    @operation("credito.cortes:entregar", ONE, body=EntregarSchema, errors=(404, 409), name="entregarCorte")
    def post(self, corte_id: int, body: EntregaDeCorte) -> CorteDeCaja:
        """Hand one's own cut over, with what was counted: the sum, or notes and coins."""
        return CierreService(context()).entregar(corte_id, **body)


@cortes_namespace.route("/<id:corte_id>/confirmar")
class CorteConfirmado(Resource):
    @operation("credito.cortes:confirmar", ONE, body=ConfirmarSchema, errors=(404, 409), name="confirmarCorte")
    def post(self, corte_id: int, body: Confirmacion) -> CorteDeCaja:
        """Confirm another person's cut by counting again; what is missing becomes their debt, a surplus income."""
        return CierreService(context()).confirmar(corte_id, **body)


@cortes_namespace.route("/<id:corte_id>/anular")
class CorteAnulado(Resource):
    @operation("credito.cortes:anular", ONE, body=AnularSchema, errors=(404, 409), name="anularCorte")
    def post(self, corte_id: int, body: MotivoRequest) -> CorteDeCaja:
        """Annul another person's cut that is not confirmed; its lines become those of the next one."""
        return CierreService(context()).anular(corte_id, **body)
