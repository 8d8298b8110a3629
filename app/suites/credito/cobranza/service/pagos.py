"""Payments of one loan that are entered on line."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple, NotRequired, TypedDict, Unpack

from app.infra.context import Context
from app.infra.queries.records import Item
from app.kernel.errors import Conflict, Invalid
from app.suites.credito.cobranza.models import PagoRecord
from app.suites.credito.cobranza.queries.pagos import (
    SIN_LEER,
    PagoRepository,
    guardar_llaves,
    pagos_con_llaves,
    pagos_de,
)
from app.suites.credito.cobranza.service.cobros import CobroRequest, Cobros
from app.suites.credito.cobranza.service.registro import Registro
from app.suites.credito.equipo.service import alcance, hoy
from app.suites.credito.prestamos.rules.liquidacion import condonadas_al_liquidar
from app.suites.credito.prestamos.rules.pagos import MetodoPago
from app.suites.credito.prestamos.service import CotizacionService, PrestamoRepository, condonado_en_json

CONTENIDO_DISTINTO = "contenido_distinto"
"""Code of a known local id with other content."""


class LiquidacionPagada(TypedDict):
    """A settlement as it is paid; `monto` is the sum of its quote."""

    monto: Decimal
    metodo: NotRequired[MetodoPago]
    fecha: NotRequired[date]
    recibo: NotRequired[str]


class Registrado(NamedTuple):
    """A payment with notices, and whether it had been entered before."""

    pago: Item[PagoRecord]
    repetido: bool


class PagoService:
    """Enters payments."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.today = hoy(context)
        self.prestamos = PrestamoRepository(context.session, alcance(context), self.today)
        self.pagos = PagoRepository(context.session, SIN_LEER)
        self.cobros = Cobros(context)
        self.registro = Registro(context)

    def registrar(self, **pedido: Unpack[CobroRequest]) -> Registrado:
        """Enter a payment; one whose local id is known is shown again, and Conflict if its content differs."""
        metodo, prestamo_id, monto = pedido.get("metodo", MetodoPago.EFECTIVO), pedido["prestamo_id"], pedido["monto"]
        if (before := self._repetido(pedido, metodo)) is not None:
            return Registrado(Item(before, {"avisos": []}), repetido=True)
        self.prestamos.require(prestamo_id)
        fecha, caja = self.cobros.fecha(pedido.get("fecha")), self.cobros.caja(metodo)
        given = pedido.get("recibo")
        recibo = self.cobros.recibos_para(caja, 1)[0] if given is None else self.cobros.recibo_dado(given)
        prestamo = self.prestamos.get_for_update(prestamo_id)
        if (before := self._repetido(pedido, metodo)) is not None:  # entered while the loan was locked
            return Registrado(Item(before, {"avisos": []}), repetido=True)
        confirmed = pedido.get("confirmar_duplicado", False)
        self.cobros.exigir(prestamo, monto, fecha, caja, confirmed=confirmed)
        self.cobros.exigir_pagador(prestamo_id, pedido)
        with self.pagos.translated():
            pago = self.cobros.componer(pedido, fecha, caja, recibo)
            pago_id = self.registro.registrar(prestamo, pago, caja.cuenta)
            if (local_id := pedido.get("local_id")) is not None:
                guardar_llaves(self.session, {local_id: pago_id})
            self.session.flush()
        self.registro.asentar()
        return Registrado(self._shown(pago_id, self.cobros.avisos(caja, monto)), repetido=False)

    def liquidar(self, prestamo_id: int, **pedido: Unpack[LiquidacionPagada]) -> Item[PagoRecord]:
        """Settle an open loan today by the sum of its quote, which forgives the interest that is not due."""
        if pedido.get("fecha", self.today) != self.today:
            raise Invalid.field("fecha", "Must be today.")
        self.prestamos.require(prestamo_id)
        caja = self.cobros.caja(pedido.get("metodo", MetodoPago.EFECTIVO))
        given = pedido.get("recibo")
        recibo = self.cobros.recibos_para(caja, 1)[0] if given is None else self.cobros.recibo_dado(given)
        prestamo = self.prestamos.get_for_update(prestamo_id)
        quote = CotizacionService(self.context).liquidacion_de(prestamo, self.today)
        if pedido["monto"] != quote.total:
            raise Conflict(f"{quote.total} settle the loan today.", code="cotizacion_vencida")
        self.cobros.exigir_limite(caja, quote.total)
        libro = self.registro.saldos.libro(prestamo)
        forgiven = condonadas_al_liquidar(libro.condiciones.liquidacion, libro.vigentes, self.today)
        body: CobroRequest = {"prestamo_id": prestamo_id, "monto": quote.total}
        pago = self.cobros.componer(body, self.today, caja, recibo)
        pago["condonado"] = condonado_en_json(forgiven)
        with self.pagos.translated():
            pago_id = self.registro.registrar(prestamo, pago, caja.cuenta, forgiven)
            self.session.flush()
        self.registro.asentar()
        return self._shown(pago_id, self.cobros.avisos(caja, quote.total))

    def _shown(self, pago_id: int, avisos: list[str]) -> Item[PagoRecord]:
        return Item(pagos_de(self.session, [pago_id])[0], {"avisos": avisos})

    def _repetido(self, pedido: CobroRequest, metodo: MetodoPago) -> PagoRecord | None:
        """The payment that has the local id of a request, or None; Conflict for other content or another person's."""
        local_id = pedido.get("local_id")
        if local_id is None or not (found := pagos_con_llaves(self.session, [local_id])):
            return None
        same = (found[0].prestamo_enviado_id or found[0].prestamo_id, found[0].monto, found[0].metodo)
        own = self.cobros.personal_id()
        if same != (pedido["prestamo_id"], pedido["monto"], metodo) or found[0].cobrador_id != own:
            raise Conflict("This local id belongs to another payment.", code=CONTENIDO_DISTINTO)
        return found[0]
