"""Service of routes."""

from typing import NotRequired, TypedDict, Unpack

from app.infra.context import Context
from app.kernel.paging import Page, PageRequest
from app.suites.credito.equipo.models import Ruta, RutaRecord
from app.suites.credito.equipo.queries import RutaFilter, RutaRepository
from app.suites.credito.equipo.rules import Puesto
from app.suites.credito.equipo.service.alcance import alcance_rutas, hoy
from app.suites.credito.equipo.service.personal import PersonalService


class RutaChanges(TypedDict, total=False):
    """The values of a route that may be changed."""

    nombre: str
    gerente_id: int | None
    supervisor_id: int | None
    activa: bool


class NewRuta(TypedDict):
    """The values of a new route."""

    nombre: str
    gerente_id: NotRequired[int | None]
    supervisor_id: NotRequired[int | None]
    activa: NotRequired[bool]


class RutaFilters(TypedDict, total=False):
    """The criteria of a list of routes."""

    q: str
    gerente_id: int
    supervisor_id: int
    activa: bool


class RutaService:
    """Creates, changes and deletes routes, and records who had them when."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.rutas = RutaRepository(context.session, alcance_rutas(context))
        self.personal = PersonalService(context)

    def get(self, ruta_id: int) -> RutaRecord:
        """One route."""
        return self.rutas.get(ruta_id)

    def page(self, request: PageRequest, **filters: Unpack[RutaFilters]) -> Page[RutaRecord]:
        """One page of routes."""
        return self.rutas.page(RutaFilter(**filters), request)

    def create(self, **values: Unpack[NewRuta]) -> Ruta:
        """Create a route."""
        self._check_people(values.get("gerente_id"), values.get("supervisor_id"))
        ruta = self.rutas.add(Ruta(**values))
        self._give(ruta)
        return ruta

    def update(self, ruta_id: int, **changes: Unpack[RutaChanges]) -> Ruta:
        """Change the given values and leave the others; other people have the route from today on."""
        ruta = self.rutas.get_for_update(ruta_id)
        before = (ruta.gerente_id, ruta.supervisor_id)
        self._check_people(
            _new(changes.get("gerente_id"), ruta.gerente_id), _new(changes.get("supervisor_id"), ruta.supervisor_id)
        )
        self.rutas.change(ruta, changes)
        if (ruta.gerente_id, ruta.supervisor_id) != before:
            self._give(ruta)
        return ruta

    def delete(self, ruta_id: int) -> None:
        """Delete a route that never had a group."""
        ruta = self.rutas.get_for_update(ruta_id)
        self.rutas.forget(ruta_id)
        self.rutas.delete(ruta)

    def _give(self, ruta: Ruta) -> None:
        people = {"gerente_id": ruta.gerente_id, "supervisor_id": ruta.supervisor_id}
        self.rutas.give(ruta.id, hoy(self.context), people)

    def _check_people(self, gerente_id: int | None, supervisor_id: int | None) -> None:
        self.personal.require("gerente_id", gerente_id, Puesto.GERENTE)
        self.personal.require("supervisor_id", supervisor_id, Puesto.SUPERVISOR)


def _new(given: int | None, before: int | None) -> int | None:
    """The person who is given, if it is another one than before."""
    return None if given == before else given
