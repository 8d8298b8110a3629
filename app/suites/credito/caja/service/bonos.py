"""Rules of bonuses, and paying those that were earned."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NotRequired, TypedDict, Unpack

from app.infra.context import Context
from app.kernel.errors import Conflict, Invalid
from app.kernel.paging import Page, PageRequest, Sort
from app.suites.credito.caja.models import Bono, BonoGanado, BonoGanadoRecord, BonoRecord
from app.suites.credito.caja.queries.bonos import BonoFilter, BonoGanadoFilter, BonoGanadoRepository, BonoRepository
from app.suites.credito.caja.rules.bonos import ReglaBono
from app.suites.credito.caja.rules.cortes import EstadoBono, asiento_de_bono
from app.suites.credito.caja.service.cortes import CajaService
from app.suites.credito.diario.service import Diario
from app.suites.credito.equipo.rules import lunes
from app.suites.credito.equipo.service import alcance, hoy

BONOS, BONO = "credito.bonos_ganados", "bono"
"""Origin and kind in the journal."""


class BonoChanges(TypedDict, total=False):
    """The values of a bonus that may be changed."""

    nombre: str
    monto: Decimal
    cobranza_desde: Decimal
    cobranza_hasta: Decimal | None
    faltas_maximas: int
    vigente_desde: date
    vigente_hasta: date | None


class NewBono(TypedDict):
    """The values of a new bonus."""

    nombre: str
    monto: Decimal
    cobranza_desde: Decimal
    cobranza_hasta: NotRequired[Decimal | None]
    faltas_maximas: int
    vigente_desde: date
    vigente_hasta: NotRequired[date | None]


class BonoFilters(TypedDict, total=False):
    """The criteria of a list of bonuses."""

    q: str
    vigente_en: date


class BonoGanadoFilters(TypedDict, total=False):
    """The criteria of a list of earned bonuses; `semana` is a day of it."""

    semana: date
    titular_id: int
    grupo_id: int
    estado: EstadoBono


class BonoService:
    """Creates, changes and deletes the rules of bonuses."""

    def __init__(self, context: Context) -> None:
        self.bonos = BonoRepository(context.session)

    def get(self, bono_id: int) -> BonoRecord:
        """One bonus."""
        return self.bonos.get(bono_id)

    def page(self, request: PageRequest, **filters: Unpack[BonoFilters]) -> Page[BonoRecord]:
        """One page of bonuses."""
        return self.bonos.page(BonoFilter(**filters), request)

    def create(self, **values: Unpack[NewBono]) -> Bono:
        """Create a bonus."""
        bono = Bono(**values)
        _check(bono)
        return self.bonos.add(bono)

    def update(self, bono_id: int, **changes: Unpack[BonoChanges]) -> Bono:
        """Change the given values and leave the others; what was earned stays."""
        bono = self.bonos.get_for_update(bono_id)
        _check(Bono(**{name: getattr(bono, name) for name in BonoChanges.__annotations__} | dict(changes)))
        return self.bonos.change(bono, changes)

    def delete(self, bono_id: int) -> None:
        """Delete a bonus that nobody ever earned."""
        self.bonos.delete(self.bonos.get_for_update(bono_id))

    def reglas(self, day: date) -> list[ReglaBono]:
        """The rules that are valid on a day, for `bono_de`."""
        return [bono.regla for bono in self.bonos.vigentes(day)]


class BonoGanadoService:
    """Reads and pays the bonuses that groups earned."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.ganados = BonoGanadoRepository(context.session, alcance(context))
        self.caja = CajaService(context)

    def page(self, request: PageRequest, **filters: Unpack[BonoGanadoFilters]) -> Page[BonoGanadoRecord]:
        """One page of earned bonuses, by default the newest week first."""
        if "semana" in filters:
            filters["semana"] = lunes(filters["semana"])
        in_order = request if request.sort else replace(request, sort=(Sort("semana", descending=True), Sort("id")))
        return self.ganados.page(BonoGanadoFilter(**filters), in_order)

    def pagar(self, ganado_id: int, corte_id: int) -> BonoGanadoRecord:
        """Pay an earned bonus to the titular out of an open cut."""
        self.ganados.get(ganado_id)
        self.caja.cortes.get(corte_id)
        corte = self.caja.bloquear_abierto(corte_id)
        ganado = self.ganados.get_for_update(ganado_id)
        _exigir_pagable(ganado)
        self.ganados.change(ganado, {"estado": EstadoBono.PAGADO, "corte_id": corte_id})
        lines = asiento_de_bono(self.caja.titular_de(corte).clave, ganado.monto)
        origin = (hoy(self.context), BONO, BONOS, ganado.id)
        Diario(self.context).asentar(*origin, lines, grupo_id=ganado.grupo_id)
        return self.ganados.get(ganado_id)


def _exigir_pagable(ganado: BonoGanado) -> None:
    """Raise Conflict for a bonus that is paid or annulled, or of nothing."""
    if ganado.estado is not EstadoBono.CALCULADO:
        raise Conflict(f"The bonus is {ganado.estado}.", code="bono_no_pagable")
    if not ganado.monto:
        raise Conflict("The week earned nothing.", code="bono_no_pagable")


def _check(bono: Bono) -> None:
    """Raise Invalid for a range of amounts or days that is none."""
    if bono.cobranza_hasta is not None and bono.cobranza_hasta <= bono.cobranza_desde:
        raise Invalid.field("cobranza_hasta", "Must be above cobranza_desde.")
    if bono.vigente_hasta is not None and bono.vigente_hasta < bono.vigente_desde:
        raise Invalid.field("vigente_hasta", "Must not be before vigente_desde.")
