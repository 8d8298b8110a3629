"""Quotes: a schedule with the commission, the insurance, the CAT and the cash that is handed over."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.kernel.errors import Invalid
from app.kernel.money import amount_of
from app.suites.credito.productos.rules.calendario import MONEDA, Calendario, calendario_de
from app.suites.credito.productos.rules.cat import CAT_FUERA_DE_RANGO, cat_de
from app.suites.credito.productos.rules.condiciones import ZERO, ComisionModo, Condiciones
from app.suites.credito.productos.rules.fechas import DiasSinCobro

MONTO_DE_REFERENCIA = Decimal(1000)
_DIA_DE_REFERENCIA = date(2026, 1, 1)
"""Day from which the CAT of a type counts the days of its periods: a fixed one, so that it does not change daily."""


@dataclass(frozen=True, slots=True)
class Cotizacion:
    """Cost of a loan of a type."""

    monto: Decimal
    calendario: Calendario
    comision: Decimal
    seguro: Decimal
    descontado: Decimal
    """Part of commission and insurance that is kept back from the cash."""
    cat: Decimal | None

    @property
    def avisos(self) -> list[str]:
        """Warnings."""
        return [] if self.cat is not None else [CAT_FUERA_DE_RANGO]

    def monto_entregado(self, saldo_anterior: Decimal = ZERO) -> Decimal:
        """Cash handed over, after what settles the loan before; negative where that is more."""
        return self.monto - saldo_anterior - self.descontado


def cotizar(
    terms: Condiciones,
    monto: Decimal,
    desembolso: date,
    dia_reunion: int | None = None,
    sin_cobro: DiasSinCobro | None = None,
) -> Cotizacion:
    """Quote a loan; Invalid `redondeo_excesivo` where rounding would shorten it."""
    calendario = calendario_de(terms, monto, desembolso, dia_reunion, sin_cobro)
    comision = amount_of(monto, terms.comision, MONEDA)
    apart = comision if terms.comision_modo is ComisionModo.APARTE else ZERO
    pagos = [cuota.capital + cuota.interes for cuota in calendario.cuotas]
    return Cotizacion(
        monto=monto,
        calendario=calendario,
        comision=comision,
        seguro=terms.seguro,
        descontado=comision + terms.seguro - apart,
        cat=cat_de(pagos, monto - comision - terms.seguro, terms.frecuencia),
    )


def cat_de_tipo(terms: Condiciones) -> Decimal | None:
    """CAT of a type: that of a loan of 1,000; None where such a loan can't be rounded, or its CAT is out of range."""
    try:
        return cotizar(terms, MONTO_DE_REFERENCIA, _DIA_DE_REFERENCIA).cat
    except Invalid:
        return None
