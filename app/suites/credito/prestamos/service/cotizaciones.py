"""Quotes of loans and of their settlement. Nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple, NotRequired, TypedDict, Unpack

from app.infra.context import Context
from app.infra.queries.records import Item
from app.kernel.errors import Conflict, Invalid
from app.kernel.periods import LAST_DAY
from app.suites.credito.equipo.service import CalendarioService, GrupoService, alcance, hoy
from app.suites.credito.prestamos.models import Prestamo
from app.suites.credito.prestamos.queries import PrestamoRepository
from app.suites.credito.prestamos.rules.estados import ABIERTOS
from app.suites.credito.prestamos.rules.liquidacion import CotizacionLiquidacion, cotizar_liquidacion
from app.suites.credito.prestamos.rules.renovacion import Entrega, entrega_de
from app.suites.credito.prestamos.service.saldos import SaldoService
from app.suites.credito.productos.rules.calendario import Calendario, Cuota
from app.suites.credito.productos.rules.condiciones import ZERO, Condiciones
from app.suites.credito.productos.rules.cotizacion import Cotizacion, cotizar
from app.suites.credito.productos.rules.fechas import DiasSinCobro
from app.suites.credito.productos.service import TipoPrestamoService


class CotizacionRequest(TypedDict):
    """A loan to quote."""

    tipo_prestamo_id: int
    monto: Decimal
    fecha_desembolso: NotRequired[date]
    grupo_id: NotRequired[int | None]
    renueva_id: NotRequired[int | None]


class LiquidacionRequest(TypedDict, total=False):
    """The day of a settlement to quote."""

    fecha: date


class CotizacionRecord(NamedTuple):
    """A quote, with what is netted of an older loan."""

    monto: Decimal
    cuotas: Sequence[Cuota]
    interes_total: Decimal
    iva_total: Decimal
    total_a_pagar: Decimal
    cuota: Decimal
    numero_pagos: int
    primera_fecha: date
    fecha_vencimiento: date
    cat: Decimal | None
    comision: Decimal
    seguro: Decimal
    saldo_anterior: Decimal
    monto_entregado: Decimal
    condiciones: Condiciones


@dataclass(frozen=True, slots=True)
class PrestamoCotizado:
    """The figures of a loan, by which it is quoted and stored."""

    cotizacion: Cotizacion
    entrega: Entrega
    condiciones: Condiciones

    @property
    def calendario(self) -> Calendario:
        """Schedule with its totals."""
        return self.cotizacion.calendario

    @property
    def cuotas(self) -> tuple[Cuota, ...]:
        """The schedule."""
        return self.calendario.cuotas

    def record(self) -> CotizacionRecord:
        """The quote."""
        calendario = self.calendario
        return CotizacionRecord(
            monto=self.cotizacion.monto,
            cuotas=calendario.cuotas,
            interes_total=calendario.interes_total,
            iva_total=calendario.iva_total,
            total_a_pagar=calendario.total_a_pagar,
            cuota=calendario.cuota,
            numero_pagos=len(calendario.cuotas),
            primera_fecha=calendario.primera_fecha,
            fecha_vencimiento=calendario.fecha_vencimiento,
            cat=self.cotizacion.cat,
            comision=self.cotizacion.comision,
            seguro=self.cotizacion.seguro,
            saldo_anterior=self.entrega.saldo_anterior,
            monto_entregado=self.entrega.monto_entregado,
            condiciones=self.condiciones,
        )

    def valores(self) -> dict[str, object]:
        """Columns of a loan that follow from the quote."""
        values: dict[str, object] = {**self.record()._asdict(), "condiciones": self.condiciones.to_json()}
        del values["cuotas"]
        return values


def exigir_monto(condiciones: Condiciones, monto: Decimal) -> None:
    """Raise Invalid for an amount outside of the limits of a type."""
    if condiciones.monto_minimo is not None and monto < condiciones.monto_minimo:
        raise Invalid.field("monto", f"This type begins at {condiciones.monto_minimo}.")
    if condiciones.monto_maximo is not None and monto > condiciones.monto_maximo:
        raise Invalid.field("monto", f"This type ends at {condiciones.monto_maximo}.")


class CotizacionService:
    """Quotes loans and settlements."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.today = hoy(context)
        self.prestamos = PrestamoRepository(context.session, alcance(context), self.today)
        self.tipos = TipoPrestamoService(context)

    def cotizar(self, **pedido: Unpack[CotizacionRequest]) -> Item[CotizacionRecord]:
        """Quote a loan of a type, for a group's days of meeting, and net of a loan that it renews; with notices."""
        condiciones = self.tipos.condiciones(self.tipos.get(pedido["tipo_prestamo_id"]))
        exigir_monto(condiciones, pedido["monto"])
        fecha = pedido.get("fecha_desembolso", self.today)
        grupo_id, renueva_id = pedido.get("grupo_id"), pedido.get("renueva_id")
        settled = ZERO
        if renueva_id is not None:
            old = self.prestamos.get(renueva_id)
            settled = self.liquidacion(renueva_id, max(fecha, self.today)).total
            grupo_id = old.grupo_id if grupo_id is None else grupo_id
        found = self.calcular(condiciones, pedido["monto"], fecha, grupo_id, liquidacion=settled)
        return Item(found.record(), {"avisos": found.cotizacion.avisos})

    def calcular(
        self,
        condiciones: Condiciones,
        monto: Decimal,
        fecha: date,
        grupo_id: int | None,
        *,
        liquidacion: Decimal = ZERO,
        a_favor: Decimal = ZERO,
    ) -> PrestamoCotizado:
        """The figures of a loan that is disbursed on a day."""
        dia, sin_cobro = self._agenda(grupo_id, fecha)
        cotizacion = cotizar(condiciones, monto, fecha, dia, sin_cobro)
        entrega = entrega_de(cotizacion, liquidacion=liquidacion, a_favor=a_favor)
        return PrestamoCotizado(cotizacion, entrega, condiciones)

    def liquidacion(self, prestamo_id: int, fecha: date | None = None) -> CotizacionLiquidacion:
        """Quote the settlement of an open loan on a day, from today to the last due date."""
        record, day = self.prestamos.get(prestamo_id), fecha or self.today
        last = max(self.today, record.fecha_vencimiento or self.today)
        if not self.today <= day <= last:
            raise Invalid.field("fecha", f"Must lie between {self.today} and {last}.")
        prestamo = self.context.session.get_one(Prestamo, prestamo_id)
        return self.liquidacion_de(prestamo, day)

    def liquidacion_de(self, prestamo: Prestamo, fecha: date) -> CotizacionLiquidacion:
        """Quote the settlement of a loan on a day; Conflict for one that is not open."""
        if prestamo.estado not in ABIERTOS:
            raise Conflict(f"The loan is {prestamo.estado}.", code="prestamo_cerrado")
        libro = SaldoService(self.context).libro(prestamo)
        return cotizar_liquidacion(libro.condiciones.liquidacion, libro.vigentes, libro.cargos_vigentes, fecha)

    def dias_sin_cobro(self, grupo_id: int | None, fecha: date) -> DiasSinCobro:
        """Days without collection of a group after a day; NotFound outside of the scope."""
        return self._agenda(grupo_id, fecha)[1]

    def _agenda(self, grupo_id: int | None, fecha: date) -> tuple[int | None, DiasSinCobro]:
        """Weekday on which a group meets, and days without collection after a day; NotFound outside of the scope."""
        grupo = None if grupo_id is None else GrupoService(self.context).get(grupo_id)
        ruta_id, calendar = None if grupo is None else grupo.ruta_id, CalendarioService(self.context)
        days = calendar.inhabiles(ruta_id, fecha, LAST_DAY)
        return None if grupo is None else grupo.dia_reunion, DiasSinCobro(
            days, calendar.sin_cobro(ruta_id, fecha, LAST_DAY)
        )
