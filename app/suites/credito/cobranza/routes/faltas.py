"""/api/credito/faltas."""

from datetime import date
from typing import TypedDict

from app.kernel.paging import Page
from app.suites.credito.cobranza.models import FaltaRecord
from app.suites.credito.cobranza.schemas.faltas import (
    FaltaListQuery,
    FaltaSchema,
    JustificarSchema,
    JustificarSemanaSchema,
)
from app.suites.credito.cobranza.service import FaltaService
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, One, OneOrMany

namespace = Namespace("faltas", path="/faltas")

FALTAS, JUSTIFICAR = "credito.faltas:read", "credito.faltas:condonar"


class MotivoRequest(TypedDict):
    """The reason for which a missed week does not count."""

    motivo: str


class SemanaRequest(MotivoRequest):
    """A week of a group."""

    grupo_id: int
    semana: date


@namespace.route("")
class Faltas(Resource):
    @operation(FALTAS, Listed(FaltaSchema, title="Faltas"), query=FaltaListQuery)
    def get(self, query: ListRequest) -> Page[FaltaRecord]:
        """List missed weeks, newest first."""
        return FaltaService(context()).page(query.page, **query.filters)


@namespace.route("/<id:falta_id>")
class OneFalta(Resource):
    @operation(FALTAS, One(FaltaSchema), errors=(404,))
    def get(self, falta_id: int) -> FaltaRecord:
        """One missed week."""
        return FaltaService(context()).get(falta_id)


@namespace.route("/<id:falta_id>/justificar")
class FaltaJustificada(Resource):
    @operation(JUSTIFICAR, One(FaltaSchema), body=JustificarSchema, errors=(404, 409), name="justificarFalta")
    def post(self, falta_id: int, body: MotivoRequest) -> FaltaRecord:
        """Take a missed week back, and its charge."""
        return FaltaService(context()).justificar(falta_id, body["motivo"])


@namespace.route("/justificar")
class SemanaJustificada(Resource):
    @operation(
        JUSTIFICAR, OneOrMany(FaltaSchema), body=JustificarSemanaSchema, errors=(404, 409), name="justificarSemana"
    )
    def post(self, body: SemanaRequest) -> list[FaltaRecord]:
        """Take back all missed weeks of a group in a week, and their charges."""
        return FaltaService(context()).justificar_semana(**body)
