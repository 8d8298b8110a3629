"""/api/credito/reportes: cartera, par, antiguedad."""

from app.kernel.paging import Page
from app.suites.credito.reportes.routes.comun import LEER, namespace
from app.suites.credito.reportes.schemas.cartera import (
    EnCarteraSchema,
    LineaDeEdadSchema,
    LineaDeRiesgoSchema,
    ParQuery,
    TotalDeCarteraSchema,
    TotalDeEdadesSchema,
    TotalDeRiesgoSchema,
)
from app.suites.credito.reportes.schemas.comun import CarteraQuery, DiaQuery
from app.suites.credito.reportes.service import (
    CarteraService,
    LineaDeEdad,
    LineaDeRiesgo,
    ParRequest,
    PrestamoEnCartera,
)
from app.suites.credito.reportes.service.comun import DeUnDia
from app.web.api import Resource, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, Summed


@namespace.route("/cartera")
class Cartera(Resource):
    @operation(
        LEER,
        Listed(EnCarteraSchema, TotalDeCarteraSchema, title="Cartera"),
        query=CarteraQuery,
        name="listCreditoPortfolio",
    )
    def get(self, query: ListRequest) -> Page[PrestamoEnCartera]:
        """Open loans with their balances, today or at the end of a past day; the newest first."""
        return CarteraService(context()).cartera(query.page, **query.filters)


@namespace.route("/par")
class Par(Resource):
    @operation(
        LEER,
        Summed(LineaDeRiesgoSchema, TotalDeRiesgoSchema, title="Cartera en riesgo"),
        query=ParQuery,
        name="getCreditoPortfolioAtRisk",
    )
    def get(self, query: ParRequest) -> Page[LineaDeRiesgo]:
        """Portfolio at risk of today or of a past day; by the facts it is compared with the snapshot of that day."""
        return CarteraService(context()).par(**query)


@namespace.route("/antiguedad")
class Antiguedad(Resource):
    @operation(
        LEER,
        Summed(LineaDeEdadSchema, TotalDeEdadesSchema, title="Antigüedad de la cartera"),
        query=DiaQuery,
        name="getCreditoAgeing",
    )
    def get(self, query: DeUnDia) -> Page[LineaDeEdad]:
        """Open loans by how many days late they are."""
        return CarteraService(context()).antiguedad(**query)
