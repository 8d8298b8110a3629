"""/api/credito/seguros."""

from app.kernel.paging import Page
from app.suites.credito.caja.models import SeguroRecord
from app.suites.credito.caja.schemas.seguros import SeguroListQuery, SeguroSchema
from app.suites.credito.caja.service import NewSeguro, SeguroService
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, One

seguros_namespace = Namespace("seguros", path="/seguros")
READ = "credito.seguros:read"


@seguros_namespace.route("")
class Seguros(Resource):
    @operation(READ, Listed(SeguroSchema, title="Seguros"), query=SeguroListQuery)
    def get(self, query: ListRequest) -> Page[SeguroRecord]:
        """List transfers to and from the insurer, newest first."""
        return SeguroService(context()).page(query.page, **query.filters)

    @operation(
        "credito.seguros:registrar",
        One(SeguroSchema),
        body=SeguroSchema,
        status=201,
        errors=(409,),
        name="registrarSeguro",
    )
    def post(self, body: NewSeguro) -> SeguroRecord:
        """Enter premiums that were passed on to the insurer, or what it paid for loans, by bank."""
        return SeguroService(context()).registrar(**body)


@seguros_namespace.route("/<id:seguro_id>")
class OneSeguro(Resource):
    @operation(READ, One(SeguroSchema), errors=(404,))
    def get(self, seguro_id: int) -> SeguroRecord:
        """One transfer."""
        return SeguroService(context()).get(seguro_id)
