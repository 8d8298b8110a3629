"""Services of days and weeks without collection; loans follow by the events."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import NotRequired, TypedDict, TypeVar, Unpack

from app.infra.context import Context
from app.infra.queries.records import Item
from app.kernel.paging import Page, PageRequest, Sort
from app.suites.credito.equipo.events import (
    DiaInhabilPuesto,
    DiaInhabilQuitado,
    SemanaSinCobroPuesta,
    SemanaSinCobroQuitada,
)
from app.suites.credito.equipo.models import DiaInhabil, DiaInhabilRecord, SemanaSinCobro, SemanaSinCobroRecord
from app.suites.credito.equipo.queries import (
    CalendarioFilter,
    DiaInhabilRepository,
    DiasDeGrupo,
    SemanaSinCobroRepository,
    bloquear_calendario,
    days_from,
    days_of_groups,
    fijar_calendario,
    holidays,
    weeks_without_collection,
)
from app.suites.credito.equipo.rules import DAY, lunes
from app.suites.credito.equipo.service.alcance import alcance_rutas
from app.suites.credito.equipo.service.cambios import CambioDeFechasService

R = TypeVar("R", DiaInhabilRecord, SemanaSinCobroRecord)


class NewDiaInhabil(TypedDict):
    """The values of a new holiday."""

    fecha: date
    nombre: str
    ruta_id: NotRequired[int | None]


class DiaInhabilChanges(TypedDict, total=False):
    """The values of a holiday that may be changed."""

    fecha: date
    nombre: str
    ruta_id: int | None


class NewSemanaSinCobro(TypedDict):
    """The values of a new week without collection; any of its days names it."""

    semana: date
    motivo: str
    ruta_id: NotRequired[int | None]


class SemanaSinCobroChanges(TypedDict, total=False):
    """The values of a week without collection that may be changed."""

    semana: date
    motivo: str
    ruta_id: int | None


class CalendarioFilters(TypedDict, total=False):
    """The criteria of a list of days or weeks."""

    q: str
    desde: date
    hasta: date
    ruta_id: int


class CalendarioService:
    """Reads days and weeks without collection, for who lays out installments."""

    def __init__(self, context: Context) -> None:
        self.session = context.session

    def inhabiles(self, ruta_id: int | None, first: date, last: date) -> frozenset[date]:
        """Holidays of a route between two days; without one, those of all routes."""
        return holidays(self.session, ruta_id, first, last)

    def sin_cobro(self, ruta_id: int | None, first: date, last: date) -> frozenset[date]:
        """Mondays, between two days, of weeks in which nothing is collected on a route; without one, on all."""
        return weeks_without_collection(self.session, ruta_id, first, last)

    def fijar(self) -> None:
        """Let no day or week change before the end of the transaction, by which a loan is laid out and open."""
        fijar_calendario(self.session)

    def siguiente(self, dia: date) -> date:
        """The first day after one that is a day of collection on all routes."""
        dias, semanas = days_from(self.session, dia)
        found = dia + DAY
        while found in dias or lunes(found) in semanas:
            found += DAY
        return found

    def de_grupos(self, grupos: Collection[int | None]) -> dict[int | None, DiasDeGrupo]:
        """All days without collection of groups, by the routes to which they belonged on them."""
        return days_of_groups(self.session, grupos)


def _con_avisos(context: Context, found: R) -> Item[R]:
    """A day or week, with a notice while loans of its route still follow the calendar."""
    return Item(found, {"avisos": CambioDeFechasService(context).avisos_de_ruta(found.ruta_id)})


class DiaInhabilService:
    """Creates, changes and deletes holidays, and tells of it."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.dias = DiaInhabilRepository(context.session, alcance_rutas(context))

    def get(self, dia_id: int) -> Item[DiaInhabilRecord]:
        """One holiday."""
        return _con_avisos(self.context, self.dias.get(dia_id))

    def page(self, request: PageRequest, **filters: Unpack[CalendarioFilters]) -> Page[DiaInhabilRecord]:
        """One page of holidays, by default in their order."""
        in_order = request if request.sort else replace(request, sort=(Sort("fecha"),))
        return self.dias.page(CalendarioFilter(of_weeks=False, **filters), in_order)

    def create(self, **values: Unpack[NewDiaInhabil]) -> Item[DiaInhabilRecord]:
        """Make a day a holiday."""
        bloquear_calendario(self.context.session)
        dia = self.dias.add(DiaInhabil(**values))
        self.context.publish(DiaInhabilPuesto(dia.fecha, dia.ruta_id))
        return self.get(dia.id)

    def update(self, dia_id: int, **changes: Unpack[DiaInhabilChanges]) -> Item[DiaInhabilRecord]:
        """Change the given values and leave the others."""
        bloquear_calendario(self.context.session)
        dia = self.dias.get_for_update(dia_id)
        before = (dia.fecha, dia.ruta_id)
        self.dias.change(dia, changes)
        if (dia.fecha, dia.ruta_id) != before:
            self.context.publish(DiaInhabilQuitado(*before))
            self.context.publish(DiaInhabilPuesto(dia.fecha, dia.ruta_id))
        return self.get(dia.id)

    def delete(self, dia_id: int) -> None:
        """Make a day one of collection again."""
        bloquear_calendario(self.context.session)
        dia = self.dias.get_for_update(dia_id)
        self.dias.delete(dia)
        self.context.publish(DiaInhabilQuitado(dia.fecha, dia.ruta_id))


class SemanaSinCobroService:
    """Creates, changes and deletes weeks without collection, and tells of it."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.semanas = SemanaSinCobroRepository(context.session, alcance_rutas(context))

    def get(self, semana_id: int) -> Item[SemanaSinCobroRecord]:
        """One week."""
        return _con_avisos(self.context, self.semanas.get(semana_id))

    def page(self, request: PageRequest, **filters: Unpack[CalendarioFilters]) -> Page[SemanaSinCobroRecord]:
        """One page of weeks, by default in their order."""
        in_order = request if request.sort else replace(request, sort=(Sort("semana"),))
        return self.semanas.page(CalendarioFilter(of_weeks=True, **filters), in_order)

    def create(self, **values: Unpack[NewSemanaSinCobro]) -> Item[SemanaSinCobroRecord]:
        """Make the week of a day one without collection."""
        values["semana"] = lunes(values["semana"])
        bloquear_calendario(self.context.session)
        semana = self.semanas.add(SemanaSinCobro(**values))
        self.context.publish(SemanaSinCobroPuesta(semana.semana, semana.ruta_id))
        return self.get(semana.id)

    def update(self, semana_id: int, **changes: Unpack[SemanaSinCobroChanges]) -> Item[SemanaSinCobroRecord]:
        """Change the given values and leave the others."""
        bloquear_calendario(self.context.session)
        semana = self.semanas.get_for_update(semana_id)
        before = (semana.semana, semana.ruta_id)
        if "semana" in changes:
            changes["semana"] = lunes(changes["semana"])
        self.semanas.change(semana, changes)
        if (semana.semana, semana.ruta_id) != before:
            self.context.publish(SemanaSinCobroQuitada(*before))
            self.context.publish(SemanaSinCobroPuesta(semana.semana, semana.ruta_id))
        return self.get(semana.id)

    def delete(self, semana_id: int) -> None:
        """Make a week one of collection again."""
        bloquear_calendario(self.context.session)
        semana = self.semanas.get_for_update(semana_id)
        self.semanas.delete(semana)
        self.context.publish(SemanaSinCobroQuitada(semana.semana, semana.ruta_id))
