"""/api/credito/reportes/general."""

from app.kernel.paging import Page
from app.suites.credito.reportes.routes.comun import LEER, namespace
from app.suites.credito.reportes.schemas.comun import PeriodoQuery
from app.suites.credito.reportes.schemas.general import FilaGeneralSchema, TotalGeneralSchema
from app.suites.credito.reportes.service import Cifras, GeneralService
from app.suites.credito.reportes.service.comun import DePeriodo
from app.web.api import Resource, operation
from app.web.context import context
from app.web.responses import Summed


@namespace.route("/general")
class General(Resource):
    @operation(
        LEER,
        Summed(FilaGeneralSchema, TotalGeneralSchema, title="Reporte general"),
        query=PeriodoQuery,
        name="getCreditoGeneralReport",
    )
    def get(self, query: DePeriodo) -> Page[Cifras]:
        """Collection, loans, bonuses and what is left of a week by group; of this week unless another is named."""
        return GeneralService(context()).general(**query)
