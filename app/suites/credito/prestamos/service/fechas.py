"""Due dates of open loans, which follow holidays and weeks without collection."""

from collections.abc import Iterable, Mapping
from datetime import date

from app.infra.context import Context
from app.kernel.batches import batched
from app.kernel.errors import Conflict
from app.suites.credito.equipo.rules import DAY, lunes
from app.suites.credito.equipo.service import CalendarioService, DiasDeGrupo, hoy
from app.suites.credito.prestamos.queries import actualizar_estados
from app.suites.credito.prestamos.queries.fechas import (
    Abiertas,
    Vencimiento,
    bloquear_abiertos,
    bloquear_de_grupo,
    por_reasignar,
    se_pago_entre,
    seguir_a_las_cuotas,
)
from app.suites.credito.prestamos.service.reasignacion import reasignar
from app.suites.credito.productos.rules.fechas import DiasSinCobro

ORIGEN, CONCEPTO = "credito.prestamos", "fechas"
"""Origin and concept in the journal of what payments pay otherwise because dates moved."""
POR_LOTE = 2_000
"""Loans of which the rows are read at once."""


class FechaService:
    """Moves the unpaid installments of the open loans of a route to the dates that its calendar gives."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.today = hoy(context)

    def seguir_dia(self, ruta_id: int | None, dia: date) -> None:
        """Move what is due on a day that became a holiday, or was moved away from one that is none any more."""
        self._mover(bloquear_abiertos(self.session, ruta_id, dia), dia, hasta_el_siguiente=True)

    def seguir_semana(self, ruta_id: int | None, semana: date) -> None:
        """Move all that is due from a week on by what that week, or its end, gives."""
        self._mover(bloquear_abiertos(self.session, ruta_id, semana), semana, hasta_el_siguiente=False)

    def seguir_grupo(self, grupo_id: int, desde: date) -> None:
        """Move all that is due from a group from a day on, from which it may belong to other routes."""
        self._mover(bloquear_de_grupo(self.session, grupo_id), desde, hasta_el_siguiente=False)

    def quitar_semana(self, ruta_id: int | None, semana: date) -> None:
        """Let a week be one of collection again; Conflict if a payment falls into it."""
        if se_pago_entre(self.session, ruta_id, semana, semana + 6 * DAY):
            raise Conflict("A payment falls into the week.", code="semana_con_pagos")
        self.seguir_semana(ruta_id, semana)

    def _mover(self, loans: Mapping[int, int | None], dia: date, *, hasta_el_siguiente: bool) -> None:
        """Give unpaid installments of locked loans, with their groups, the dates of their calendars."""
        if not loans:
            return
        days = CalendarioService(self.context).de_grupos(set(loans.values()))
        calendars = list(set(days.values()))
        places = {calendar: place for place, calendar in enumerate(calendars)}
        weeks = sorted({week for calendar in calendars for week in calendar.semanas})
        until = _siguiente(calendars, dia) if hasta_el_siguiente else None
        numbers = {loan: places[days[group]] for loan, group in loans.items()}
        unpaid = Abiertas(self.session, numbers, weeks, dia, until)
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
        for some in batched(por_reasignar(self.session, ids), POR_LOTE):
            reasignar(self.context, some, self.today, ORIGEN, lambda loan: f"{CONCEPTO}-{loan.version}")


def _vencimiento(one: Vencimiento, calendar: DiasDeGrupo, weeks: list[date]) -> date:
    """Due date of an original one; weeks up to the day on which the schedule was laid do not move it."""
    later = calendar.semanas.intersection(weeks[one.tramo :])
    return DiasSinCobro(calendar.inhabiles, later).vencimiento(one.original)


def _siguiente(calendars: Iterable[DiasDeGrupo], dia: date) -> date:
    """The first day after one that is a day of collection by all calendars."""
    holidays = {day for calendar in calendars for day in calendar.inhabiles}
    weeks = {week for calendar in calendars for week in calendar.semanas}
    day = dia + DAY
    while day in holidays or lunes(day) in weeks:
        day += DAY
    return day
