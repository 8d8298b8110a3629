"""Bonuses, missed weeks, renewals, vintages, guarantors and what is to come, within the caller's groups."""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple, Unpack

from app.infra.context import Context
from app.kernel.paging import Page, PageRequest
from app.suites.credito.caja.rules.cortes import EstadoBono
from app.suites.credito.equipo.rules import lunes
from app.suites.credito.equipo.service import hoy
from app.suites.credito.reportes.queries.buro import CreditoEnBuro, en_buro, suma_de_buro
from app.suites.credito.reportes.queries.cosechas import AvalDePrestamo, Cosecha, avales_de, cosechas_de
from app.suites.credito.reportes.queries.filtros import Filtro
from app.suites.credito.reportes.queries.grupos import (
    BonoDeGrupo,
    FaltasDeGrupo,
    RenovacionesDeGrupo,
    bonos_de,
    faltas_de,
    proyeccion_de,
    renovaciones_de,
)
from app.suites.credito.reportes.rules.cifras import ZERO, razon
from app.suites.credito.reportes.rules.periodos import Periodo, dia_de, mes_de, mes_de_semana, periodo_de
from app.suites.credito.reportes.service.comun import MONEDA, DePeriodo, con_totales, filtro_de

_DAY = timedelta(days=1)
SEMANAS = timedelta(weeks=13)
"""Time for which installments are projected unless days are named."""
UN_ANO = timedelta(days=365)


class SumaDeBonos(NamedTuple):
    """Sums of bonuses; annulled ones count for nothing."""

    cobranza: Decimal
    faltas: int
    monto: Decimal
    pagado: Decimal


class FilaDeRenovaciones(NamedTuple):
    """Renewals of a group, or of all."""

    grupo_id: int | None
    grupo: str | None
    renovados: int
    liquidados: int
    tasa: Decimal | None
    """Renewed part of the loans that ended."""
    nuevos: int
    perdidos: int
    crecimiento: int


class FilaDeProyeccion(NamedTuple):
    """Unpaid installments of a week."""

    semana: date
    mes: str
    pendiente: Decimal


class FilaDeCosecha(NamedTuple):
    """Loans of a month, with the parts of them that are late or lost."""

    mes: str
    prestamos: int
    monto: Decimal
    abiertos: int
    liquidados: int
    renovados: int
    castigados: int
    saldo_capital: Decimal
    capital_30: Decimal
    capital_castigado: Decimal
    mora_30: Decimal | None
    perdida: Decimal | None


