"""/api/credito/tipos-prestamo."""

from app.kernel.paging import Page
from app.suites.credito.productos.models import TipoPrestamo, TipoPrestamoRecord
from app.suites.credito.productos.schemas import TipoPrestamoListQuery, TipoPrestamoSchema
from app.suites.credito.productos.service import NewTipoPrestamo, TipoPrestamoChanges, TipoPrestamoService
from app.web.api import Namespace, Resource, changes, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, Message, One

namespace = Namespace("tipos-prestamo", path="/tipos-prestamo")


def service() -> TipoPrestamoService:
    """The service of this request."""
    return TipoPrestamoService(context())


@namespace.route("")
class TiposPrestamo(Resource):
    @operation("credito.tipos:read", Listed(TipoPrestamoSchema, title="Tipos de préstamo"), query=TipoPrestamoListQuery)
    def get(self, query: ListRequest) -> Page[TipoPrestamoRecord]:
        """List loan types."""
        return service().page(query.page, **query.filters)

    @operation("credito.tipos:write", One(TipoPrestamoSchema), body=TipoPrestamoSchema, status=201, errors=(409,))
    def post(self, body: NewTipoPrestamo) -> TipoPrestamo:
        """Create a loan type; `cuota_fija` needs `interes`, the other methods need `tasa_anual`."""
        return service().create(**body)


@namespace.route("/<id:tipo_prestamo_id>")
class OneTipoPrestamo(Resource):
    @operation("credito.tipos:read", One(TipoPrestamoSchema), errors=(404,))
    def get(self, tipo_prestamo_id: int) -> TipoPrestamoRecord:
        """One loan type."""
        return service().get(tipo_prestamo_id)

    @operation("credito.tipos:write", One(TipoPrestamoSchema), body=changes(TipoPrestamoSchema), errors=(404, 409))
    def put(self, tipo_prestamo_id: int, body: TipoPrestamoChanges) -> TipoPrestamo:
        """Change the fields of a loan type that are sent; loans that were approved keep their terms."""
        return service().update(tipo_prestamo_id, **body)

    @operation("credito.tipos:write", Message("Loan type deleted"), errors=(404, 409))
    def delete(self, tipo_prestamo_id: int) -> None:
        """Delete a loan type that never had a loan."""
        service().delete(tipo_prestamo_id)
