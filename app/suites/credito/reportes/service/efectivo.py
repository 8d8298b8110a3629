"""Cash: where it is, and the cuts of people."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple, Unpack

from app.infra.context import Context
from app.kernel.identity import Scope
from app.kernel.paging import Page, PageRequest, Sort
from app.suites.credito import CAJERO
from app.suites.credito.caja.service import CajaService, CorteDeCaja
from app.suites.credito.diario.rules import Cuenta, folio_de
from app.suites.credito.equipo.rules import RUTA
from app.suites.credito.equipo.service import a_cargo, hoy
from app.suites.credito.reportes.queries.efectivo import Efectivo, efectivo_al, personas_de
from app.suites.credito.reportes.queries.recibos import RecibosMal, recibos_de
from app.suites.credito.reportes.rules.cifras import ZERO
from app.suites.credito.reportes.rules.periodos import periodo_de
from app.suites.credito.reportes.service.comun import De, DePeriodo, DeUnDia, con_totales, dia_del_pedido, instantes


class SumaDeFlujo(NamedTuple):
    """Cash of all people, of the office and of the bank."""

    efectivo: Decimal
    oficina: Decimal
    bancos: Decimal
    total: Decimal


class FilaDeCorte(NamedTuple):
    """A cut, or the sum of all."""

    folio: str | None
    personal_id: int | None
    desde: date | None
    hasta: date | None
    estado: str | None
    semilla: Decimal
    entregas: Decimal
    cobranza_efectivo: Decimal
    cobranza_bancos: Decimal
    comisiones: Decimal
    abonos: Decimal
    prestamos_entregados: Decimal
    gastos: Decimal
    bonos: Decimal
    semilla_siguiente: Decimal
    esperado: Decimal
    contado: Decimal | None
    diferencia: Decimal | None


_SUMADOS = FilaDeCorte._fields[5:16]


class EfectivoService:
    """Reads cash of the people that the caller answers for; the office is seen by who sees all, and by a cashier."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.today = hoy(context)

    def flujo(self, **pedido: Unpack[DeUnDia]) -> Page[Efectivo]:
        """Cash of each person, of the office and of the bank at the end of a day, by the journal."""
        dia = dia_del_pedido(pedido, self.today)
        rows = efectivo_al(self.session, self._personas(dia, pedido), dia, oficina=self._oficina(pedido))
        held = sum((row.efectivo for row in rows if row.personal_id is not None), ZERO)
        office = sum((row.efectivo for row in rows if row.cuenta == Cuenta.CAJA_OFICINA), ZERO)
        bank = sum((row.efectivo for row in rows if row.cuenta == Cuenta.BANCO), ZERO)
        return con_totales(rows, SumaDeFlujo(held, office, bank, held + office + bank))

    def cortes(self, **pedido: Unpack[DePeriodo]) -> Page[FilaDeCorte]:
        """Cuts that were open on some days, with the sums of their lines."""
        days = periodo_de(pedido.get("desde"), pedido.get("hasta"), pedido.get("semana"), self.today)
        people = self._personas(min(days.hasta, self.today), pedido)
        in_order = PageRequest(sort=(Sort("desde"),)).unpaged()
        found = CajaService(self.context).page(in_order, desde=days.desde, hasta=days.hasta).items
        rows = [_fila(one) for one in found if people.includes(one.personal_id)]
        return con_totales(rows, _suma(rows))

    def recibos(self, **pedido: Unpack[DePeriodo]) -> Page[RecibosMal]:
        """Receipts of people that are missing, repeated, or of no block, of some days."""
        days = periodo_de(pedido.get("desde"), pedido.get("hasta"), pedido.get("semana"), self.today)
        people = self._personas(min(days.hasta, self.today), pedido)
        rows = recibos_de(self.session, people, *instantes(self.context, days))
        kinds = {kind: sum(row.cantidad for row in rows if row.tipo == kind) for kind in ("hueco", "repetido")}
        return con_totales(rows, {"huecos": kinds["hueco"], "repetidos": kinds["repetido"]})

    def _personas(self, dia: date, pedido: De) -> Scope:
        """People of the report: those that the caller answers for, of a route, group or by id."""
        own, ruta_id, grupo_id = a_cargo(self.context), pedido.get("ruta_id"), pedido.get("grupo_id")
        if ruta_id is not None or grupo_id is not None:
            own = _within(own, personas_de(self.session, dia, ruta_id, grupo_id))
        person = pedido.get("cobrador_id")
        return own if person is None else _within(own, frozenset({person}))

    def _oficina(self, pedido: De) -> bool:
        identity = self.context.identity
        filtered = not {"ruta_id", "grupo_id", "cobrador_id"}.isdisjoint(pedido)
        sees = identity is None or identity.role == CAJERO or self.context.scope(RUTA).ids is None
        return sees and not filtered


def _within(scope: Scope, ids: frozenset[int]) -> Scope:
    return Scope(ids if scope.ids is None else scope.ids & ids)


def _fila(one: CorteDeCaja) -> FilaDeCorte:
    return FilaDeCorte._make((folio_de(one.numero), *(getattr(one, name) for name in FilaDeCorte._fields[1:])))


def _suma(rows: list[FilaDeCorte]) -> dict[str, object]:
    sums: dict[str, object] = {name: sum((getattr(row, name) for row in rows), ZERO) for name in _SUMADOS}
    counted = [row for row in rows if row.contado is not None]
    sums["contado"] = sum((row.contado for row in counted if row.contado is not None), ZERO)
    sums["diferencia"] = sum((row.diferencia for row in counted if row.diferencia is not None), ZERO)
    return sums
