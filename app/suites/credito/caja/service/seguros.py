"""Passing premiums on to the insurer, and what it pays for loans of the dead."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NotRequired, TypedDict, Unpack

from app.infra.context import Context
from app.kernel.errors import Conflict, Invalid
from app.kernel.paging import Page, PageRequest, Sort
from app.suites.credito.caja.models import Seguro, SeguroRecord
from app.suites.credito.caja.queries.seguros import SeguroFilter, SeguroRepository
from app.suites.credito.caja.rules.seguros import CUENTAS, TipoSeguro, asiento_de_seguro, por_mover
from app.suites.credito.diario.service import Diario
from app.suites.credito.equipo.service import hoy

SEGUROS = "credito.seguros"
"""Origin in the journal."""


class SeguroFilters(TypedDict, total=False):
    """The criteria of a list of transfers."""

    tipo: TipoSeguro
    desde: date
    hasta: date


class NewSeguro(TypedDict):
    """A transfer; by default of today."""

    tipo: TipoSeguro
    monto: Decimal
    fecha: NotRequired[date]
    referencia: NotRequired[str | None]


class SeguroService:
    """Enters transfers to and from the insurer, which are by bank."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.seguros = SeguroRepository(context.session)
        self.diario = Diario(context)

    def get(self, seguro_id: int) -> SeguroRecord:
        """One transfer."""
        return self.seguros.get(seguro_id)

    def page(self, request: PageRequest, **filters: Unpack[SeguroFilters]) -> Page[SeguroRecord]:
        """One page of transfers, by default the newest first."""
        in_order = request if request.sort else replace(request, sort=(Sort("id", descending=True),))
        return self.seguros.page(SeguroFilter(**filters), in_order)

    def registrar(self, **values: Unpack[NewSeguro]) -> SeguroRecord:
        """Enter a transfer of at most what is owed."""
        tipo, monto, today = values["tipo"], values["monto"], hoy(self.context)
        day = values.get("fecha", today)
        if day > today:
            raise Invalid.field("fecha", "Must not be in the future.")
        owed = por_mover(tipo, self.diario.saldo_bloqueado(CUENTAS[tipo]))
        if monto > owed:
            raise Conflict(f"{owed:.2f} are owed.", code="mayor_que_el_saldo")
        identity = self.context.identity
        own = {**values, "fecha": day, "registrado_por_id": None if identity is None else identity.user_id}
        made = self.seguros.add(Seguro(**own))
        about = values.get("referencia") or ""
        self.diario.asentar(day, f"seguro_{tipo}", SEGUROS, made.id, asiento_de_seguro(tipo, monto), detalle=about)
        return self.seguros.get(made.id)
