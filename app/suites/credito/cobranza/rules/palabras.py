"""Words, amounts and days of documents, as clients in Mexico read them."""

from datetime import date
from decimal import Decimal

from app.kernel.money import round_cents
from app.suites.credito.prestamos.rules.cuotas import EstadoCuota
from app.suites.credito.prestamos.rules.estados import EstadoPrestamo
from app.suites.credito.prestamos.rules.etiquetas import ETIQUETAS
from app.suites.credito.productos.rules.condiciones import (
    ComisionModo,
    Condiciones,
    Frecuencia,
    Liquidacion,
    Metodo,
    MoraTipo,
)

CAT = (
    "CAT: Costo Anual Total de financiamiento, expresado en términos porcentuales anuales, sin IVA y sin "
    "penalizaciones, para fines informativos y de comparación."
)
_PAGO = {
    Frecuencia.SEMANAL: "Pago semanal",
    Frecuencia.CATORCENAL: "Pago catorcenal",
    Frecuencia.QUINCENAL: "Pago quincenal",
    Frecuencia.MENSUAL: "Pago mensual",
    Frecuencia.DIARIO: "Pago diario",
}
_PAGOS = {
    Frecuencia.SEMANAL: "pagos semanales",
    Frecuencia.CATORCENAL: "pagos catorcenales",
    Frecuencia.QUINCENAL: "pagos quincenales",
    Frecuencia.MENSUAL: "pagos mensuales",
    Frecuencia.DIARIO: "pagos diarios",
}
_LIQUIDACION = {
    Liquidacion.SALDO_TOTAL: "Puede pagar antes, sin cargo; se paga el saldo total",
    Liquidacion.INTERES_DEVENGADO: "Puede pagar antes, sin cargo; solo se paga el interés hasta el periodo en curso",
}
_DIAS = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")


def pesos(amount: Decimal) -> str:
    """Format as $1,234.50; negative amounts in parentheses."""
    written = f"${abs(round_cents(amount)):,.2f}"
    return f"({written})" if amount < 0 else written


def cat_text(cat: Decimal | None) -> str:
    """Format as 1,068.5%; None is beyond the range that is shown."""
    return "más de 999,999.9%" if cat is None else f"{cat:,.1f}%"


def tasa_text(rate: Decimal | None) -> str:
    """Format 0.4 as 40%, with as many decimals as it has."""
    found = ((rate or Decimal(0)) * 100).normalize()
    return f"{found:,f}%"


def dia_text(day: date) -> str:
    """Format as lun 09/03/2026."""
    return f"{_DIAS[day.weekday()]} {day:%d/%m/%Y}"


def estado_text(estado: EstadoPrestamo) -> str:
    """Name of a state of a loan."""
    return ETIQUETAS["estado_prestamo"][estado]


def estado_de_cuota_text(estado: EstadoCuota) -> str:
    """Name of a state of an installment."""
    return ETIQUETAS["estado_cuota"][estado]


def pago_text(terms: Condiciones) -> str:
    """Name of a payment."""
    return _PAGO[terms.frecuencia]


def plazo_text(terms: Condiciones) -> str:
    """Number and frequency of the payments."""
    return "un solo pago" if terms.numero_pagos == 1 else f"{terms.numero_pagos} {_PAGOS[terms.frecuencia]}"


def interes_text(terms: Condiciones, total: Decimal) -> str:
    """Rate and sum of the interest."""
    if terms.metodo is Metodo.CUOTA_FIJA:
        return f"{tasa_text(terms.interes)} del monto por todo el plazo: {pesos(total)}"
    return f"{tasa_text(terms.tasa_anual)} anual sobre saldos insolutos: {pesos(total)}"


def comision_text(terms: Condiciones, comision: Decimal) -> str:
    """The commission, and how it is paid."""
    discounted = terms.comision_modo is ComisionModo.DESCONTADA
    return f"{pesos(comision)}, {'se descuenta de la entrega' if discounted else 'se paga aparte'}"


def liquidacion_text(terms: Condiciones) -> str:
    """The rule of early payment."""
    return _LIQUIDACION[terms.liquidacion]


def mora_text(terms: Condiciones) -> str:
    """The penalty of late payment."""
    iva = " más IVA" if terms.iva else ""
    if terms.mora_tipo is MoraTipo.FIJA:
        return f"{pesos(terms.mora_valor)}{iva} por cada pago atrasado"
    if terms.mora_tipo is MoraTipo.PORCENTAJE:
        return f"{tasa_text(terms.mora_valor)} de lo atrasado{iva}, una vez por pago"
    if terms.mora_tipo is MoraTipo.DIARIA:
        return f"{tasa_text(terms.mora_valor)} anual{iva} sobre el capital atrasado, por día"
    if terms.mora_tipo is MoraTipo.CUOTAS_EXTRA:
        return _pena_text(terms, iva)
    return "Sin penalización"


def _pena_text(terms: Condiciones, iva: str) -> str:
    number, tolerated, most = terms.mora_valor.normalize(), terms.incumplimientos_tolerados, terms.limite_penalizaciones
    worth = f"{number:f} pago{'' if number == 1 else 's'}{iva} por cada semana con falta"
    after = f", después de {tolerated}" if tolerated else ""
    return f"{worth}{after}" + ("" if most is None else f"; a lo más {most} en todo el crédito")
