"""/api/credito/bonos and /bonos-ganados."""

from typing import TypedDict

from app.kernel.paging import Page
from app.suites.credito.caja.models import Bono, BonoGanadoRecord, BonoRecord
from app.suites.credito.caja.schemas.bonos import (
    BonoGanadoListQuery,
    BonoGanadoSchema,
    BonoListQuery,
    BonoSchema,
    PagarBonoSchema,
)
from app.suites.credito.caja.service import BonoChanges, BonoGanadoService, BonoService, NewBono
from app.web.api import Namespace, Resource, changes, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, Message, One

bonos_namespace = Namespace("bonos", path="/bonos")
ganados_namespace = Namespace("bonos-ganados", path="/bonos-ganados")


class PagoDeBono(TypedDict):
    """The cut out of which a bonus is paid."""

    corte_id: int


def bonos() -> BonoService:
    """The service of this request for the rules of bonuses."""
    return BonoService(context())


@bonos_namespace.route("")
class Bonos(Resource):
    @operation("credito.bonos:read", Listed(BonoSchema, title="Bonos"), query=BonoListQuery)
    def get(self, query: ListRequest) -> Page[BonoRecord]:
        """List bonuses."""
        return bonos().page(query.page, **query.filters)

    @operation("credito.bonos:write", One(BonoSchema), body=BonoSchema, status=201, errors=(409,))
    def post(self, body: NewBono) -> Bono:
        """Create a bonus; its range must not overlap another one's of the same time."""
        return bonos().create(**body)


@bonos_namespace.route("/<id:bono_id>")
class OneBono(Resource):
    @operation("credito.bonos:read", One(BonoSchema), errors=(404,))
    def get(self, bono_id: int) -> BonoRecord:
        """One bonus."""
        return bonos().get(bono_id)

    @operation("credito.bonos:write", One(BonoSchema), body=changes(BonoSchema), errors=(404, 409))
    def put(self, bono_id: int, body: BonoChanges) -> Bono:
        """Change the fields of a bonus that are sent; what was earned stays."""
        return bonos().update(bono_id, **body)

    @operation("credito.bonos:write", Message("Bono deleted"), errors=(404, 409))
    def delete(self, bono_id: int) -> None:
        """Delete a bonus that nobody ever earned."""
        bonos().delete(bono_id)


@ganados_namespace.route("")
class BonosGanados(Resource):
    @operation("credito.bonos:read", Listed(BonoGanadoSchema, title="Bonos ganados"), query=BonoGanadoListQuery)
    def get(self, query: ListRequest) -> Page[BonoGanadoRecord]:
        """List the bonuses that groups earned, newest week first."""
        return BonoGanadoService(context()).page(query.page, **query.filters)


@ganados_namespace.route("/<id:bono_ganado_id>/pagar")
class BonoPagado(Resource):
    @operation(
        "credito.bonos:pagar", One(BonoGanadoSchema), body=PagarBonoSchema, errors=(404, 409), name="pagarBonoGanado"
    )
    def post(self, bono_ganado_id: int, body: PagoDeBono) -> BonoGanadoRecord:
        """Pay an earned bonus to the titular, out of an open cut."""
        return BonoGanadoService(context()).pagar(bono_ganado_id, **body)
