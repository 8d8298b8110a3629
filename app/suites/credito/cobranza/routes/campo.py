"""/api/credito/cobranza: the collector's day and synchronisation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import Response

from app.suites.credito.cobranza.routes.pagos import REGISTRAR
from app.suites.credito.cobranza.rules.sincronizacion import Respuesta
from app.suites.credito.cobranza.schemas.campo import DiaQuery, DiaSchema, RespuestaSchema, SincronizacionSchema
from app.suites.credito.cobranza.service import (
    Dia,
    DiaRequest,
    DiaService,
    SincronizacionRequest,
    SincronizacionService,
)
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.dump import dumper
from app.web.responses import Computed, Describe, not_modified
from app.web.shapes import object_shape

namespace = Namespace("cobranza", path="/cobranza")

DIA = "credito.cobranza:read"


@dataclass(frozen=True)
class Tagged(Computed):
    """Like `Computed`, with an entity tag of the result, and 304 for one that says that nothing changed."""

    headers: ClassVar[tuple[str, ...]] = ("ETag",)
    conditional: ClassVar[bool] = True

    def respond(self, result: Dia, status: int) -> Response:
        unchanged = not_modified(result.etag)
        if unchanged is None and result.sin_cambio:
            unchanged = Response(status=304)
            unchanged.set_etag(result.etag)
        if unchanged is not None:
            return unchanged
        response = super().respond(result, status)
        response.set_etag(result.etag)
        return response


@dataclass(frozen=True)
class Outcomes(Computed):
    """`{"data": [...]}`: the outcomes of all that was sent."""

    def dumped(self, result: Sequence[Any]) -> Any:
        return dumper(self.schema).each(result)

    def document(self, describe: Describe) -> dict[str, Any]:
        items = {"type": "array", "description": "In the order in which they were sent", "items": describe(self.schema)}
        return object_shape("All outcomes, in `data`.", {"data": items})

    def shape_name(self, operation: str) -> str:
        return "ResultadosAnswer"


@namespace.route("/dia")
class DiaDeCobranza(Resource):
    @operation(DIA, Tagged(DiaSchema), query=DiaQuery, errors=(404, 409), name="getDia", stores=True)
    def get(self, query: DiaRequest) -> Dia:
        """The loans to collect by the end of the week, and what is late; receipts for their device."""
        return DiaService(context()).get(**query)


@namespace.route("/sincronizar")
class Sincronizacion(Resource):
    @operation(
        REGISTRAR,
        Outcomes(RespuestaSchema),
        body=SincronizacionSchema,
        errors=(404, 409),
        name="sincronizar",
    )
    def post(self, body: SincronizacionRequest) -> Sequence[Respuesta]:
        """Enter what a device took, each item by itself; money that was taken is never refused."""
        return SincronizacionService(context()).sincronizar(body)