class GruposService:
    """Reads reports of the groups within the caller's scope, each by one statement."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.today = hoy(context)

    def bonos(self, **pedido: Unpack[DePeriodo]) -> Page[BonoDeGrupo]:
        """Bonuses of the weeks that begin on some days."""
        rows = bonos_de(self.session, *self._criterios(pedido))
        counted = [row for row in rows if row.estado is not EstadoBono.ANULADO]
        total = SumaDeBonos(
            sum((row.cobranza for row in rows), ZERO),
            sum(row.faltas for row in rows),
            sum((row.monto for row in counted), ZERO),
            sum((row.monto for row in counted if row.estado is EstadoBono.PAGADO), ZERO),
        )
        return con_totales(rows, total)

    def faltas(self, **pedido: Unpack[DePeriodo]) -> Page[FaltasDeGrupo]:
        """Missed weeks of the weeks that begin on some days, by week and group."""
        rows = faltas_de(self.session, *self._criterios(pedido))
        names = FaltasDeGrupo._fields[3:]
        return con_totales(rows, {name: sum(getattr(row, name) for row in rows) for name in names})

    def renovaciones(self, **pedido: Unpack[DePeriodo]) -> Page[FilaDeRenovaciones]:
        """Renewed and settled loans, and clients who came and went, by group."""
        rows = renovaciones_de(self.session, *self._criterios(pedido))
        names = ("renovados", "liquidados", "nuevos", "perdidos")
        sums = [sum(getattr(row, name) for row in rows) for name in names]
        total = _renovaciones(RenovacionesDeGrupo(None, None, *sums))
        return con_totales([_renovaciones(row) for row in rows], total)

    def cosechas(self, **pedido: Unpack[DePeriodo]) -> Page[FilaDeCosecha]:
        """Loans by the month in which they were handed over; of the last year unless days are named."""
        default = Periodo((self.today - UN_ANO).replace(day=1), self.today)
        rows = cosechas_de(self.session, *self._criterios(pedido, default), self.today)
        names = Cosecha._fields[1:]
        total = Cosecha("", *(sum((getattr(row, name) for row in rows), ZERO) for name in names))  # type: ignore[arg-type]  # sums
        return con_totales([_cosecha(row) for row in rows], _cosecha(total))

    def avales(self, **pedido: Unpack[DePeriodo]) -> Page[AvalDePrestamo]:
        """Guarantors of open loans with the amounts that they paid on some days, by loan."""
        rows = avales_de(self.session, *self._criterios(pedido))
        saldos = {row.prestamo_id: row.saldo for row in rows}
        total = {
            "avales": len({row.aval_id for row in rows}),
            "prestamos": len(saldos),
            "saldo": sum(saldos.values(), ZERO),
            "pagado": sum((row.pagado for row in rows), ZERO),
        }
        return con_totales(rows, total)

    def proyeccion(self, **pedido: Unpack[DePeriodo]) -> Page[FilaDeProyeccion]:
        """Unpaid installments by the week in which they are due; of the next 13 weeks unless days are named."""
        first = lunes(self.today)
        default = Periodo(first, first + SEMANAS - _DAY)
        found = proyeccion_de(self.session, *self._criterios(pedido, default))
        rows = [FilaDeProyeccion(row.semana, f"{mes_de_semana(row.semana):%Y-%m}", row.pendiente) for row in found]
        return con_totales(rows, {"pendiente": sum((row.pendiente for row in rows), ZERO)})

    def buro(self, request: PageRequest, **pedido: Unpack[DePeriodo]) -> Page[CreditoEnBuro]:
        """Loans open at the end of a month, or today, or ended in it; of the last month unless days are named."""
        _, named = self._criterios(pedido, mes_de(mes_de(self.today).desde - _DAY))
        last = dia_de(None, pedido.get("desde"), pedido.get("hasta"), pedido.get("semana"), self.today)
        days = Periodo(named.desde, min(named.hasta, last))
        filtro = filtro_de(self.context, days.hasta, pedido)
        sums = suma_de_buro(self.session, filtro, days)
        rows = en_buro(self.session, filtro, days, request)
        extra = {"totales": sums, "moneda": MONEDA}
        return Page(rows if request.whole else list(rows), sums.prestamos, request, extra)

    def _criterios(self, pedido: DePeriodo, default: Periodo | None = None) -> tuple[Filtro, Periodo]:
        """Criteria and days of a report; `default` are the days where none are named."""
        named = not {"desde", "hasta", "semana"}.isdisjoint(pedido)
        days = periodo_de(pedido.get("desde"), pedido.get("hasta"), pedido.get("semana"), self.today)
        days = days if named or default is None else default
        return filtro_de(self.context, days.hasta, pedido), days


def _renovaciones(row: RenovacionesDeGrupo) -> FilaDeRenovaciones:
    ended = Decimal(row.renovados + row.liquidados)
    return FilaDeRenovaciones(
        row.grupo_id,
        row.grupo,
        row.renovados,
        row.liquidados,
        razon(Decimal(row.renovados), ended),
        row.nuevos,
        row.perdidos,
        row.nuevos - row.perdidos,
    )


def _cosecha(row: Cosecha) -> FilaDeCosecha:
    return FilaDeCosecha(*row, razon(row.capital_30, row.monto), razon(row.capital_castigado, row.monto))
