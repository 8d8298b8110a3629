"""Writing loans off, and taking that back in the same month."""

from app.infra.context import Context
from app.suites.credito.clientes.rules import EstadoDeCliente
from app.suites.credito.diario.service import Diario
from app.suites.credito.equipo.service import alcance, hoy
from app.suites.credito.prestamos.models import Prestamo, PrestamoRecord
from app.suites.credito.prestamos.queries import (
    PrestamoRepository,
    cambiar_pagos,
    solicitantes,
)
from app.suites.credito.prestamos.rules.asientos import asiento_de_castigo, asiento_de_recuperacion_deshecha
from app.suites.credito.prestamos.rules.asignacion import Aplicado, asignar
from app.suites.credito.prestamos.rules.estados import Accion, EstadoPrestamo, transicion
from app.suites.credito.prestamos.rules.propuestas import TipoPropuesta, exigir_castigable, exigir_mismo_mes
from app.suites.credito.prestamos.service.propuestas import AcuerdoService
from app.suites.credito.prestamos.service.saldos import SaldoService
from app.suites.credito.productos.rules.condiciones import ZERO

ORIGEN, CONCEPTO, DESHECHO = "propuestas", "castigo", "recuperaciones_deshechas"
"""Origin and concepts of write-offs in the journal."""


class CastigoService:
    """Writes loans off by two people; what such a loan brings in later is a recovery."""

    def __init__(self, context: Context) -> None:
        self.session = context.session
        self.today = hoy(context)
        self.prestamos = PrestamoRepository(context.session, alcance(context), self.today)
        self.acuerdos = AcuerdoService(context)
        self.saldos = SaldoService(context)
        self.diario = Diario(context)

    def castigar(self, prestamo_id: int, motivo: str) -> tuple[PrestamoRecord, bool]:
        """Write a loan off, or propose it, with whether it was done."""
        prestamo = self.prestamos.get_for_update(prestamo_id)
        after = transicion(prestamo.estado, Accion.CASTIGAR)
        client = solicitantes(self.session, [prestamo.cliente_id])[prestamo.cliente_id]
        late = self.prestamos.get(prestamo_id).dias_atraso
        exigir_castigable(late, fallecido=client.estado is EstadoDeCliente.FALLECIDO)
        agreed = self.acuerdos.acordar(prestamo_id, TipoPropuesta.CASTIGO, motivo)
        if agreed is not None:
            self.prestamos.change(
                prestamo,
                {
                    "estado": after,
                    "motivo": motivo,
                    "fecha_castigo": self.today,
                    "fecha_cierre": self.today,
                    "saldo_castigado": prestamo.saldo,
                    "recuperado": ZERO,
                },
            )
            self.diario.asentar(self.today, CONCEPTO, ORIGEN, agreed.id, asiento_de_castigo(prestamo.saldo_capital))
        return self.prestamos.get(prestamo_id), agreed is not None

    def deshacer(self, prestamo_id: int, motivo: str) -> PrestamoRecord:
        """Take a write-off of this month back: the loan is in the state of today, and recoveries are payments."""
        prestamo = self.prestamos.get_for_update(prestamo_id)
        transicion(prestamo.estado, Accion.DESHACER_CASTIGO)
        if prestamo.fecha_castigo is None:
            raise AssertionError("a loan that was written off has the day of it")
        exigir_mismo_mes(prestamo.fecha_castigo, self.today)
        undone = self.acuerdos.deshacer(prestamo_id, TipoPropuesta.CASTIGO, motivo)
        recovered = self._recuperado(prestamo)
        nothing = {"fecha_castigo": None, "saldo_castigado": ZERO, "recuperado": ZERO}
        open_again = EstadoPrestamo.LIQUIDADO if not prestamo.saldo else EstadoPrestamo.ACTIVO
        self.prestamos.change(prestamo, {**nothing, "estado": open_again, "motivo": motivo})
        self.saldos.recalcular(prestamo, self.today)
        self.prestamos.flush()
        self.diario.revertir(self.today, CONCEPTO, ORIGEN, undone.id)
        lines = asiento_de_recuperacion_deshecha(recovered)
        self.diario.asentar(self.today, DESHECHO, ORIGEN, undone.id, lines)
        return self.prestamos.get(prestamo_id)

    def _recuperado(self, prestamo: Prestamo) -> Aplicado:
        """Amounts that payments since the write-off paid; none of them is a recovery any more."""
        libro = self.saldos.libro(prestamo)
        before = [pago.asignable for pago in libro.pagos if not pago.recuperacion]
        then = asignar(libro.vigentes, libro.cargos_vigentes, before, libro.condiciones.orden_aplicacion)
        since = [pago.id for pago in libro.pagos if pago.recuperacion]
        cambiar_pagos(self.session, [{"id": key, "recuperacion": False} for key in since])
        return libro.aplicado - then.aplicado
