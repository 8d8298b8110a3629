"""Collection by day and collector."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Unpack

from app.infra.context import Context
from app.kernel.paging import Page
from app.suites.credito import COBRADOR
from app.suites.credito.equipo.service import hoy, persona
from app.suites.credito.reportes.queries.cobranza import DiaDeCobrador, por_dia_y_cobrador
from app.suites.credito.reportes.rules.cifras import ZERO, razon
from app.suites.credito.reportes.rules.periodos import Periodo, periodo_de
from app.suites.credito.reportes.service.comun import DePeriodo, con_totales, filtro_de, instantes


class FilaDeCobranza(NamedTuple):
    """A day of a collector, or the sum of all."""

    fecha: date | None
    cobrador_id: int | None
    cobrador: str | None
    ideal: Decimal
    real: Decimal
    efectivo: Decimal
    bancos: Decimal
    eficiencia: Decimal | None
    visitas: int
    promesas: int
    promesas_cumplidas: int


class CobranzaService:
    """Reads collection by day and collector; a collector sees their own of today."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.today = hoy(context)

    def cobranza(self, **pedido: Unpack[DePeriodo]) -> Page[FilaDeCobranza]:
        """Collection by day and collector, with visits and promises, and its sums."""
        days = periodo_de(pedido.get("desde"), pedido.get("hasta"), pedido.get("semana"), self.today)
        filtro, own = filtro_de(self.context, days.hasta, pedido), self._propio()
        if own is not None:
            if pedido.get("cobrador_id", own) != own or not days.desde <= self.today <= days.hasta:
                return con_totales([], _suma(()))
            filtro, days = replace(filtro, cobrador_id=own), Periodo(self.today, self.today)
        found = por_dia_y_cobrador(self.session, filtro, days, self._zona(days), propio=own is not None)
        return con_totales([_fila(row) for row in found], _suma(found))

    def _propio(self) -> int | None:
        """Id of the person who asks, if that is a collector."""
        identity = self.context.identity
        return persona(self.context).id if identity is not None and identity.role == COBRADOR else None

    def _zona(self, days: Periodo) -> dict[str, object]:
        """The zone of the suite, and the instants at which the days begin and end."""
        first, last = instantes(self.context, days)
        return {"zona": str(self.context.settings.credito_timezone), "desde_las": first, "hasta_las": last}


def _fila(row: DiaDeCobrador) -> FilaDeCobranza:
    real = row.efectivo + row.bancos
    return FilaDeCobranza(
        row.fecha,
        row.cobrador_id,
        row.cobrador,
        row.ideal,
        real,
        row.efectivo,
        row.bancos,
        razon(real, row.ideal),
        row.visitas,
        row.promesas,
        row.promesas_cumplidas,
    )


def _suma(rows: Iterable[DiaDeCobrador]) -> FilaDeCobranza:
    parts = [_fila(row) for row in rows]
    ideal = sum((part.ideal for part in parts), ZERO)
    real = sum((part.real for part in parts), ZERO)
    return FilaDeCobranza(
        None,
        None,
        None,
        ideal,
        real,
        sum((part.efectivo for part in parts), ZERO),
        sum((part.bancos for part in parts), ZERO),
        razon(real, ideal),
        sum(part.visitas for part in parts),
        sum(part.promesas for part in parts),
        sum(part.promesas_cumplidas for part in parts),
    )
