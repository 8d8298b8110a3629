"""Weekly close: missed weeks and their penalties, by slices of loans of a transaction each."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from app.infra.context import Context
from app.suites.credito.cobranza.events import SemanasCerradas
from app.suites.credito.cobranza.queries.semana import (
    Deudor,
    agenda_de,
    deudores,
    insertar_faltas,
    por_juzgar,
    vigentes_por_prestamo,
)
from app.suites.credito.cobranza.rules.faltas import EstadoFalta
from app.suites.credito.equipo.rules import lunes
from app.suites.credito.equipo.service import hoy
from app.suites.credito.prestamos.rules.atraso import Gracia
from app.suites.credito.prestamos.rules.cuotas import TipoCargo
from app.suites.credito.prestamos.rules.faltas import FaltaDeSemana, falta_de
from app.suites.credito.prestamos.rules.mora import Penalizacion, ReglaDeMora, pena_de
from app.suites.credito.prestamos.rules.terminos import Condiciones, terminos_de
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
    insertar_cargos,
    terminar_cambios,
)

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
            CierreDeSemana(semana, hoy(self.context)).cerrar(self.context, Tramo(0, prestamo_id, prestamo_id), True)
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
        """Judge the week of the loans of a slice; False if some were locked by others."""
        session = context.session
        found = por_juzgar(session, tramo, self.semana)
        locked = bloquear_prestamos(session, found, esperar=esperar)
        self._juzgar(context, deudores(session, locked))
        return len(locked) == len(found)

    def _juzgar(self, context: Context, found: Sequence[Deudor]) -> None:
        ids = [one.id for one in found]
        agenda = agenda_de(context.session, ids, self.lunes - _DAY)
        before = vigentes_por_prestamo(context.session, ids)
        faltas: list[dict[str, object]] = []
        penas: dict[int, dict[str, object]] = {}
        saldos: list[dict[str, object]] = []
        por_asignar: list[int] = []
        for one in found:
            falta = falta_de(agenda.cuotas.get(one.id, ()), agenda.cobros.get(one.id, ()), self.semana)
            if falta is None:
                continue
            vigentes, cobradas = before.get(one.id, (0, 0))
            terms = terminos_de(one.condiciones)
            charged = falta.cuota_numero in agenda.penas.get(one.id, ())
            pena = None if charged else self._pena(one, terms, falta, vigentes + 1, cobradas)
            if pena is not None:
                penas[len(faltas)] = _cargo(one.id, pena)
            faltas.append(_fila(one.id, falta, tolerada=vigentes + 1 <= terms.incumplimientos_tolerados))
            saldos.append(_saldo(one, pena, vigentes + 1))
            if pena is not None and one.id in agenda.pagaron_despues:
                por_asignar.append(one.id)
        ids_de_faltas = insertar_faltas(context.session, faltas)
        insertar_cargos(context.session, [{**row, "falta_id": ids_de_faltas[place]} for place, row in penas.items()])
        cambiar_saldos(context.session, saldos)
        MoraService(context).reasignar(por_asignar, self.lunes, CONCEPTO, self.al)

    def _pena(
        self, one: Deudor, terms: Condiciones, falta: FaltaDeSemana, vigentes: int, penas: int
    ) -> Penalizacion | None:
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
        numero = falta.cuota_numero
        return pena_de(regla, one.cuota, numero=numero, dia=self.lunes, vigentes=vigentes, penas=penas)


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
