"""Bonuses of the demo's closed weeks, each paid out of the cut in which its group's money is collected a week later."""

from collections.abc import Container, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from app.suites.credito.caja.rules.bonos import ReglaBono, bono_de
from app.suites.credito.caja.service.demo.gente import Gente, GrupoDemo
from app.suites.credito.caja.service.demo.historia import Contrato
from app.suites.credito.equipo.rules import lunes
from app.suites.credito.prestamos.rules.pagos import SIN_COBRO
from app.suites.credito.productos.rules.condiciones import ZERO

_WEEK = timedelta(weeks=1)
Corte = tuple[int, date]
"""Id of the person of a cut, and the Monday of its week."""


class BonoDemo(NamedTuple):
    """Bonus of a group's week, and the cut out of which it is paid."""

    grupo: GrupoDemo
    semana: date
    cobranza: Decimal
    faltas: int
    regla: ReglaBono | None
    corte: Corte | None

    @property
    def monto(self) -> Decimal:
        """Amount that was earned."""
        return ZERO if self.regla is None else self.regla.monto

    @property
    def pagado_en(self) -> date:
        """Day of the meeting at which it is paid."""
        return self.semana + _WEEK + timedelta(days=self.grupo.dia)


def bonos_de(
    contratos: Sequence[Contrato], gente: Gente, reglas: Sequence[ReglaBono], cortes: Container[Corte]
) -> Iterator[BonoDemo]:
    """Bonuses of all groups from the first week in which something was paid; those of the last week wait."""
    cobranza: dict[tuple[int, date], Decimal] = {}
    faltas: dict[tuple[int, date], int] = {}
    for one in contratos:
        for abono in one.abonos:
            if abono.metodo not in SIN_COBRO:
                key = (one.grupo.id, lunes(abono.fecha))
                cobranza[key] = cobranza.get(key, ZERO) + abono.monto
        for falta in one.faltas:
            key = (one.grupo.id, falta.semana)
            faltas[key] = faltas.get(key, 0) + 1
    semana = min(monday for _, monday in cobranza)
    while semana < gente.lunes:
        for grupo in gente.grupos:
            collected, missed = cobranza.get((grupo.id, semana), ZERO), faltas.get((grupo.id, semana), 0)
            regla = bono_de(collected, missed, reglas)
            corte = (grupo.cobrador_en(semana + _WEEK).id, semana + _WEEK)
            paid = regla is not None and corte in cortes
            yield BonoDemo(grupo, semana, collected, missed, regla, corte if paid else None)
        semana += _WEEK
