"""Services of groups and their assignments."""

from dataclasses import replace
from datetime import date, time
from typing import NamedTuple, NotRequired, Required, TypedDict, Unpack

from app.infra.context import Context
from app.infra.queries.records import Item
from app.infra.queries.references import existing
from app.kernel.errors import Forbidden, Invalid, NotFound
from app.kernel.identity import ALL
from app.kernel.paging import Page, PageRequest, Sort
from app.suites.credito.equipo.events import CobradorSaliendo, GrupoReasignado
from app.suites.credito.equipo.models import AsignacionRecord, Grupo, GrupoRecord, Ruta
from app.suites.credito.equipo.queries import (
    AsignacionFilter,
    AsignacionRepository,
    GrupoFilter,
    GrupoRepository,
    bloquear_calendario,
)
from app.suites.credito.equipo.rules import Puesto
from app.suites.credito.equipo.service.alcance import alcance, alcance_rutas, hoy
from app.suites.credito.equipo.service.personal import PersonalService


class Transferencia(TypedDict, total=False):
    """Route and people that a group gets; those that are not given stay."""

    ruta_id: int
    titular_id: int
    cobrador_id: int | None


class TransferRequest(Transferencia):
    """A transfer, with its first day."""

    desde: Required[date]


class GrupoChanges(Transferencia, total=False):
    """The values of a group that may be changed."""

    nombre: str
    dia_reunion: int
    hora_reunion: time | None
    presidenta_id: int | None
    solidario: bool
    activo: bool


class NewGrupo(TypedDict):
    """The values of a new group."""

    nombre: str
    ruta_id: int
    titular_id: int
    cobrador_id: NotRequired[int | None]
    dia_reunion: int
    hora_reunion: NotRequired[time | None]
    presidenta_id: NotRequired[int | None]
    solidario: NotRequired[bool]
    activo: NotRequired[bool]


class GrupoFilters(TypedDict, total=False):
    """The criteria of a list of groups."""

    q: str
    ruta_id: int
    titular_id: int
    cobrador_id: int
    dia_reunion: int
    activo: bool


class AsignacionFilters(TypedDict, total=False):
    """The criteria of a list of assignments."""

    grupo_id: int
    ruta_id: int
    titular_id: int
    cobrador_id: int
    fecha: date


class _Encargo(NamedTuple):
    """Route and people of a group."""

    ruta_id: int
    titular_id: int
    cobrador_id: int | None

    @property
    def collector_id(self) -> int:
        """The collector, or the titular where there is none."""
        return self.cobrador_id or self.titular_id


_ASSIGNED = frozenset(_Encargo._fields)


