"""/api/credito/reportes: bonos, faltas, renovaciones, cosechas, avales, proyeccion."""

from app.kernel.paging import Page
from app.suites.credito.reportes.routes.comun import LEER, namespace
from app.suites.credito.reportes.schemas.comun import PeriodoQuery
from app.suites.credito.reportes.schemas.grupos import (
    AvalDePrestamoSchema,
    BonoDeGrupoSchema,
    CosechaSchema,
    FaltasDeGrupoSchema,
    FilaDeProyeccionSchema,
    FilaDeRenovacionesSchema,
    TotalDeAvalesSchema,
    TotalDeBonosSchema,
    TotalDeCosechasSchema,
    TotalDeFaltasSchema,
    TotalDeProyeccionSchema,
    TotalDeRenovacionesSchema,
)
from app.suites.credito.reportes.service import (
    AvalDePrestamo,
    BonoDeGrupo,
    FaltasDeGrupo,
    FilaDeCosecha,
    FilaDeProyeccion,
    FilaDeRenovaciones,
    GruposService,
)
from app.suites.credito.reportes.service.comun import DePeriodo
from app.web.api import Resource, operation
from app.web.context import context
from app.web.responses import Summed


@namespace.route("/bonos")
class Bonos(Resource):
    @operation(
        LEER,
        Summed(BonoDeGrupoSchema, TotalDeBonosSchema, title="Bonos"),
        query=PeriodoQuery,
        name="getCreditoBonusReport",
    )
    def get(self, query: DePeriodo) -> Page[BonoDeGrupo]:
        """Bonuses of the weeks that begin on some days."""
        return GruposService(context()).bonos(**query)


@namespace.route("/faltas")
class Faltas(Resource):
    @operation(
        LEER,
        Summed(FaltasDeGrupoSchema, TotalDeFaltasSchema, title="Faltas"),
        query=PeriodoQuery,
        name="getCreditoMissedWeeks",
    )
    def get(self, query: DePeriodo) -> Page[FaltasDeGrupo]:
        """Missed weeks by week and group."""
        return GruposService(context()).faltas(**query)


@namespace.route("/renovaciones")
class Renovaciones(Resource):
    @operation(
        LEER,
        Summed(FilaDeRenovacionesSchema, TotalDeRenovacionesSchema, title="Renovaciones"),
        query=PeriodoQuery,
        name="getCreditoRenewals",
    )
    def get(self, query: DePeriodo) -> Page[FilaDeRenovaciones]:
        """Renewed and settled loans, new and lost clients, by group."""
        return GruposService(context()).renovaciones(**query)


@namespace.route("/cosechas")
class Cosechas(Resource):
    @operation(
        LEER,
        Summed(CosechaSchema, TotalDeCosechasSchema, title="Cosechas"),
        query=PeriodoQuery,
        name="getCreditoVintages",
    )
    def get(self, query: DePeriodo) -> Page[FilaDeCosecha]:
        """Loans by the month in which they were handed over, as they are now; of the last year."""
        return GruposService(context()).cosechas(**query)


@namespace.route("/avales")
class Avales(Resource):
    @operation(
        LEER,
        Summed(AvalDePrestamoSchema, TotalDeAvalesSchema, title="Avales"),
        query=PeriodoQuery,
        name="getCreditoGuarantors",
    )
    def get(self, query: DePeriodo) -> Page[AvalDePrestamo]:
        """Guarantors of open loans with the amounts that they paid, by loan."""
        return GruposService(context()).avales(**query)


@namespace.route("/proyeccion")
class Proyeccion(Resource):
    @operation(
        LEER,
        Summed(FilaDeProyeccionSchema, TotalDeProyeccionSchema, title="Proyección"),
        query=PeriodoQuery,
        name="getCreditoProjection",
    )
    def get(self, query: DePeriodo) -> Page[FilaDeProyeccion]:
        """Unpaid installments by the week in which they are due; of the next 13 weeks."""
        return GruposService(context()).proyeccion(**query)
