"""/api/credito/prestamos/{id}/devoluciones."""

from app.suites.credito.caja.models import DevolucionRecord
from app.suites.credito.caja.schemas.devoluciones import DevolucionSchema
from app.suites.credito.caja.service import DevolucionRequest, DevolucionService
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.responses import One

devoluciones_namespace = Namespace("devoluciones", path="/prestamos")


@devoluciones_namespace.route("/<id:prestamo_id>/devoluciones")
class Devoluciones(Resource):
    @operation(
        "credito.devoluciones:pagar",
        One(DevolucionSchema),
        body=DevolucionSchema,
        status=201,
        errors=(404, 409),
        name="pagarDevolucion",
    )
    def post(self, prestamo_id: int, body: DevolucionRequest) -> DevolucionRecord:
        """Pay the credit of a client out, in cash out of one's open cut or by bank."""
        return DevolucionService(context()).pagar(prestamo_id, **body)


@devoluciones_namespace.route("/<id:prestamo_id>/devoluciones/<id:devolucion_id>")
class OneDevolucion(Resource):
    @operation("credito.prestamos:read", One(DevolucionSchema), errors=(404,))
    def get(self, prestamo_id: int, devolucion_id: int) -> DevolucionRecord:
        """Credit of a client that was paid out."""
        return DevolucionService(context()).get(prestamo_id, devolucion_id)
