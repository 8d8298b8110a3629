"""Payments that wait for a supervisor, and what becomes of them."""

from dataclasses import replace
from typing import NotRequired, TypedDict, Unpack

from app.infra.context import Context
from app.infra.queries.records import Item
from app.kernel.errors import Conflict, Invalid
from app.kernel.paging import Page, PageRequest, Sort
from app.suites.credito.cobranza.models import PagoRecord
from app.suites.credito.cobranza.queries.pagos import PagoFilter, PagoRepository
from app.suites.credito.cobranza.queries.revision import sugeridos
from app.suites.credito.cobranza.rules.resolucion import Resolucion
from app.suites.credito.cobranza.service.lectura import PagoFilters, alcance_de_pagos
from app.suites.credito.cobranza.service.registro import Registro
from app.suites.credito.cobranza.service.reversos import ReversoService
from app.suites.credito.equipo.service import alcance, hoy
from app.suites.credito.prestamos.rules.estados import COBRABLES, EstadoPrestamo
from app.suites.credito.prestamos.rules.pagos import EstadoPago
from app.suites.credito.prestamos.service import Pago, Prestamo, PrestamoRepository

OLDEST_FIRST = (Sort("id"),)
CERRADOS = frozenset({EstadoPrestamo.LIQUIDADO, EstadoPrestamo.RENOVADO})
"""States of loans that owe nothing, so that a payment of them is credit of the client."""


class ResolucionRequest(TypedDict):
    """A decision about a payment that waits."""

    accion: Resolucion
    prestamo_id: NotRequired[int]
    motivo: NotRequired[str]


class RevisionService:
    """Lists and decides payments that wait. Locks in one order: the person, the cut, the loan, then the payment."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.today = hoy(context)
        self.pagos = PagoRepository(context.session, alcance_de_pagos(context))
        self.prestamos = PrestamoRepository(context.session, alcance(context), self.today)
        self.registro = Registro(context)

    def page(self, request: PageRequest, **filters: Unpack[PagoFilters]) -> Page[Item[PagoRecord]]:
        """One page of payments that wait, by default the oldest first, each with the loan that it may be for."""
        in_order = request if request.sort else replace(request, sort=OLDEST_FIRST)
        filters["estado"] = EstadoPago.POR_REVISAR
        found = self.pagos.page(PagoFilter(**filters), in_order)
        rows = list(found.items)
        loans = sugeridos(self.session, [one.prestamo_id for one in rows if one.prestamo_id is not None])
        items = [
            Item(one, {"prestamo_sugerido_id": None if one.prestamo_id is None else loans.get(one.prestamo_id)})
            for one in rows
        ]
        return Page(items, found.total, found.request)

    def resolver(self, pago_id: int, **pedido: Unpack[ResolucionRequest]) -> PagoRecord:
        """Decide what becomes of a payment that waits."""
        record, accion = self.pagos.get(pago_id), pedido["accion"]
        if accion is Resolucion.DEVOLVER:
            return self._devolver(record, pedido.get("motivo") or "Devuelto")
        loan_id = pedido.get("prestamo_id", record.prestamo_id)
        if loan_id is None:
            raise Invalid.field("prestamo_id", "Is needed: it is not known for which loan the payment is.")
        self.prestamos.get(loan_id)
        prestamo = self.prestamos.get_for_update(loan_id)
        pago = self._pendiente(pago_id)
        _exigir(prestamo, accion)
        fecha = max(pago.fecha, prestamo.fecha_desembolso or pago.fecha)
        self._marcar(pago)
        pago.fecha = fecha
        with self.pagos.translated():
            self.session.flush()
            self.registro.admitir(prestamo, pago)
            self.session.flush()
        self.registro.asentar()
        return self.pagos.get(pago_id)

    def _devolver(self, record: PagoRecord, motivo: str) -> PagoRecord:
        """Give the money back, out of the open cut of whoever took it."""
        salida = ReversoService(self.context).salida(record)
        pago = self._pendiente(record.id)
        self._marcar(pago)
        pago.estado, pago.motivo, pago.reversado_en = EstadoPago.REVERSADO, motivo, self.context.clock.now()
        pago.reversado_por_id, pago.reverso_corte_id = pago.resuelto_por_id, salida.corte_id
        self.pagos.flush()
        self.registro.devolver(pago.id, pago.monto, salida.cuenta)
        self.registro.asentar()
        return self.pagos.get(record.id)

    def _pendiente(self, pago_id: int) -> Pago:
        pago = self.pagos.get_for_update(pago_id)
        if pago.estado is not EstadoPago.POR_REVISAR:
            raise Conflict(f"The payment is {pago.estado}, it waits for nothing.", code="pago_resuelto")
        return pago

    def _marcar(self, pago: Pago) -> None:
        identity = self.context.identity
        if identity is None:
            raise AssertionError("only people decide payments")
        pago.resuelto_por_id, pago.resuelto_en = identity.user_id, self.context.clock.now()


def _exigir(prestamo: Prestamo, accion: Resolucion) -> None:
    """Raise Conflict unless the loan can take it: an open or written-off one pays, a closed one keeps it as credit."""
    if accion is Resolucion.APLICAR and prestamo.estado not in COBRABLES:
        raise Conflict(f"The loan is {prestamo.estado}.", code="prestamo_cerrado")
    if accion is Resolucion.A_FAVOR and prestamo.estado not in CERRADOS:
        raise Conflict(f"The loan is {prestamo.estado}: apply the payment to it.", code="prestamo_abierto")
