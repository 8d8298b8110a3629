"""/api/credito/diario and /cortes."""

from app.kernel.paging import Page
from app.suites.credito.diario.models import CorteRecord, LineaRecord
from app.suites.credito.diario.schemas import CorteListQuery, CorteSchema, DiarioListQuery, LineaDiarioSchema
from app.suites.credito.diario.service import CorteService, DiarioReader, NewCorte
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, One

diario_namespace = Namespace("diario", path="/diario")
cortes_namespace = Namespace("cortes", path="/cortes")


@diario_namespace.route("")
class Diario(Resource):
    @operation("credito.diario:read", Listed(LineaDiarioSchema, title="Diario"), query=DiarioListQuery)
    def get(self, query: ListRequest) -> Page[LineaRecord]:
        """List the lines of the journal, newest first."""
        return DiarioReader(context()).page(query.page, **query.filters)


@cortes_namespace.route("")
class Cortes(Resource):
    @operation("credito.cortes:read", Listed(CorteSchema, title="Cortes"), query=CorteListQuery)
    def get(self, query: ListRequest) -> Page[CorteRecord]:
        """List cuts, newest first: the caller's and of those they answer for; a cashier's, and all handed over ones."""
        return CorteService(context()).page(query.page, **query.filters)

    @operation("credito.cortes:abrir", One(CorteSchema), body=CorteSchema, status=201, errors=(409,))
    def post(self, body: NewCorte) -> CorteRecord:
        """Open a cut of one's own, with the cash that the last one left."""
        return CorteService(context()).abrir(**body)


@cortes_namespace.route("/<id:corte_id>")
class OneCorte(Resource):
    @operation("credito.cortes:read", One(CorteSchema), errors=(404,))
    def get(self, corte_id: int) -> CorteRecord:
        """One cut."""
        return CorteService(context()).get(corte_id)
