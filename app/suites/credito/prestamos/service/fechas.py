"""Due dates of open loans, which follow holidays and weeks without collection."""

from collections.abc import Collection, Mapping
from datetime import date

from app.infra import logs
from app.infra.context import Context
from app.infra.db import act_as
from app.infra.tasks import Begin, enqueue
from app.kernel.errors import Conflict
from app.suites.credito.equipo.rules import DAY
from app.suites.credito.equipo.service import CalendarioService, CambioDeFechasService, DiasDeGrupo, hoy
from app.suites.credito.prestamos.events import SemanaSinCobroSeguida
from app.suites.credito.prestamos.queries import actualizar_estados
from app.suites.credito.prestamos.queries.fechas import (
    Abiertas,
    Vencimiento,
    abiertos_de,
    bloquear_abiertos,
    bloquear_de_grupo,
    esperar_poco,
    por_reasignar,
    se_pago_entre,
    seguir_a_las_cuotas,
)
from app.suites.credito.prestamos.service.reasignacion import reasignar
from app.suites.credito.productos.rules.fechas import DiasSinCobro

ORIGEN, CONCEPTO = "credito.prestamos", "fechas"
"""Origin and concept in the journal of what payments pay otherwise because dates moved."""
TASK = "credito.fechas"
"""The kind of task by which loans follow a change of the calendar."""
POR_TRAMO = 200
"""Loans that are moved in one transaction, so that none is locked for a second; a request moves no more itself."""


class FechaService:
    """Moves the unpaid installments of the open loans of a route to the dates that its calendar gives."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.calendario = CalendarioService(context)
        self.cambios = CambioDeFechasService(context)
        self.today = hoy(context)

    def seguir_dia(self, ruta_id: int | None, dia: date) -> None:
        """Move what is due on a day that became a holiday, or was moved away from one that is none any more."""
        self._cambiar(ruta_id, dia, self.calendario.siguiente(dia), sin_cobro=False)

    def seguir_semana(self, ruta_id: int | None, semana: date) -> None:
        """Move all that is due from a week without collection on; nobody missed it."""
        self._cambiar(ruta_id, semana, None, sin_cobro=True)

    def seguir_grupo(self, grupo_id: int, desde: date) -> None:
        """Move all that is due from a group from a day on, from which it may belong to other routes."""
        self._mover(bloquear_de_grupo(self.session, grupo_id), desde, None)

    def quitar_semana(self, ruta_id: int | None, semana: date) -> None:
        """Let a week be one of collection again; Conflict if a payment falls into it."""
        if se_pago_entre(self.session, ruta_id, semana, semana + 6 * DAY):
            raise Conflict("A payment falls into the week.", code="semana_con_pagos")
        self._cambiar(ruta_id, semana, None, sin_cobro=False)

    def continuar(self, cambio_id: int) -> bool:
        """Move the next slice of the loans that follow a change; False if there was none, so that it is done."""
        cambio = self.cambios.tomar(cambio_id)
        if cambio is None:
            return False
        ids = abiertos_de(self.session, cambio.ruta_id, cambio.desde, cambio.avance_id, POR_TRAMO)
        if not ids:
            self.cambios.terminar(cambio)
            return False
        act_as(self.session, user_id=cambio.user_id, request_id=logs.request_id.get())
        esperar_poco(self.session)
        self._aplicar(ids, cambio.desde, cambio.hasta, sin_cobro=cambio.sin_cobro)
        self.cambios.avanzar(cambio, ids[-1])
        return True

    def _cambiar(self, ruta_id: int | None, desde: date, hasta: date | None, *, sin_cobro: bool) -> None:
        """Move the loans of a route within this transaction, or if they are too many, by a task after it."""
        ids = abiertos_de(self.session, ruta_id, desde, 0, POR_TRAMO + 1)
        if len(ids) <= POR_TRAMO:
            self._aplicar(ids, desde, hasta, sin_cobro=sin_cobro)
            return
        later = self.cambios.aplazar(ruta_id, desde, hasta, sin_cobro=sin_cobro)
        enqueue(self.session, TASK, {"cambio": later})

    def _aplicar(self, ids: Collection[int], desde: date, hasta: date | None, *, sin_cobro: bool) -> None:
        """Lock loans and give them the dates of the calendar as it is now, which a second time changes nothing."""
        loans = bloquear_abiertos(self.session, ids)
        self._mover(loans, desde, hasta)
        if sin_cobro:
            self.context.publish(SemanaSinCobroSeguida(desde, tuple(loans)))

    def _mover(self, loans: Mapping[int, int | None], desde: date, hasta: date | None) -> None:
        """Give unpaid installments of locked loans, with their groups, the dates of their calendars."""
        if not loans:
            return
        days = self.calendario.de_grupos(set(loans.values()))
        calendars = list(set(days.values()))
        places = {calendar: place for place, calendar in enumerate(calendars)}
        weeks = sorted({week for calendar in calendars for week in calendar.semanas})
        numbers = {loan: places[days[group]] for loan, group in loans.items()}
        unpaid = Abiertas(self.session, numbers, weeks, desde, hasta)
        moved = [
            (one, new)
            for one in unpaid.vencimientos()
            if (new := _vencimiento(one, calendars[one.calendario], weeks)) != one.vence
        ]
        if moved:
            unpaid.mover(moved)
            self._seguir(seguir_a_las_cuotas(self.session, loans))

    def _seguir(self, ids: list[int]) -> None:
        """Bring states, and payments that pay otherwise, into line with dates that moved."""
        actualizar_estados(self.session, ids, self.today)
        affected = por_reasignar(self.session, ids)
        if affected:
            reasignar(self.context, affected, self.today, ORIGEN, lambda loan: f"{CONCEPTO}-{loan.version}")


def _vencimiento(one: Vencimiento, calendar: DiasDeGrupo, weeks: list[date]) -> date:
    """Due date of an original one; weeks up to the day on which the schedule was laid do not move it."""
    later = calendar.semanas.intersection(weeks[one.tramo :])
    return DiasSinCobro(calendar.inhabiles, later).vencimiento(one.original)


def mover_por_tramos(begin: Begin, cambio_id: int) -> None:
    """Let all loans follow a change, by slices of a transaction each; what is done already is not done again."""
    moved = True
    while moved:
        with begin() as context:
            moved = FechaService(context).continuar(cambio_id)


def terminar_cambios(begin: Begin) -> None:
    """Let loans follow the changes that tasks have not come to, before anything is judged by their dates."""
    with begin() as context:
        pending = CambioDeFechasService(context).pendientes()
    for cambio_id in pending:
        mover_por_tramos(begin, cambio_id)
