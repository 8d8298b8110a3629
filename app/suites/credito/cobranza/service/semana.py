"""Weekly close: missed weeks and their penalties, by slices of loans of a transaction each."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from app.infra.context import Context
from app.suites.credito.cobranza.events import SemanasCerradas
from app.suites.credito.cobranza.queries.semana import (
    Deudor,
    deudores,
    insertar_faltas,
    por_juzgar,
)
from app.suites.credito.cobranza.rules.faltas import EstadoFalta
from app.suites.credito.equipo.rules import lunes
from app.suites.credito.equipo.service import hoy
from app.suites.credito.prestamos.rules.atraso import Gracia
from app.suites.credito.prestamos.rules.cuotas import TipoCargo
from app.suites.credito.prestamos.rules.faltas import FaltaDeSemana, falta_de_sumas
from app.suites.credito.prestamos.rules.mora import Penalizacion, ReglaDeMora, pena_de
from app.suites.credito.prestamos.rules.terminos import Condiciones, terminos_de_texto
from app.suites.credito.prestamos.service import (
    CierreService,
    MoraService,
    TipoCierre,
    Tramo,
    aparte,
    avance_de,
    bloquear_prestamos,
    cambiar_saldos,
    cerrar_por_tramos,
    cortar_tramo,
    insertar_cargos,
    terminar_cambios,
)

JUZGADOS_POR_TRAMO = 2_000
"""Most loans that are judged in a transaction, and held by it: the longest week is one in which nobody paid."""
_DAY, _SEMANA = timedelta(days=1), timedelta(weeks=1)
CONCEPTO = "pena"


class CierreSemanalService:
    """Closes weeks whose days are all closed, each once and in their order."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def cerrar(self) -> int:
        """Judge weeks, and publish `SemanasCerradas` each time, for what an earlier run may not have come to.

        Returns how many weeks it judged.
        """
        weeks = self.juzgar()
        self.context.publish(SemanasCerradas())
        return weeks

    def juzgar(self) -> int:
        """Judge each week after the last closed one, the first time the last one alone; returns how many."""
        procesado = CierreService(self.context).procesado_hasta()
        if procesado is None:
            return 0
        ultima = lunes(procesado + _DAY) - _SEMANA
        terminar_cambios(partial(aparte, self.context))
        closed = set()
        while (semana := self._siguiente(ultima)) is not None:
            cerrar_por_tramos(self.context, TipoCierre.SEMANAL, semana, CierreDeSemana(semana, procesado + _DAY).cerrar)
            closed.add(semana)
        return len(closed)

    def alcanzar(self, prestamo_id: int, desde: date) -> None:
        """Judge the closed weeks from a day on of a locked loan that was handed over late."""
        found = avance_de(self.context.session, TipoCierre.SEMANAL)
        semana = lunes(desde)
        while found is not None and semana <= found.dia:
            own = por_juzgar(self.context.session, Tramo(0, prestamo_id, prestamo_id), semana, 1)
            CierreDeSemana(semana, hoy(self.context)).juzgar(self.context, own, esperar=True)
            semana += _SEMANA

    def _siguiente(self, ultima: date) -> date | None:
        with aparte(self.context) as own:
            found = avance_de(own.session, TipoCierre.SEMANAL)
        if found is None:
            return ultima
        semana = found.dia + _SEMANA if found.terminado else found.dia
        return semana if semana <= ultima else None


class CierreDeSemana:
    """Close of one week; its charges are of the Monday after it, and states those after the last closed day."""

    def __init__(self, semana: date, al: date) -> None:
        self.semana, self.lunes, self.al = semana, semana + _SEMANA, al

    def cerrar(self, context: Context, tramo: Tramo, esperar: bool) -> bool:
        """Judge the week of the loans of a slice; False if some were locked by others.

        A slice with too many loans to judge ends at the last of them that may be.
        """
        found = por_juzgar(context.session, tramo, self.semana, JUZGADOS_POR_TRAMO + 1)
        own = found[:JUZGADOS_POR_TRAMO]
        if len(own) < len(found):
            cortar_tramo(context.session, tramo, own[-1])
        return self.juzgar(context, own, esperar=esperar)

    def juzgar(self, context: Context, ids: Collection[int], *, esperar: bool) -> bool:
        """Judge the week of loans that have no missed week of it; False if some were locked by others."""
        locked = bloquear_prestamos(context.session, ids, esperar=esperar)
        self._juzgar(context, deudores(context.session, locked, self.semana))
        return len(locked) == len(ids)

    def _juzgar(self, context: Context, found: Sequence[Deudor]) -> None:
        faltas: list[dict[str, object]] = []
        penas: dict[int, dict[str, object]] = {}
        saldos: list[dict[str, object]] = []
        por_asignar: list[int] = []
        for one in found:
            falta = falta_de_sumas(self.semana, one.numero, one.esperado, one.abonado, one.a_tiempo)
            if falta is None:
                continue
            terms, vigentes = terminos_de_texto(one.condiciones), one.vigentes + 1
            pena = None if one.con_pena else self._pena(one, terms, vigentes)
            if pena is not None:
                penas[len(faltas)] = _cargo(one.id, pena)
                if one.pago_despues:
                    por_asignar.append(one.id)
            faltas.append(_fila(one.id, falta, tolerada=vigentes <= terms.incumplimientos_tolerados))
            saldos.append(_saldo(one, pena, vigentes))
        ids_de_faltas = insertar_faltas(context.session, faltas)
        insertar_cargos(context.session, [{**row, "falta_id": ids_de_faltas[place]} for place, row in penas.items()])
        cambiar_saldos(context.session, saldos)
        MoraService(context).reasignar(por_asignar, self.lunes, CONCEPTO, self.al)

    def _pena(self, one: Deudor, terms: Condiciones, vigentes: int) -> Penalizacion | None:
        """Penalty of a missed week; none for a loan that was restructured."""
        if one.reestructurado:
            return None
        regla = ReglaDeMora(
            terms.mora_tipo,
            terms.mora_valor,
            Gracia(terms.gracia_mora, terms.frecuencia),
            terms.iva,
            terms.incumplimientos_tolerados,
            terms.limite_penalizaciones,
            one.fecha_fallecimiento,
        )
        return pena_de(regla, one.cuota, numero=one.numero, dia=self.lunes, vigentes=vigentes, penas=one.penas)


def _fila(prestamo_id: int, falta: FaltaDeSemana, *, tolerada: bool) -> dict[str, object]:
    return {
        "prestamo_id": prestamo_id,
        "semana": falta.semana,
        "cuota_numero": falta.cuota_numero,
        "esperado": falta.esperado,
        "abonado": falta.abonado,
        "faltante": falta.faltante,
        "tipo": falta.tipo,
        "tolerada": tolerada,
        "estado": EstadoFalta.VIGENTE,
    }


def _cargo(prestamo_id: int, pena: Penalizacion) -> dict[str, object]:
    return {
        "prestamo_id": prestamo_id,
        "tipo": TipoCargo.PENA,
        "cuota_numero": pena.cuota_numero,
        "fecha": pena.fecha,
        "monto": pena.monto,
        "iva": pena.iva,
    }


def _saldo(one: Deudor, pena: Penalizacion | None, faltas: int) -> dict[str, object]:
    cobrado = Decimal(0) if pena is None else pena.monto + pena.iva
    return {"id": one.id, "saldo": one.saldo + cobrado, "saldo_cargos": one.saldo_cargos + cobrado, "faltas": faltas}
