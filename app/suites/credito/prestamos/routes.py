"""/api/credito/prestamos and /avales."""

from app.infra.queries.records import Item
from app.kernel.paging import Page
from app.suites.credito.equipo.schemas import AvisosSchema
from app.suites.credito.prestamos.models import CargoRecord, PrestamoRecord
from app.suites.credito.prestamos.rules.avales import Dictamen
from app.suites.credito.prestamos.rules.liquidacion import CotizacionLiquidacion
from app.suites.credito.prestamos.schemas import (
    AprobarSchema,
    CargoSchema,
    CondonarSchema,
    CotizacionSchema,
    CotizarSchema,
    CuotaSchema,
    DesembolsarSchema,
    DictamenSchema,
    LiquidacionCotizadaSchema,
    LiquidacionQuery,
    MotivoSchema,
    NuevoAvalSchema,
    PrestamoDetalleSchema,
    PrestamoListQuery,
    PrestamoSchema,
    ReestructurarSchema,
    RenovacionSchema,
    SolicitudesSchema,
    ValidarAvalesSchema,
)
from app.suites.credito.prestamos.service import (
    AprobacionRequest,
    AvalesRequest,
    AvalService,
    CargoService,
    CastigoService,
    CondonacionRequest,
    CotizacionRecord,
    CotizacionRequest,
    CotizacionService,
    CuotasDe,
    DecisionService,
    DesembolsoRequest,
    DesembolsoService,
    LiquidacionRequest,
    MotivoRequest,
    NuevoAvalRequest,
    PrestamoChanges,
    PrestamoReader,
    ReestructuraRequest,
    ReestructuraService,
    RenovacionRequest,
    SolicitudesRequest,
    SolicitudService,
)
from app.web.api import Namespace, Resource, changes, operation
from app.web.changed_responses import Accepted, OneElsewhere, OneOrAccepted, OneWithFigures, PartsWithFigures
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Computed, Listed, One, OneOrMany

namespace = Namespace("prestamos", path="/prestamos")
avales_namespace = Namespace("avales", path="/avales")
cargos_namespace = Namespace("cargos", path="/cargos")

READ, SOLICITAR = "credito.prestamos:read", "credito.prestamos:solicitar"
APROBAR, DESEMBOLSAR = "credito.prestamos:aprobar", "credito.prestamos:desembolsar"
CASTIGAR, DESHACER = "credito.prestamos:castigar", "credito.prestamos:deshacer"
REESTRUCTURAR, CONDONAR = "credito.prestamos:reestructurar", "credito.cargos:condonar"
ONE, AGREED = One(PrestamoSchema), OneOrAccepted(PrestamoSchema)


def reader() -> PrestamoReader:
    """The service of this request that reads loans."""
    return PrestamoReader(context())


def solicitudes() -> SolicitudService:
    """The service of this request for requests of loans."""
    return SolicitudService(context())


def agreed(outcome: tuple[PrestamoRecord, bool]) -> PrestamoRecord | Accepted:
    """The loan after an act of two people, marked if it was only proposed."""
    found, done = outcome
    return found if done else Accepted(found)


def decisiones() -> DecisionService:
    """The service of this request for decisions about requests."""
    return DecisionService(context())


@namespace.route("")
class Prestamos(Resource):
    @operation(READ, Listed(PrestamoSchema, title="Préstamos"), query=PrestamoListQuery)
    def get(self, query: ListRequest) -> Page[PrestamoRecord]:
        """List loans as they are today."""
        return reader().page(query.page, **query.filters)

    @operation(SOLICITAR, OneOrMany(PrestamoSchema), body=SolicitudesSchema, status=201, errors=(404, 409))
    def post(self, body: SolicitudesRequest) -> PrestamoRecord | list[PrestamoRecord]:
        """Request a loan, or several: then all are entered, or none, with the problems of each in `errores`."""
        return solicitudes().solicitar(body)


@namespace.route("/cotizar")
class Cotizacion(Resource):
    @operation(
        SOLICITAR,
        Computed(CotizacionSchema, extra=AvisosSchema),
        body=CotizarSchema,
        errors=(404, 409),
        name="cotizarPrestamo",
    )
    def post(self, body: CotizacionRequest) -> Item[CotizacionRecord]:
        """Quote a loan: schedule, totals, CAT, and what would be handed over. Nothing is stored."""
        return CotizacionService(context()).cotizar(**body)


@namespace.route("/<id:prestamo_id>")
class OnePrestamo(Resource):
    @operation(READ, OneWithFigures(PrestamoDetalleSchema, extra=AvisosSchema), errors=(404,))
    def get(self, prestamo_id: int) -> Item[PrestamoRecord]:
        """One loan as it is today, with its installments and charges, and notices of guarantors who are gone."""
        return reader().get(prestamo_id)

    @operation(SOLICITAR, ONE, body=changes(PrestamoSchema), errors=(404, 409))
    def put(self, prestamo_id: int, body: PrestamoChanges) -> PrestamoRecord:
        """Change the fields of a request that are sent; its figures follow."""
        return solicitudes().update(prestamo_id, **body)


@namespace.route("/<id:prestamo_id>/cuotas")
class Cuotas(Resource):
    @operation(READ, PartsWithFigures(CuotaSchema), errors=(404,), name="listCuotas")
    def get(self, prestamo_id: int) -> CuotasDe:
        """Installments of a loan, by number."""
        return reader().cuotas(prestamo_id)


@namespace.route("/<id:prestamo_id>/aprobar")
class Aprobacion(Resource):
    @operation(APROBAR, ONE, body=AprobarSchema, errors=(404, 409), name="aprobarPrestamo")
    def post(self, prestamo_id: int, body: AprobacionRequest) -> PrestamoRecord:
        """Approve a request, which freezes its terms; nobody approves their own."""
        return decisiones().aprobar(prestamo_id, **body)


