"""/api/credito/diario."""

from app.kernel.paging import Page
from app.suites.credito.diario.models import LineaRecord
from app.suites.credito.diario.schemas import DiarioListQuery, LineaDiarioSchema
from app.suites.credito.diario.service import DiarioReader
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed

diario_namespace = Namespace("diario", path="/diario")


@diario_namespace.route("")
class Diario(Resource):
    @operation("credito.diario:read", Listed(LineaDiarioSchema, title="Diario"), query=DiarioListQuery)
    def get(self, query: ListRequest) -> Page[LineaRecord]:
        """List the lines of the journal, newest first."""
        return DiarioReader(context()).page(query.page, **query.filters)
