"""/api/credito/reportes/buro."""

from app.kernel.paging import Page
from app.suites.credito.reportes.routes.comun import LEER, namespace
from app.suites.credito.reportes.schemas.buro import BuroQuery, CreditoEnBuroSchema, TotalDeBuroSchema
from app.suites.credito.reportes.service import CreditoEnBuro, GruposService
from app.web.api import Resource, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed


@namespace.route("/buro")
class Buro(Resource):
    @operation(
        LEER,
        Listed(CreditoEnBuroSchema, TotalDeBuroSchema, title="Buró de crédito"),
        query=BuroQuery,
        name="listCreditoBureau",
    )
    def get(self, query: ListRequest) -> Page[CreditoEnBuro]:
        """Loans that were open at the end of a month or ended in it, for the credit bureau; of the last month."""
        return GruposService(context()).buro(query.page, **query.filters)