@namespace.route("/<id:prestamo_id>/rechazar")
class Rechazo(Resource):
    @operation(APROBAR, ONE, body=MotivoSchema, errors=(404, 409), name="rechazarPrestamo")
    def post(self, prestamo_id: int, body: MotivoRequest) -> PrestamoRecord:
        """Reject a request."""
        return decisiones().rechazar(prestamo_id, **body)


@namespace.route("/<id:prestamo_id>/cancelar")
class Cancelacion(Resource):
    @operation(SOLICITAR, ONE, body=MotivoSchema, errors=(404, 409), name="cancelarPrestamo")
    def post(self, prestamo_id: int, body: MotivoRequest) -> PrestamoRecord:
        """Cancel a request or an approved loan, as who requested it or as a gerente."""
        return decisiones().cancelar(prestamo_id, **body)


@namespace.route("/<id:prestamo_id>/desembolsar")
class Desembolso(Resource):
    @operation(DESEMBOLSAR, ONE, body=DesembolsarSchema, errors=(404, 409), name="desembolsarPrestamo")
    def post(self, prestamo_id: int, body: DesembolsoRequest) -> PrestamoRecord:
        """Hand an approved loan over, in cash out of one's open cut or by transfer; a renewed loan is settled by it."""
        return DesembolsoService(context()).desembolsar(prestamo_id, **body)


@namespace.route("/<id:prestamo_id>/cancelar-desembolso")
class DesembolsoCancelado(Resource):
    @operation(DESEMBOLSAR, ONE, body=MotivoSchema, errors=(404, 409), name="cancelarDesembolso")
    def post(self, prestamo_id: int, body: MotivoRequest) -> PrestamoRecord:
        """Take a disbursement of today back, before any payment."""
        return DesembolsoService(context()).cancelar_desembolso(prestamo_id, **body)


@namespace.route("/<id:prestamo_id>/castigar")
class Castigo(Resource):
    @operation(CASTIGAR, AGREED, body=MotivoSchema, errors=(404, 409), name="castigarPrestamo")
    def post(self, prestamo_id: int, body: MotivoRequest) -> PrestamoRecord | Accepted:
        """Write off a loan that is 90 days late or whose client died: one person proposes, the direction does it."""
        return agreed(CastigoService(context()).castigar(prestamo_id, **body))


@namespace.route("/<id:prestamo_id>/deshacer-castigo")
class CastigoDeshecho(Resource):
    @operation(DESHACER, ONE, body=MotivoSchema, errors=(404, 409), name="deshacerCastigo")
    def post(self, prestamo_id: int, body: MotivoRequest) -> PrestamoRecord:
        """Take a write-off of this month back."""
        return CastigoService(context()).deshacer(prestamo_id, **body)


@namespace.route("/<id:prestamo_id>/reestructurar")
class Reestructura(Resource):
    @operation(REESTRUCTURAR, AGREED, body=ReestructurarSchema, errors=(404, 409), name="reestructurarPrestamo")
    def post(self, prestamo_id: int, body: ReestructuraRequest) -> PrestamoRecord | Accepted:
        """Give more time, another schedule, or forgive a part: one person proposes, the direction does it."""
        return agreed(ReestructuraService(context()).reestructurar(prestamo_id, **body))


@namespace.route("/<id:prestamo_id>/avales")
class AvalNuevo(Resource):
    @operation(
        SOLICITAR,
        One(PrestamoSchema, extra=AvisosSchema),
        body=NuevoAvalSchema,
        errors=(404, 409),
        name="agregarAval",
    )
    def post(self, prestamo_id: int, body: NuevoAvalRequest) -> Item[PrestamoRecord]:
        """Give an open loan another guarantor beside one who died or was blocked."""
        return AvalService(context()).agregar(prestamo_id, **body)


@namespace.route("/<id:prestamo_id>/renovar")
class Renovacion(Resource):
    @operation(
        SOLICITAR,
        OneElsewhere(PrestamoSchema, address="../../prestamos"),
        body=RenovacionSchema,
        status=201,
        errors=(404, 409),
        name="renovarPrestamo",
    )
    def post(self, prestamo_id: int, body: RenovacionRequest) -> PrestamoRecord:
        """Request a loan that renews this one: its rest is netted when the new one is disbursed."""
        return solicitudes().renovar(prestamo_id, **body)


@namespace.route("/<id:prestamo_id>/liquidacion")
class Liquidacion(Resource):
    @operation(
        READ, Computed(LiquidacionCotizadaSchema), query=LiquidacionQuery, errors=(404, 409), name="cotizarLiquidacion"
    )
    def get(self, prestamo_id: int, query: LiquidacionRequest) -> CotizacionLiquidacion:
        """Quote the settlement of an open loan on a day, by default today."""
        return CotizacionService(context()).liquidacion(prestamo_id, **query)


@cargos_namespace.route("/<id:cargo_id>/condonar")
class CargoCondonado(Resource):
    @operation(CONDONAR, One(CargoSchema), body=CondonarSchema, errors=(404, 409), name="condonarCargo")
    def post(self, cargo_id: int, body: CondonacionRequest) -> CargoRecord:
        """Forgive what is left to pay of a charge, or a part of it."""
        return CargoService(context()).condonar(cargo_id, **body)


@avales_namespace.route("/validar")
class Avales(Resource):
    @operation(SOLICITAR, Computed(DictamenSchema), body=ValidarAvalesSchema, errors=(404,), name="validarAvales")
    def post(self, body: AvalesRequest) -> Dictamen:
        """Judge the guarantors of a loan before it is requested."""
        return AvalService(context()).validar(**body)
