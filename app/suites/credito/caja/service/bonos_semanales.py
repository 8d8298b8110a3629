"""Bonuses of closed weeks: what each group earned, and what a reversed payment takes of it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from app.infra.context import Context
from app.kernel.identity import ALL
from app.suites.credito.caja.queries.bonos import (
    BonoGanadoRepository,
    bloquear_bonos,
    bloquear_calculo_de_bonos,
    grupo_de,
    insertar_bonos,
    titulares,
)
from app.suites.credito.caja.rules.bonos import ReglaBono, bono_de
from app.suites.credito.caja.rules.cortes import EstadoBono
from app.suites.credito.caja.service.bonos import BonoService
from app.suites.credito.cobranza.events import PagoReversado
from app.suites.credito.cobranza.service import cobranza_real, faltas_por_grupo
from app.suites.credito.equipo.rules import lunes
from app.suites.credito.prestamos.rules.pagos import SIN_COBRO
from app.suites.credito.prestamos.service import TipoCierre, aparte, avance_de, registrar_cierre

_SEMANA, _SEIS_DIAS = timedelta(weeks=1), timedelta(days=6)


class BonoSemanalService:
    """Writes what groups earned in closed weeks, each week once and in a transaction of its own."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def calcular(self) -> int:
        """Write the bonuses of each closed week after the last one, the first time of that alone; returns how many."""
        weeks = 0
        while (semana := self._siguiente()) is not None:
            with aparte(self.context) as own:
                bloquear_calculo_de_bonos(own.session)
                if registrar_cierre(own.session, TipoCierre.BONOS, semana):
                    insertar_bonos(own.session, BonoSemanalService(own).filas(semana))
            weeks += 1
        return weeks

    def corregir(self, event: PagoReversado) -> None:
        """Lower an unpaid bonus to what its week earns without a reversed payment; annul one that it does not earn.

        The week in which the payment is reversed has less collection, so a bonus that was paid is corrected there.
        """
        if event.metodo in SIN_COBRO:
            return
        session, semana = self.context.session, lunes(event.fecha)
        bloquear_bonos(session)
        grupo_id = grupo_de(session, event.prestamo_id)
        repository = BonoGanadoRepository(session, ALL)
        ganado = None if grupo_id is None else repository.find_for_update(grupo_id, semana)
        if ganado is None or ganado.estado is not EstadoBono.CALCULADO or not ganado.monto:
            return
        left = ganado.cobranza - event.monto
        earned = bono_de(left, ganado.faltas, self._reglas(semana))
        if earned is None:
            repository.change(ganado, {"cobranza": left, "estado": EstadoBono.ANULADO})
        else:
            repository.change(ganado, {"cobranza": left, "bono_id": earned.id, "monto": earned.monto})

    def _siguiente(self) -> date | None:
        """The next closed week without bonuses, or None."""
        with aparte(self.context) as own:
            closed = avance_de(own.session, TipoCierre.SEMANAL)
            done = avance_de(own.session, TipoCierre.BONOS)
        if closed is None:
            return None
        last = closed.dia if closed.terminado else closed.dia - _SEMANA
        semana = last if done is None else done.dia + _SEMANA
        return semana if semana <= last else None

    def filas(self, semana: date) -> Sequence[Mapping[str, object]]:
        """Rows of the groups of a week: who had each at its end, and what it earned."""
        session = self.context.session
        collected = cobranza_real(session, semana, self.context.settings.credito_timezone)
        missed, rules = faltas_por_grupo(session, semana), self._reglas(semana)
        rows = []
        for group in titulares(session, semana + _SEIS_DIAS):
            cobranza, faltas = collected.get(group.grupo_id, Decimal(0)), missed.get(group.grupo_id, 0)
            if not (group.activo or cobranza or faltas):
                continue
            earned = bono_de(cobranza, faltas, rules)
            rows.append(
                {
                    "grupo_id": group.grupo_id,
                    "semana": semana,
                    "titular_id": group.titular_id,
                    "cobranza": cobranza,
                    "faltas": faltas,
                    "bono_id": None if earned is None else earned.id,
                    "monto": Decimal(0) if earned is None else earned.monto,
                }
            )
        return rows

    def _reglas(self, semana: date) -> Sequence[ReglaBono]:
        """Rules that are valid at the end of a week."""
        return BonoService(self.context).reglas(semana + _SEIS_DIAS)
