"""/api/credito/faltantes."""

from app.kernel.paging import Page
from app.suites.credito.caja.models import FaltanteRecord
from app.suites.credito.caja.schemas.cortes import AnularSchema
from app.suites.credito.caja.schemas.faltantes import AbonarSchema, FaltanteListQuery, FaltanteSchema
from app.suites.credito.caja.service import AbonoRequest, FaltanteService
from app.suites.credito.prestamos.service import MotivoRequest
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, One

faltantes_namespace = Namespace("faltantes", path="/faltantes")


@faltantes_namespace.route("")
class Faltantes(Resource):
    @operation("credito.faltantes:read", Listed(FaltanteSchema, title="Faltantes"), query=FaltanteListQuery)
    def get(self, query: ListRequest) -> Page[FaltanteRecord]:
        """List shortages, newest first: the caller's and of those they answer for."""
        return FaltanteService(context()).page(query.page, **query.filters)


@faltantes_namespace.route("/<id:faltante_id>")
class OneFaltante(Resource):
    @operation("credito.faltantes:read", One(FaltanteSchema), errors=(404,))
    def get(self, faltante_id: int) -> FaltanteRecord:
        """One shortage."""
        return FaltanteService(context()).get(faltante_id)


@faltantes_namespace.route("/<id:faltante_id>/abonar")
class Abonos(Resource):
    @operation(
        "credito.faltantes:abonar", One(FaltanteSchema), body=AbonarSchema, errors=(404, 409), name="abonarFaltante"
    )
    def post(self, faltante_id: int, body: AbonoRequest) -> FaltanteRecord:
        """Enter what somebody paid of their shortage, in cash into one's open cut or by bank."""
        return FaltanteService(context()).abonar(faltante_id, **body)


@faltantes_namespace.route("/<id:faltante_id>/castigar")
class FaltanteIncobrable(Resource):
    @operation(
        "credito.faltantes:castigar",
        One(FaltanteSchema),
        body=AnularSchema,
        errors=(404, 409),
        name="castigarFaltante",
    )
    def post(self, faltante_id: int, body: MotivoRequest) -> FaltanteRecord:
        """Write off the rest of a shortage, for a reason; only then it is an expense."""
        return FaltanteService(context()).castigar(faltante_id, **body)
