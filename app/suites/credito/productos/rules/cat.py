"""CAT: the yearly rate at which a client's payments are worth what the loan brings, in percent."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from math import exp, expm1

from app.suites.credito.productos.rules.condiciones import Frecuencia

CAT_FUERA_DE_RANGO = "cat_fuera_de_rango"
"""Warning beside a CAT that is not given."""
MOST = Decimal("999999.9")
_TENTH = Decimal("0.1")
_LOW, _HIGH = -5.0, 60.0
"""Logarithms of 1 + CAT between which it is sought."""
_PER_YEAR = {
    Frecuencia.SEMANAL: 52,
    Frecuencia.CATORCENAL: 26,
    Frecuencia.QUINCENAL: 24,
    Frecuencia.MENSUAL: 12,
    Frecuencia.DIARIO: 365,
}


def cat_de(pagos: Sequence[Decimal], recibido: Decimal, frecuencia: Frecuencia) -> Decimal | None:
    """CAT of payments without IVA, one a period, for the amount received; None above 999,999.9 %.

    Periods count as equal, whatever the dates: the k-th payment is due k/52 of a year after a weekly disbursement.
    """
    per_year, amounts, received = _PER_YEAR[frecuencia], [float(pago) for pago in reversed(pagos)], float(recibido)

    def excess(log: float) -> float:
        """Present value of the payments above what is received; it falls as the rate rises."""
        factor, value = exp(-log / per_year), 0.0
        for amount in amounts:
            value = (value + amount) * factor
        return value - received

    low, high = _LOW, _HIGH
    if received <= 0 or excess(high) > 0:
        return None
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    percent = Decimal(expm1(low) * 100)
    cat = percent.quantize(_TENTH, rounding=ROUND_HALF_UP)
    return None if cat > MOST else cat or abs(cat)
