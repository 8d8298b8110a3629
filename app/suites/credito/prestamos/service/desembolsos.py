"""Handing loans over, and taking that back on the same day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NotRequired, TypedDict, Unpack

from app.infra.context import Context
from app.kernel.errors import Conflict, Invalid
from app.suites.credito.diario.rules import DESEMBOLSO, Cuenta, efectivo
from app.suites.credito.diario.service import CorteService, Diario
from app.suites.credito.equipo.service import CalendarioService, alcance, hoy, persona
from app.suites.credito.prestamos.events import DesembolsoAtrasado
from app.suites.credito.prestamos.models import Prestamo, PrestamoRecord
from app.suites.credito.prestamos.queries import (
    PrestamoRepository,
    Solicitante,
    bloquear_cliente,
    borrar_cuotas,
    insertar_cuotas,
    pagos_validos_de,
    tiene_pagos,
    usar_a_favor,
)
from app.suites.credito.prestamos.rules.asientos import Desembolso, asiento_de_desembolso
from app.suites.credito.prestamos.rules.asignacion import Aplicado
from app.suites.credito.prestamos.rules.estados import Accion, EstadoPrestamo, transicion
from app.suites.credito.prestamos.rules.liquidacion import condonadas_al_liquidar
from app.suites.credito.prestamos.rules.pagos import MetodoPago, OrigenPago
from app.suites.credito.prestamos.rules.renovacion import MedioEntrega
from app.suites.credito.prestamos.rules.terminos import terminos_de
from app.suites.credito.prestamos.service.cierres import CierreService
from app.suites.credito.prestamos.service.cotizaciones import CotizacionService, PrestamoCotizado
from app.suites.credito.prestamos.service.saldos import NuevoPago, SaldoService, condonado_en_json
from app.suites.credito.productos.rules.condiciones import ZERO, ComisionModo

MAS_ANTIGUO = timedelta(days=7)
"""Time by which a disbursement may be dated back."""
ORIGEN = "credito.prestamos"
"""Origin of disbursements in the journal."""


class DesembolsoRequest(TypedDict):
    """Way and day of a disbursement."""

    medio: MedioEntrega
    fecha: NotRequired[date]
    monto_entregado: NotRequired[Decimal]


@dataclass(frozen=True, slots=True)
class _Caja:
    """Source of the money of a disbursement."""

    cuenta: str
    personal_id: int | None
    corte_id: int | None


class DesembolsoService:
    """Hands loans over. Locks in one order: the calendar, the cut, the client, then loans by id."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.today = hoy(context)
        self.prestamos = PrestamoRepository(context.session, alcance(context), self.today)
        self.calendario = CalendarioService(context)
        self.cotizaciones = CotizacionService(context)
        self.saldos = SaldoService(context)
        self.diario = Diario(context)
        self.cortes = CorteService(context)

    def desembolsar(self, prestamo_id: int, **pedido: Unpack[DesembolsoRequest]) -> PrestamoRecord:
        """Hand an approved loan over: its schedule is laid from that day, and the loan that it renews is settled."""
        record, fecha = self.prestamos.get(prestamo_id), pedido.get("fecha", self.today)
        self.calendario.fijar()
        caja = self._caja(pedido["medio"])
        cliente = bloquear_cliente(self.session, record.cliente_id)
        prestamo, old = self.prestamos.lock_with(prestamo_id, record.prestamo_anterior_id)
        after = transicion(prestamo.estado, Accion.DESEMBOLSAR)
        self._check(prestamo, old, cliente, fecha)
        quote = self._cotizada(prestamo, old, cliente, fecha)
        expected = pedido.get("monto_entregado")
        if expected is not None and expected != quote.entrega.monto_entregado:
            message = f"{quote.entrega.monto_entregado} are to be handed over, not {expected}."
            raise Conflict(message, code="cotizacion_vencida")
        liquidado = None if old is None else self._liquidar(old, prestamo, fecha)
        usar_a_favor(self.session, prestamo.cliente_id)
        handed = {
            "estado": after,
            "grupo_id": cliente.grupo_id if cliente is not None else None,
            "fecha_desembolso": fecha,
            "medio_entrega": pedido["medio"],
            "entregado_por_id": caja.personal_id,
            "corte_id": caja.corte_id,
            "a_favor_entregado": quote.entrega.a_favor,
        }
        self.prestamos.change(prestamo, {**quote.valores(), **handed})
        insertar_cuotas(self.session, prestamo.id, quote.cuotas)
        self.saldos.recalcular(prestamo, self.today)
        self.prestamos.flush()
        self._asentar(prestamo, caja, liquidado)
        if fecha < self.today:
            CierreService(self.context).alcanzar(prestamo_id)
            self.context.publish(DesembolsoAtrasado(prestamo_id, fecha))
        return self.prestamos.get(prestamo_id)

    def cancelar_desembolso(self, prestamo_id: int, motivo: str) -> PrestamoRecord:
        """Take a disbursement of today back, before any payment; a loan that it renewed is open again."""
        record = self.prestamos.get(prestamo_id)
        if record.corte_id is not None and record.entregado_por_id is not None:
            self._exigir_mismo_corte(record.entregado_por_id, record.corte_id)
        bloquear_cliente(self.session, record.cliente_id)
        prestamo, old = self.prestamos.lock_with(prestamo_id, record.prestamo_anterior_id)
        after = transicion(prestamo.estado, Accion.CANCELAR_DESEMBOLSO)
        if prestamo.fecha_desembolso != self.today or tiene_pagos(self.session, prestamo.id):
            message = "Only a disbursement of today without payments can be taken back."
            raise Conflict(message, code="desembolso_no_cancelable")
        if prestamo.a_favor_entregado:
            raise Conflict("Credit of the client was handed over with it.", code="desembolso_no_cancelable")
        self.diario.revertir(self.today, DESEMBOLSO, ORIGEN, prestamo.id)
        borrar_cuotas(self.session, prestamo.id)
        nothing = dict.fromkeys(("saldo", "saldo_capital", "saldo_interes", "saldo_cargos"), ZERO)
        user_id = None if self.context.identity is None else self.context.identity.user_id
        gone = {"estado": after, "motivo": motivo, "anulado_por_id": user_id, "vence_mas_antiguo": None}
        self.prestamos.change(prestamo, {**nothing, **gone})
        if old is not None:
            self._reabrir(old, prestamo, motivo)
        return self.prestamos.get(prestamo_id)

    def _caja(self, medio: MedioEntrega) -> _Caja:
        """Source of the money: cash out of the caller's open cut, which is locked, or the bank."""
        if medio is MedioEntrega.TRANSFERENCIA:
            return _Caja(Cuenta.BANCO, None, None)
        own = persona(self.context)
        return _Caja(efectivo(own.clave), own.id, self.cortes.abierto(own.id).id)

    def _exigir_mismo_corte(self, personal_id: int, corte_id: int) -> None:
        if self.cortes.abierto(personal_id).id != corte_id:
            raise Conflict("The cut out of which it was handed over is closed.", code="corte_cerrado")

    def _check(self, prestamo: Prestamo, old: Prestamo | None, cliente: Solicitante | None, fecha: date) -> None:
        """Raise Conflict or Invalid for what speaks against handing a loan over on a day."""
        if fecha > self.today:
            raise Invalid.field("fecha", "Must not be in the future.")
        earliest = max(self.today - MAS_ANTIGUO, prestamo.fecha_aprobacion or self.today)
        if fecha < earliest:
            raise Invalid.field("fecha", f"Must not be before {earliest}.")
        if cliente is None or not cliente.activo:
            raise Conflict("The client is not active.", code="cliente_bloqueado")
        if self.prestamos.find_open_of(prestamo.cliente_id, sin=None if old is None else old.id) is not None:
            raise Conflict("The client has an open loan.", code="cliente_con_prestamo")

    def _cotizada(
        self, prestamo: Prestamo, old: Prestamo | None, cliente: Solicitante | None, fecha: date
    ) -> PrestamoCotizado:
        """The figures of a loan on the day of its disbursement."""
        settled = ZERO if old is None else self.cotizaciones.liquidacion_de(old, fecha).total
        return self.cotizaciones.calcular(
            terminos_de(prestamo.condiciones),
            prestamo.monto,
            fecha,
            None if cliente is None else cliente.grupo_id,
            liquidacion=settled,
            a_favor=self.prestamos.a_favor_de(prestamo.cliente_id),
        )

    def _liquidar(self, old: Prestamo, prestamo: Prestamo, fecha: date) -> Aplicado:
        """Settle the renewed loan by a payment that moves no money; what it paid."""
        transicion(old.estado, Accion.RENOVAR)
        libro, total = self.saldos.libro(old), self.cotizaciones.liquidacion_de(old, fecha).total
        forgiven = condonadas_al_liquidar(libro.condiciones.liquidacion, libro.vigentes, fecha)
        pago: NuevoPago = {
            "recibo": f"REN-{prestamo.folio}",
            "fecha": fecha,
            "registrado_en": self.context.clock.now(),
            "monto": total,
            "metodo": MetodoPago.RENOVACION,
            "origen": OrigenPago.SISTEMA,
            "condonado": condonado_en_json(forgiven),
        }
        effect = self.saldos.recalcular(old, self.today, nuevo=pago if total else None, condonado=forgiven)
        if old.estado is not EstadoPrestamo.LIQUIDADO:
            raise AssertionError(f"the settlement of loan {old.id} leaves {old.saldo}")
        self.prestamos.change(old, {"estado": EstadoPrestamo.RENOVADO})
        return effect.diferencia

    def _reabrir(self, old: Prestamo, prestamo: Prestamo, motivo: str) -> None:
        """Open a renewed loan again: its settlement is reversed, and what that forgave is owed again."""
        recibo = f"REN-{prestamo.folio}"
        settling = {one.id: one for one in pagos_validos_de(self.session, old.id) if one.recibo == recibo}
        owed_again: Mapping[int, Decimal] = {
            int(number): -Decimal(amount)
            for one in settling.values()
            for number, amount in (one.condonado or {}).items()
        }
        old.estado = EstadoPrestamo.ACTIVO
        self.saldos.recalcular(old, self.today, reversados=dict.fromkeys(settling, motivo), condonado=owed_again)
        self.prestamos.flush()

    def _asentar(self, prestamo: Prestamo, caja: _Caja, liquidado: Aplicado | None) -> None:
        if prestamo.fecha_desembolso is None:
            raise AssertionError("a loan that was handed over has the day of it")
        terms = terminos_de(prestamo.condiciones)
        amounts = Desembolso(
            prestamo.monto,
            prestamo.monto_entregado,
            prestamo.comision,
            prestamo.seguro,
            terms.comision_modo is ComisionModo.APARTE,
            prestamo.a_favor_entregado,
        )
        lines = asiento_de_desembolso(amounts, caja.cuenta, liquidado)
        origin = (prestamo.fecha_desembolso, DESEMBOLSO, ORIGEN, prestamo.id)
        self.diario.asentar(*origin, lines, detalle=prestamo.folio, grupo_id=prestamo.grupo_id)
