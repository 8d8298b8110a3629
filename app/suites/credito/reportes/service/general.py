"""General report: the money of some days by group."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple, Unpack

from app.infra.context import Context
from app.kernel.paging import Page
from app.suites.credito.equipo.service import hoy
from app.suites.credito.reportes.queries.general import GrupoDelPeriodo, abiertos_al, del_periodo, gastos_de
from app.suites.credito.reportes.rules.cifras import ZERO, Cifras, sumar
from app.suites.credito.reportes.rules.periodos import periodo_de
from app.suites.credito.reportes.service.comun import DePeriodo, con_totales, filtro_de

_DAY = timedelta(days=1)
Abiertos = Mapping[int | None, int]
_NADA = Cifras()


class SumaGeneral(NamedTuple):
    """Figures of a group, or of all."""

    cobranza_ideal: Decimal
    cobranza_real: Decimal
    cobranza_efectivo: Decimal
    cobranza_bancos: Decimal
    eficiencia: Decimal | None
    prestamo_papel: Decimal
    prestamo_real: Decimal
    renovado: Decimal
    morosidad_monto: Decimal
    morosidad_porcentaje: Decimal | None
    porcentaje_prestamo: Decimal | None
    comisiones: Decimal
    gastos: Decimal
    bono: Decimal
    sobrante: Decimal
    sobrante_logico: Decimal
    numero_de_creditos: int
    """Loans that were open at some time of the days."""
    prestamos_activos: int
    """Loans that are open at the end of them."""


class FilaGeneral(NamedTuple):
    """A group with its figures; without a group, what belongs to none."""

    gerente: str | None
    supervisor: str | None
    titular: str | None
    ruta_id: int | None
    ruta: str | None
    grupo_id: int | None
    grupo: str | None
    cobranza_ideal: Decimal
    cobranza_real: Decimal
    cobranza_efectivo: Decimal
    cobranza_bancos: Decimal
    eficiencia: Decimal | None
    prestamo_papel: Decimal
    prestamo_real: Decimal
    renovado: Decimal
    morosidad_monto: Decimal
    morosidad_porcentaje: Decimal | None
    porcentaje_prestamo: Decimal | None
    comisiones: Decimal
    gastos: Decimal
    bono: Decimal
    sobrante: Decimal
    sobrante_logico: Decimal
    numero_de_creditos: int
    prestamos_activos: int


@dataclass(frozen=True, slots=True)
class _Fila:
    grupo: GrupoDelPeriodo
    cifras: Cifras
    numero_de_creditos: int
    prestamos_activos: int

    @property
    def se_muestra(self) -> bool:
        """Whether the group is active, or has a figure."""
        return self.grupo.activo or self.numero_de_creditos > 0 or self.prestamos_activos > 0 or self.cifras != _NADA


class GeneralService:
    """Reads the general report by a few statements, whatever the number of groups."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.today = hoy(context)

    def general(self, **pedido: Unpack[DePeriodo]) -> Page[FilaGeneral]:
        """The money of a week, or of other days, by group, and its sums."""
        days = periodo_de(pedido.get("desde"), pedido.get("hasta"), pedido.get("semana"), self.today)
        filtro = filtro_de(self.context, days.hasta, pedido)
        groups = del_periodo(self.session, filtro, days)
        before, after = self._abiertos(days.desde - _DAY), self._abiertos(days.hasta)
        spent = gastos_de(self.session, days) if filtro.todo else ZERO
        rows = [_fila(group, before, after, spent if group.grupo_id is None else ZERO) for group in groups]
        shown = [row for row in rows if row.se_muestra]
        total = _suma(
            sumar(row.cifras for row in shown),
            sum(row.numero_de_creditos for row in shown),
            sum(row.prestamos_activos for row in shown),
        )
        return con_totales([_plana(row) for row in shown], total)

    def _abiertos(self, dia: date) -> Abiertos:
        return abiertos_al(self.session, dia, self.today)


def _fila(group: GrupoDelPeriodo, before: Abiertos, after: Abiertos, spent: Decimal) -> _Fila:
    cifras = Cifras(
        cobranza_ideal=group.debido,
        a_tiempo=group.a_tiempo,
        efectivo=group.efectivo,
        bancos=group.bancos,
        renovado=group.renovado,
        prestamo_papel=group.papel,
        prestamo_real=group.entregado,
        comisiones=group.comisiones,
        gastos=spent,
        bono=group.bono,
    )
    given = before.get(group.grupo_id, 0) + int(group.creditos)
    return _Fila(group, cifras, given, after.get(group.grupo_id, 0))


def _plana(row: _Fila) -> FilaGeneral:
    group = row.grupo
    people = (group.gerente, group.supervisor, group.titular)
    place = (group.ruta_id, group.ruta, group.grupo_id, group.grupo)
    figures = _suma(row.cifras, row.numero_de_creditos, row.prestamos_activos)
    return FilaGeneral._make((*people, *place, *figures))


def _suma(cifras: Cifras, numero: int, activos: int) -> SumaGeneral:
    return SumaGeneral(
        cifras.cobranza_ideal,
        cifras.cobranza_real,
        cifras.efectivo,
        cifras.bancos,
        cifras.eficiencia,
        cifras.prestamo_papel,
        cifras.prestamo_real,
        cifras.renovado,
        cifras.morosidad_monto,
        cifras.morosidad_porcentaje,
        cifras.porcentaje_prestamo,
        cifras.comisiones,
        cifras.gastos,
        cifras.bono,
        cifras.sobrante,
        cifras.sobrante_logico,
        numero,
        activos,
    )
