"""General report: the money of some days by group."""

from typing import Unpack

from app.infra.context import Context
from app.kernel.paging import Page
from app.suites.credito.equipo.service import hoy
from app.suites.credito.reportes.queries.general import del_periodo
from app.suites.credito.reportes.rules.cifras import Cifras, sumar
from app.suites.credito.reportes.rules.periodos import periodo_de
from app.suites.credito.reportes.service.comun import DePeriodo, con_totales, filtro_de


class GeneralService:
    """Reads the general report by a few statements, whatever the number of groups."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.today = hoy(context)

    def general(self, **pedido: Unpack[DePeriodo]) -> Page[Cifras]:
        """The money of a week, or of other days, by group, and its sums."""
        days = periodo_de(pedido.get("desde"), pedido.get("hasta"), pedido.get("semana"), self.today)
        rows = del_periodo(self.session, filtro_de(self.context, days.hasta, pedido), days, self.today)
        return con_totales(rows, sumar(rows))
