"""Criteria of reports, and their rows with totals."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import TypedDict, TypeVar

from app.infra.context import Context
from app.kernel.paging import Page, PageRequest
from app.suites.credito.equipo.service import alcance, hoy
from app.suites.credito.reportes.queries.filtros import Filtro
from app.suites.credito.reportes.rules.periodos import Periodo, dia_de

T = TypeVar("T")
MONEDA = "MXN"
"""The only currency of the suite."""


class De(TypedDict, total=False):
    """Route, group and collector of a report."""

    ruta_id: int
    grupo_id: int
    cobrador_id: int


class DePeriodo(De, total=False):
    """Criteria of a report of some days."""

    desde: date
    hasta: date
    semana: date


class DeUnDia(DePeriodo, total=False):
    """Criteria of a report of one day: a day, or the last one of some days."""

    fecha: date


def filtro_de(context: Context, dia: date, pedido: De) -> Filtro:
    """Criteria within the caller's scope; groups are where they were on that day, today for the future."""
    own = {name: pedido.get(name) for name in De.__annotations__}
    return Filtro(alcance=alcance(context), dia=min(dia, hoy(context)), **own)  # type: ignore[arg-type]  # ids or None


def dia_del_pedido(pedido: DeUnDia, today: date) -> date:
    """The day that a request of a report of one day names."""
    given = (pedido.get("fecha"), pedido.get("desde"), pedido.get("hasta"), pedido.get("semana"))
    return dia_de(*given, today)


def con_totales(rows: Sequence[T], totales: object) -> Page[T]:
    """All rows of a report, and their totals."""
    return Page(rows, len(rows), PageRequest().unpaged(), {"totales": totales, "moneda": MONEDA})


def instantes(context: Context, days: Periodo) -> tuple[datetime, datetime]:
    """Instants at which some days begin and end."""
    zone = context.settings.credito_timezone
    return datetime.combine(days.desde, time(), zone), datetime.combine(days.hasta + timedelta(days=1), time(), zone)
