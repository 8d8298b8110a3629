"""Daily close: states, charges for lateness and snapshots, by slices of loans of a transaction each.

A day is resumed where it stopped, and two processes share it. A loan that somebody has locked is left for the end of
the day, so that no payment waits for the whole close.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from sqlalchemy import text

from app.infra import logs
from app.infra.context import Context
from app.infra.db import act_as, separate_transaction
from app.suites.credito.equipo.rules import lunes
from app.suites.credito.prestamos.events import SemanaTerminada
from app.suites.credito.prestamos.models import TipoCierre, Tramo
from app.suites.credito.prestamos.queries import (
    actualizar_estados,
    avance_de,
    bloquear_prestamos,
    fotografiar,
    morosos,
    planear_cierre,
    por_cerrar,
    terminar_tramo,
    tomar_tramo,
    ultimo_cerrado,
)
from app.suites.credito.prestamos.service.fechas import terminar_cambios
from app.suites.credito.prestamos.service.moras import MoraService

_DAY = timedelta(days=1)
_LIMITS = text("SET LOCAL statement_timeout = '5min'; SET LOCAL lock_timeout = '1min'")
_SHORT_WAIT = text("SET LOCAL lock_timeout = '1s'")

CerrarTramo = Callable[[Context, Tramo, bool], bool]
"""Closes a slice and says whether it is done; the last argument is whether to wait for locked loans."""


@contextmanager
def aparte(context: Context) -> Iterator[Context]:
    """A context over a transaction of its own, for a part of a job that is kept whatever becomes of the rest."""
    with separate_transaction() as session:
        act_as(session, user_id=None, request_id=logs.request_id.get())
        session.execute(_LIMITS)
        yield replace(context, session=session)


def cerrar_por_tramos(context: Context, tipo: TipoCierre, dia: date, cerrar: CerrarTramo) -> None:
    """Close the slices of a day that are not done: first all without waiting, then those with locked loans."""
    with aparte(context) as own:
        planear_cierre(own.session, tipo, dia)
    for esperar in (False, True):
        desde_id: int | None = 0
        while desde_id is not None:
            desde_id = _cerrar_uno(context, tipo, dia, cerrar, desde_id, esperar=esperar)


def _cerrar_uno(
    context: Context, tipo: TipoCierre, dia: date, cerrar: CerrarTramo, desde_id: int, *, esperar: bool
) -> int | None:
    """Close one slice in a transaction, and return the id from which the next one begins."""
    with aparte(context) as own:
        tramo = tomar_tramo(own.session, tipo, dia, desde_id, esperar=esperar)
        if tramo is None:
            return None
        if esperar:
            own.session.execute(_SHORT_WAIT)
        if cerrar(own, tramo, esperar):
            terminar_tramo(own.session, tramo)
        return tramo.desde_id + 1


class CierreService:
    """Closes days, each once and in their order."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def cerrar_hasta(self, hasta: date) -> int:
        """Close each day after the last closed one up to a day, the first time that day alone; returns how many.

        `SemanaTerminada` is published before each Monday, so that late closes come in the order of those in time.
        """
        terminar_cambios(partial(aparte, self.context))
        closed = set()
        while (dia := self._siguiente(hasta)) is not None:
            if dia == lunes(dia):
                self.context.publish(SemanaTerminada(dia))
            cerrar_por_tramos(self.context, TipoCierre.DIARIO, dia, CierreDeDia(self.context, dia).cerrar)
            closed.add(dia)
        return len(closed)

    def procesado_hasta(self) -> date | None:
        """The last day that is closed wholly, or None."""
        return ultimo_cerrado(self.context.session, TipoCierre.DIARIO)

    def alcanzar(self, prestamo_id: int) -> None:
        """Bring a locked loan that was handed over on an earlier day up to the last closed day."""
        closed = self.procesado_hasta()
        if closed is None:
            return
        session, day = self.context.session, closed + _DAY
        start = datetime.combine(day, time(), self.context.settings.credito_timezone).astimezone(UTC)
        MoraService(self.context).cobrar(morosos(session, [prestamo_id], day, start), day)
        actualizar_estados(session, [prestamo_id], day)

    def _siguiente(self, hasta: date) -> date | None:
        """The next day to close, or None."""
        with aparte(self.context) as own:
            found = avance_de(own.session, TipoCierre.DIARIO)
        if found is None:
            return hasta
        dia = found.dia + _DAY if found.terminado else found.dia
        return dia if dia <= hasta else None


class CierreDeDia:
    """Close of one day: what is stored becomes that of the start of the next day."""

    def __init__(self, context: Context, dia: date) -> None:
        self.dia, self.siguiente = dia, dia + _DAY
        self.inicio = datetime.combine(dia, time(), context.settings.credito_timezone).astimezone(UTC)

    def cerrar(self, context: Context, tramo: Tramo, esperar: bool) -> bool:
        """Close a slice; False, without a snapshot, if loans of it were locked by others."""
        session = context.session
        found = por_cerrar(session, tramo, self.siguiente, self.inicio)
        locked = bloquear_prestamos(session, found, esperar=esperar)
        owing = morosos(session, locked, self.siguiente, self.inicio)
        MoraService(context).cobrar(owing, self.siguiente)
        actualizar_estados(session, locked, self.siguiente)
        if len(locked) < len(found):
            return False
        self.fotografiar(context, tramo)
        return True

    def fotografiar(self, context: Context, tramo: Tramo) -> None:
        """Add the loans of a slice to the snapshot of the day."""
        fotografiar(context.session, tramo, self.dia)
