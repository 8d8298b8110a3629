"""/api/credito/reportes: cobranza, flujo, cortes, recibos."""

from app.kernel.paging import Page
from app.suites.credito.reportes.routes.comun import LEER, LEER_CAJA, LEER_COBRANZA, namespace
from app.suites.credito.reportes.schemas.cobranza import (
    EfectivoSchema,
    FilaDeCobranzaSchema,
    FilaDeCorteSchema,
    RecibosMalSchema,
    TotalDeCobranzaSchema,
    TotalDeCortesSchema,
    TotalDeFlujoSchema,
    TotalDeRecibosSchema,
)
from app.suites.credito.reportes.schemas.comun import DiaQuery, PeriodoQuery
from app.suites.credito.reportes.service import (
    CobranzaService,
    Efectivo,
    EfectivoService,
    FilaDeCobranza,
    FilaDeCorte,
    RecibosMal,
)
from app.suites.credito.reportes.service.comun import DePeriodo, DeUnDia
from app.web.api import Resource, operation
from app.web.context import context
from app.web.responses import Summed


@namespace.route("/cobranza")
class Cobranza(Resource):
    @operation(
        LEER_COBRANZA,
        Summed(FilaDeCobranzaSchema, TotalDeCobranzaSchema, title="Cobranza"),
        query=PeriodoQuery,
        errors=(409,),
        name="getCreditoCollection",
    )
    def get(self, query: DePeriodo) -> Page[FilaDeCobranza]:
        """Collection by day and collector: due, taken, visits, and promises that were kept."""
        return CobranzaService(context()).cobranza(**query)


@namespace.route("/flujo")
class Flujo(Resource):
    @operation(
        LEER_CAJA,
        Summed(EfectivoSchema, TotalDeFlujoSchema, title="Flujo de efectivo"),
        query=DiaQuery,
        name="getCreditoCashPosition",
    )
    def get(self, query: DeUnDia) -> Page[Efectivo]:
        """Cash of each person, of the office and of the bank, today or at the end of a past day."""
        return EfectivoService(context()).flujo(**query)


@namespace.route("/cortes")
class Cortes(Resource):
    @operation(
        LEER_CAJA,
        Summed(FilaDeCorteSchema, TotalDeCortesSchema, title="Cortes"),
        query=PeriodoQuery,
        name="getCreditoCutsReport",
    )
    def get(self, query: DePeriodo) -> Page[FilaDeCorte]:
        """Cuts that were open on some days, with the sums of their lines."""
        return EfectivoService(context()).cortes(**query)


@namespace.route("/recibos")
class Recibos(Resource):
    @operation(
        LEER,
        Summed(RecibosMalSchema, TotalDeRecibosSchema, title="Recibos"),
        query=PeriodoQuery,
        name="getCreditoReceiptGaps",
    )
    def get(self, query: DePeriodo) -> Page[RecibosMal]:
        """Receipts that are missing, repeated, or of no block."""
        return EfectivoService(context()).recibos(**query)
