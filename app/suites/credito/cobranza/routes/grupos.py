"""/api/credito/grupos: collection sheets."""

from collections.abc import Mapping
from datetime import date
from typing import TypedDict

from app.suites.credito.cobranza.models import PagoRecord
from app.suites.credito.cobranza.routes.pagos import READ, REGISTRAR
from app.suites.credito.cobranza.schemas.pagos import HojaQuery, HojaSchema, PagoSchema, PagosDeGrupoSchema
from app.suites.credito.cobranza.service import Hoja, HojaRequest, HojaService
from app.suites.credito.equipo.schemas import AvisosSchema
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.responses import Computed, CreatedMany

namespace = Namespace("hojas", path="/grupos")


class SemanaRequest(TypedDict, total=False):
    """The week of a sheet."""

    semana: date


@namespace.route("/<id:grupo_id>/hoja")
class HojaDeGrupo(Resource):
    @operation(READ, Computed(HojaSchema), query=HojaQuery, errors=(404,), name="getHoja")
    def get(self, grupo_id: int, query: SemanaRequest) -> Hoja:
        """The collection sheet of a group for a week, by default this one."""
        return HojaService(context()).get(grupo_id, **query)


@namespace.route("/<id:grupo_id>/pagos")
class PagosDeGrupo(Resource):
    @operation(
        REGISTRAR,
        CreatedMany(PagoSchema, AvisosSchema),
        body=PagosDeGrupoSchema,
        status=201,
        errors=(404, 409),
        name="registrarHoja",
    )
    def post(self, grupo_id: int, body: HojaRequest) -> tuple[list[PagoRecord], Mapping[str, object]]:
        """Enter the payments of a group's meeting, all or none; a line of 0 is a visit without payment."""
        return HojaService(context()).registrar(grupo_id, body)