class GrupoService:
    """Creates, changes, transfers and deletes groups."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.today = hoy(context)
        self.grupos = GrupoRepository(context.session, alcance(context), self.today)
        self.personal = PersonalService(context)

    def get(self, grupo_id: int) -> GrupoRecord:
        """One group."""
        return self.grupos.get(grupo_id)

    def with_history(self, grupo_id: int) -> Item[GrupoRecord]:
        """One group, with all its assignments."""
        found = self.grupos.get(grupo_id)
        return Item(found, {"asignaciones": AsignacionRepository(self.context.session, ALL).of_group(grupo_id)})

    def page(self, request: PageRequest, **filters: Unpack[GrupoFilters]) -> Page[GrupoRecord]:
        """One page of groups."""
        return self.grupos.page(GrupoFilter(**filters), request)

    def create(self, **values: Unpack[NewGrupo]) -> GrupoRecord:
        """Create a group, which has its route and people from today on."""
        given = _Encargo(values["ruta_id"], values["titular_id"], values.get("cobrador_id"))
        self._check(given, None)
        own = {name: value for name, value in values.items() if name not in _ASSIGNED}
        grupo = self.grupos.add(Grupo(ultima_ruta_id=given.ruta_id, **own))
        self.grupos.assign(grupo.id, self.today, given._asdict())
        return self._shown(grupo.id)

    def update(self, grupo_id: int, **changes: Unpack[GrupoChanges]) -> GrupoRecord:
        """Change the given values and leave the others; another route or people get the group from today on."""
        if not _ASSIGNED.isdisjoint(changes):
            bloquear_calendario(self.context.session)
        grupo = self.grupos.get_for_update(grupo_id)
        self.grupos.change(grupo, {name: value for name, value in changes.items() if name not in _ASSIGNED})
        self._transfer(grupo, self.today, changes)
        return self._shown(grupo_id)

    def transferir(self, grupo_id: int, desde: date, **changes: Unpack[Transferencia]) -> Item[GrupoRecord]:
        """Give a group to another route or other people from a day on, today or later; with its last assignment.

        What was planned for that day or later goes.
        """
        if desde < self.today:
            raise Invalid.field("desde", "Must not be in the past.")
        bloquear_calendario(self.context.session)
        self._transfer(self.grupos.get_for_update(grupo_id), desde, changes)
        last = AsignacionRepository(self.context.session, ALL).last(grupo_id)
        return Item(self._shown(grupo_id), {"asignacion": last})

    def delete(self, grupo_id: int) -> None:
        """Delete a group that nothing refers to, with its assignments."""
        grupo = self.grupos.get_for_update(grupo_id)
        self.grupos.forget(grupo_id)
        self.grupos.delete(grupo)

    def _transfer(self, grupo: Grupo, desde: date, changes: Transferencia | GrupoChanges) -> None:
        found = self._on(desde).get(grupo.id)
        before = _Encargo(found.ruta_id, found.titular_id, found.cobrador_id)
        after = _Encargo(
            changes.get("ruta_id", before.ruta_id),
            changes.get("titular_id", before.titular_id),
            changes.get("cobrador_id", before.cobrador_id),
        )
        if after == before:
            return
        self._check(after, before)
        if desde <= self.today and after.collector_id != before.collector_id:
            self.context.publish(CobradorSaliendo(grupo.id, before.collector_id))
        self.grupos.change(grupo, {"ultima_ruta_id": after.ruta_id, "updated_at": self.context.clock.now()})
        self.grupos.assign(grupo.id, desde, after._asdict())
        self.context.publish(GrupoReasignado(grupo.id, desde))

    def _check(self, after: _Encargo, before: _Encargo | None) -> None:
        """Raise NotFound, Invalid or Forbidden unless the caller may give a group to this route and these people."""
        if before is None or after.ruta_id != before.ruta_id:
            if not existing(self.context.session, Ruta, {after.ruta_id}):
                raise NotFound(f"Ruta {after.ruta_id} does not exist.")
            if not alcance_rutas(self.context).includes(after.ruta_id):
                raise Forbidden("It would be outside of your scope.", code="outside_scope")
        if before is None or after.titular_id != before.titular_id:
            self.personal.require("titular_id", after.titular_id, Puesto.TITULAR)
        if before is None or after.cobrador_id != before.cobrador_id:
            self.personal.require("cobrador_id", after.cobrador_id, Puesto.COBRADOR)

    def _on(self, day: date) -> GrupoRepository:
        """Groups of everybody, as they are assigned on a day."""
        return GrupoRepository(self.context.session, ALL, day)

    def _shown(self, grupo_id: int) -> GrupoRecord:
        return self._on(self.today).get(grupo_id)


class AsignacionService:
    """Reads who had which group when."""

    def __init__(self, context: Context) -> None:
        self.asignaciones = AsignacionRepository(context.session, alcance(context))

    def page(self, request: PageRequest, **filters: Unpack[AsignacionFilters]) -> Page[AsignacionRecord]:
        """One page of assignments, by default the newest first."""
        in_order = request if request.sort else replace(request, sort=(Sort("desde", descending=True),))
        return self.asignaciones.page(AsignacionFilter(**filters), in_order)
