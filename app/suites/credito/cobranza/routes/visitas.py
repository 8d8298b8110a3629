"""/api/credito/visitas and /promesas."""

from app.core.files.service import Download
from app.kernel.paging import Page
from app.suites.credito.cobranza.models import VisitaRecord
from app.suites.credito.cobranza.routes.pagos import REGISTRAR
from app.suites.credito.cobranza.schemas.visitas import PromesaListQuery, VisitaListQuery, VisitaSchema
from app.suites.credito.cobranza.service import VisitaRequest, VisitaService
from app.web.api import Namespace, Resource, operation
from app.web.changed_responses import Known, OneOrKnown
from app.web.context import context
from app.web.downloads import Binary
from app.web.query import ListRequest
from app.web.responses import Listed, One

visitas_namespace = Namespace("visitas", path="/visitas")
promesas_namespace = Namespace("promesas", path="/promesas")

VISITAS = "credito.visitas:read"


@visitas_namespace.route("")
class Visitas(Resource):
    @operation(VISITAS, Listed(VisitaSchema, title="Visitas"), query=VisitaListQuery)
    def get(self, query: ListRequest) -> Page[VisitaRecord]:
        """List visits, newest first."""
        return VisitaService(context()).page(query.page, **query.filters)

    @operation(REGISTRAR, OneOrKnown(VisitaSchema), body=VisitaSchema, status=201, errors=(404, 409))
    def post(self, body: VisitaRequest) -> VisitaRecord | Known:
        """Enter a visit; a known `local_id` is answered 200 with the first one."""
        made = VisitaService(context()).registrar(**body)
        return Known(made.visita) if made.repetida else made.visita


@visitas_namespace.route("/<id:visita_id>")
class OneVisita(Resource):
    @operation(VISITAS, One(VisitaSchema), errors=(404,))
    def get(self, visita_id: int) -> VisitaRecord:
        """One visit."""
        return VisitaService(context()).get(visita_id)


@visitas_namespace.route("/<id:visita_id>/foto")
class FotoDeVisita(Resource):
    @operation(VISITAS, Binary(), errors=(404, 416), name="downloadFoto")
    def get(self, visita_id: int) -> Download:
        """Download the photo of a visit: the file of `foto_id`, or a range of it."""
        return VisitaService(context()).foto(visita_id)


@promesas_namespace.route("")
class Promesas(Resource):
    @operation(VISITAS, Listed(VisitaSchema, title="Promesas"), query=PromesaListQuery)
    def get(self, query: ListRequest) -> Page[VisitaRecord]:
        """List the visits at which a payment was promised for a day, by default today."""
        return VisitaService(context()).promesas(query.page, **query.filters)
