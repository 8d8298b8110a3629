"""Reversing payments, any of them: the loan is as if they had never been."""

from datetime import timedelta
from typing import NamedTuple

from app.infra.context import Context
from app.kernel.errors import Conflict, Forbidden
from app.kernel.identity import ALL
from app.suites.credito import COBRADOR
from app.suites.credito.cobranza.events import PagoReversado
from app.suites.credito.cobranza.models import PagoRecord
from app.suites.credito.cobranza.queries.pagos import PagoRepository
from app.suites.credito.cobranza.queries.personas import cobrador
from app.suites.credito.cobranza.service.lectura import alcance_de_pagos
from app.suites.credito.cobranza.service.recibos import ReciboService
from app.suites.credito.cobranza.service.registro import Registro, cuenta_de
from app.suites.credito.diario.service import CorteService
from app.suites.credito.equipo.service import hoy, persona
from app.suites.credito.prestamos.rules.estados import EstadoPrestamo
from app.suites.credito.prestamos.rules.pagos import EstadoPago, MetodoPago, Senal
from app.suites.credito.prestamos.service import Pago, Prestamo, PrestamoRepository

PLAZO = timedelta(minutes=10)
"""Time in which a collector may take back what they entered."""


class Salida(NamedTuple):
    """Account and cut that the money of a reversed payment goes out of."""

    cuenta: str
    corte_id: int | None


class ReversoService:
    """Takes payments back. Locks in one order: the person, the cut, the loan, then the payment."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.today = hoy(context)
        self.pagos = PagoRepository(context.session, alcance_de_pagos(context))
        self.prestamos = PrestamoRepository(context.session, ALL, self.today)
        self.registro = Registro(context)

    def reversar(self, pago_id: int, motivo: str) -> PagoRecord:
        """Reverse a payment; its cash goes out of the open cut of whoever took it, for a closed one never changes."""
        record = self.pagos.get(pago_id)
        salida = self.salida(record)
        self._exigir_permiso(record, salida)
        prestamo = None if record.prestamo_id is None else self.prestamos.lock_all([record.prestamo_id])[0]
        pago = self.pagos.get_for_update(pago_id)
        loan = _reversible(pago, prestamo)
        with self.pagos.translated():
            self.registro.reversar(loan, pago, salida.cuenta, motivo)
            self.session.flush()
        self.registro.asentar()
        self.session.refresh(pago)
        identity = self.context.identity
        pago.reverso_corte_id = salida.corte_id
        pago.reversado_por_id = None if identity is None else identity.user_id
        if self._es_cobrador():
            pago.senales = [*pago.senales, Senal.REVERSADO_POR_COBRADOR]
        self.pagos.flush()
        self.context.publish(PagoReversado(loan.id, pago.fecha, pago.monto, pago.metodo))
        return self.pagos.get(pago_id)

    def salida(self, pago: PagoRecord) -> Salida:
        """Account and cut of the money that goes out: for cash the open cut of whoever took it, which is locked."""
        person = None if pago.cobrador_id is None else cobrador(self.session, pago.cobrador_id)
        if pago.metodo is not MetodoPago.EFECTIVO or person is None:
            return Salida(cuenta_de(pago.metodo, None), None)
        ReciboService(self.context).bloquear(person.id)
        cut = CorteService(self.context).abierto_o_nuevo(person.id)
        return Salida(cuenta_de(pago.metodo, person.clave), cut.id)

    def _exigir_permiso(self, pago: PagoRecord, salida: Salida) -> None:
        """Raise Forbidden if a collector takes back what is not their own, of now, and of their open cut."""
        if not self._es_cobrador():
            return
        recent = self.context.clock.now() - pago.created_at <= PLAZO
        if pago.cobrador_id != persona(self.context).id or not recent or pago.corte_id != salida.corte_id:
            message = "A collector takes back their own payments only, within 10 minutes and while the cut is open."
            raise Forbidden(message, code="reverso_no_permitido")

    def _es_cobrador(self) -> bool:
        return self.context.identity is not None and self.context.identity.role == COBRADOR


def _reversible(pago: Pago, prestamo: Prestamo | None) -> Prestamo:
    """The loan of a payment that can be reversed; Conflict for others."""
    if pago.estado is EstadoPago.REVERSADO:
        raise Conflict("The payment is reversed already.", code="pago_reversado")
    if pago.estado is EstadoPago.POR_REVISAR or prestamo is None:
        raise Conflict("The payment waits for a decision; resolve it.", code="pago_por_revisar")
    if pago.metodo is MetodoPago.RENOVACION or prestamo.estado is EstadoPrestamo.RENOVADO:
        raise Conflict("The loan was renewed.", code="prestamo_renovado")
    if prestamo.estado is EstadoPrestamo.CASTIGADO and not pago.recuperacion:
        raise Conflict("The loan was written off.", code="prestamo_castigado")
    return prestamo
