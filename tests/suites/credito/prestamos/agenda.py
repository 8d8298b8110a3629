"""Schedules and payments for tests of the rules of loans."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from app.suites.credito.prestamos.rules.asignacion import Asignacion, PagoAsignable
from app.suites.credito.prestamos.rules.cuotas import CargoVigente, CuotaVigente
from app.suites.credito.productos.rules.calendario import calendario_de
from app.suites.credito.productos.rules.condiciones import Condiciones, Frecuencia, Metodo

DESEMBOLSO = date(2026, 3, 3)
LUNES = date(2026, 3, 9)
"""First due date of a loan that a group gets that day which meets on Mondays."""
SEMANA = timedelta(weeks=1)
CATORCE_SEMANAS = Condiciones(
    metodo=Metodo.CUOTA_FIJA,
    frecuencia=Frecuencia.SEMANAL,
    numero_pagos=14,
    interes=Decimal("0.4"),
    redondeo=Decimal(1),
)
"""The product of 14 weeks at 40 %."""


def cuotas_de(
    monto: str | int = 3000, terms: Condiciones = CATORCE_SEMANAS, desembolso: date = DESEMBOLSO, dia: int | None = 1
) -> list[CuotaVigente]:
    """The installments of a loan that nothing was paid of."""
    calendario = calendario_de(terms, Decimal(monto), desembolso, dia)
    return [
        CuotaVigente(cuota.numero, cuota.fecha_vencimiento, cuota.capital, cuota.interes, cuota.iva)
        for cuota in calendario.cuotas
    ]


def pago(fecha: date, monto: str | int, number: int = 1, entered: int = 0) -> PagoAsignable:
    """A payment; `entered` is the minute in which it was entered."""
    minute = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=entered)
    return PagoAsignable(number, fecha, minute, Decimal(monto))


def pagos_semanales(count: int, monto: str | int = 300) -> list[PagoAsignable]:
    """Payments on each due day."""
    return [pago(LUNES + k * SEMANA, monto, number=k + 1) for k in range(count)]


def cargo(fecha: date, monto: str | int, number: int = 1, iva: str | int = 0) -> CargoVigente:
    """A charge that nothing was paid of."""
    return CargoVigente(number, fecha, Decimal(monto), Decimal(iva))


def con_pagado(cuotas: Iterable[CuotaVigente], asignacion: Asignacion) -> list[CuotaVigente]:
    """The installments with what was allocated to them."""
    return [replace(cuota, pagado=asignacion.pagado[cuota.numero]) for cuota in cuotas]
