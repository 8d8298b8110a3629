"""Schedules of loans: capital, interest and IVA of each installment, exact to the cent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from app.kernel.currencies import Currency
from app.kernel.errors import Invalid
from app.kernel.money import MAX_AMOUNT, amount_of, round_money
from app.suites.credito.productos.rules.condiciones import (
    ZERO,
    BaseDias,
    Condiciones,
    Frecuencia,
    Metodo,
    ModoRedondeo,
)
from app.suites.credito.productos.rules.fechas import DiasSinCobro, fechas_originales

MONEDA = Currency.MXN
"""Currency of all loans."""
_EXACT = Context(prec=80, rounding=ROUND_HALF_UP)
_NOISE = Decimal("1E-12")
"""Smaller digits of a payment are rounding errors of the division, which must not lift it to the next step."""
_ROUNDING = {ModoRedondeo.ARRIBA: ROUND_CEILING, ModoRedondeo.CERCANO: ROUND_HALF_UP}
_PER_YEAR = {
    Frecuencia.SEMANAL: 52,
    Frecuencia.CATORCENAL: 26,
    Frecuencia.QUINCENAL: 24,
    Frecuencia.MENSUAL: 12,
    Frecuencia.DIARIO: 360,
}
_REDONDEO_EXCESIVO = "Rounding leaves nothing for the last payments: the amount is too small for this type."


class Parte(NamedTuple):
    """Money of an installment."""

    capital: Decimal
    interes: Decimal
    iva: Decimal

    @property
    def monto(self) -> Decimal:
        """The whole installment."""
        return self.capital + self.interes + self.iva


class Cuota(NamedTuple):
    """An installment of a schedule."""

    numero: int
    fecha_original: date
    fecha_vencimiento: date
    monto: Decimal
    capital: Decimal
    interes: Decimal
    iva: Decimal


@dataclass(frozen=True, slots=True)
class Calendario:
    """The installments of a loan."""

    cuotas: tuple[Cuota, ...]

    @property
    def cuota(self) -> Decimal:
        """The first payment, with IVA."""
        return self.cuotas[0].monto

    @property
    def interes_total(self) -> Decimal:
        """All interest."""
        return sum((cuota.interes for cuota in self.cuotas), ZERO)

    @property
    def iva_total(self) -> Decimal:
        """All IVA."""
        return sum((cuota.iva for cuota in self.cuotas), ZERO)

    @property
    def total_a_pagar(self) -> Decimal:
        """The sum of the installments."""
        return sum((cuota.monto for cuota in self.cuotas), ZERO)

    @property
    def primera_fecha(self) -> date:
        """Due date of the first installment."""
        return self.cuotas[0].fecha_vencimiento

    @property
    def fecha_vencimiento(self) -> date:
        """Due date of the last installment."""
        return self.cuotas[-1].fecha_vencimiento


def calendario_de(
    terms: Condiciones,
    monto: Decimal,
    desembolso: date,
    dia_reunion: int | None = None,
    sin_cobro: DiasSinCobro | None = None,
) -> Calendario:
    """The schedule of a loan; Invalid `redondeo_excesivo` where rounding would shorten it."""
    originales = fechas_originales(desembolso, terms.frecuencia, terms.numero_pagos, dia_reunion)
    partes = partes_de(terms, monto, [desembolso, *originales])
    days = (sin_cobro or DiasSinCobro()).after(desembolso)
    return Calendario(
        tuple(
            Cuota(numero, original, days.vencimiento(original), parte.monto, *parte)
            for numero, (original, parte) in enumerate(zip(originales, partes, strict=True), start=1)
        )
    )


def partes_de(terms: Condiciones, monto: Decimal, fechas: Sequence[date]) -> list[Parte]:
    """Money of each installment; the dates are those on which the periods begin and end."""
    if terms.metodo is Metodo.CUOTA_FIJA:
        interes = amount_of(monto, terms.interes or ZERO, MONEDA)
        iva = amount_of(interes, terms.iva, MONEDA)
        _require_possible(monto + interes + iva)
        return partes_fijas(Parte(monto, interes, iva), terms)
    years = [_year_fraction(terms, begin, end) for begin, end in pairwise(fechas)]
    rates = _Rates(terms.tasa_anual or ZERO, years)
    partes = (_sobre_saldos if terms.metodo is Metodo.SALDOS_INSOLUTOS else _con_capital_fijo)(terms, monto, rates)
    _require_possible(sum((parte.monto for parte in partes), ZERO))
    return partes


def partes_fijas(total: Parte, terms: Condiciones) -> list[Parte]:
    """Equal payments of what is to be paid in all; the last is the rest.

    Interest and IVA up to each installment are rounded, and it gets what they grow by, so that no cent is lost.
    """
    n = terms.numero_pagos
    cuota = _round_to(total.monto, n, terms)
    amounts = [cuota] * (n - 1) + [total.monto - cuota * (n - 1)]
    shares = zip(amounts, _shares(total.interes, n), _shares(total.iva, n), strict=True)
    partes = [Parte(monto - interes - iva, interes, iva) for monto, interes, iva in shares]
    if cuota <= 0 or partes[-1].capital <= 0 or any(parte.capital < 0 for parte in partes):
        raise redondeo_excesivo()
    return partes


def redondeo_excesivo() -> Invalid:
    """The refusal of an amount that rounded payments would repay too early."""
    return Invalid(_REDONDEO_EXCESIVO, code="redondeo_excesivo", errors={"monto": [_REDONDEO_EXCESIVO]})


class _Rates(NamedTuple):
    """A rate of a year, and the parts of a year that the periods of a loan are."""

    annual: Decimal
    years: list[Fraction]

    def interest(self, balance: Decimal, k: int) -> Decimal:
        """Interest of the k-th period, from 0; it is divided last, so that half a cent is exactly that."""
        with localcontext(_EXACT):
            return round_money(balance * self.annual * self.years[k].numerator / self.years[k].denominator, MONEDA)

    def payment(self, monto: Decimal, begin: int) -> Decimal:
        """Equal payment of an amount in the periods from `begin` on, not yet rounded."""
        with localcontext(_EXACT):
            grown, payments = Decimal(1), ZERO
            for year in self.years[begin:]:
                factor = 1 + self.annual * year.numerator / year.denominator
                grown, payments = grown * factor, payments * factor + 1
            return monto * grown / payments


def _sobre_saldos(terms: Condiciones, monto: Decimal, rates: _Rates) -> list[Parte]:
    """Equal payments with interest on the balance; the last pays the balance."""
    begin, n = terms.gracia_capital, terms.numero_pagos
    payment = _round_to(rates.payment(monto, begin), 1, terms)
    balance, partes = monto, []
    for k in range(n):
        interes = rates.interest(balance, k)
        capital = ZERO if k < begin else payment - interes if k < n - 1 else balance
        partes.append(_con_iva(capital, interes, terms, in_grace=k < begin))
        balance -= capital
    return partes


def _con_capital_fijo(terms: Condiciones, monto: Decimal, rates: _Rates) -> list[Parte]:
    """Equal parts of capital, to the cent, with interest on the balance; the last is the rest."""
    begin, n = terms.gracia_capital, terms.numero_pagos
    part = round_money(monto / (n - begin), MONEDA)
    balance, partes = monto, []
    for k in range(n):
        capital = ZERO if k < begin else part if k < n - 1 else balance
        partes.append(_con_iva(capital, rates.interest(balance, k), terms, in_grace=k < begin))
        balance -= capital
    return partes


def _con_iva(capital: Decimal, interes: Decimal, terms: Condiciones, *, in_grace: bool) -> Parte:
    if capital <= 0 and not in_grace:
        raise redondeo_excesivo()
    return Parte(capital, interes, amount_of(interes, terms.iva, MONEDA))


def _require_possible(total: Decimal) -> None:
    if total > MAX_AMOUNT:
        raise Invalid.field("monto", f"The total to pay must not be more than {MAX_AMOUNT}.")


def _shares(amount: Decimal, n: int) -> list[Decimal]:
    with localcontext(_EXACT):
        so_far = [round_money(amount * k / n, MONEDA) for k in range(n + 1)]
        return [after - before for before, after in pairwise(so_far)]


def _round_to(amount: Decimal, n: int, terms: Condiciones) -> Decimal:
    """An n-th of the amount, in whole steps of the type's rounding."""
    with localcontext(_EXACT):
        steps = (amount / n).quantize(_NOISE) / terms.redondeo
        return round_money(steps.to_integral_value(_ROUNDING[terms.modo_redondeo]) * terms.redondeo, MONEDA)


def _year_fraction(terms: Condiciones, begin: date, end: date) -> Fraction:
    """Part of a year from one date to the next."""
    days = (end - begin).days
    match terms.base_dias:
        case BaseDias.PERIODOS:
            return Fraction(1, _PER_YEAR[terms.frecuencia])
        case BaseDias.TREINTA_360:
            months = (end.year - begin.year) * 12 + end.month - begin.month
            return Fraction(months * 30 + min(end.day, 30) - min(begin.day, 30), 360)
        case BaseDias.REAL_360:
            return Fraction(days, 360)
        case BaseDias.REAL_365:
            return Fraction(days, 365)
        case BaseDias.REAL_REAL:
            return sum((_part_of(year, begin, end) for year in range(begin.year, end.year + 1)), Fraction(0))


def _part_of(year: int, begin: date, end: date) -> Fraction:
    """Part of one calendar year that lies between two dates."""
    first, next_first = date(year, 1, 1), date(year + 1, 1, 1)
    return Fraction((min(end, next_first) - max(begin, first)).days, (next_first - first).days)
