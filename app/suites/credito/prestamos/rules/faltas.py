"""Missed weeks: a week is judged as a whole once it is closed, never a payment alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

from app.suites.credito.equipo.rules import lunes
from app.suites.credito.prestamos.rules.cuotas import CuotaVigente
from app.suites.credito.productos.rules.condiciones import ZERO

_SEIS_DIAS = timedelta(days=6)


class TipoFalta(StrEnum):
    """Whether nothing was paid, or a part."""

    SIN_PAGO = "sin_pago"
    PARCIAL = "parcial"


@dataclass(frozen=True, slots=True)
class PagoCobrado:
    """A valid payment that somebody collected: renewals and insurance are none."""

    fecha: date
    monto: Decimal
    a_cuotas: Decimal
    """The part that paid installments."""


@dataclass(frozen=True, slots=True)
class FaltaDeSemana:
    """A week in which less was paid than was due."""

    semana: date
    cuota_numero: int
    """Number of the first installment that was due in it."""
    esperado: Decimal
    abonado: Decimal
    faltante: Decimal
    tipo: TipoFalta


def falta_de(cuotas: Iterable[CuotaVigente], pagos: Iterable[PagoCobrado], semana: date) -> FaltaDeSemana | None:
    """The missed week of a loan, or None: payments of the week and the advance at its start cover what was due in it.

    The advance is what payments before the week paid of installments, less what was due before it; money that paid
    charges is none.
    """
    agenda, cobros = list(cuotas), list(pagos)
    ultimo = semana + _SEIS_DIAS
    debidas = [cuota for cuota in agenda if semana <= cuota.fecha <= ultimo]
    if not debidas:
        return None
    numero = min(cuota.numero for cuota in debidas)
    esperado = sum((cuota.monto - cuota.condonado for cuota in debidas), ZERO)
    abonado = sum((pago.monto for pago in cobros if semana <= pago.fecha <= ultimo), ZERO)
    return falta_de_sumas(semana, numero, esperado, abonado, abonado + adelanto_al(agenda, cobros, semana))


def falta_de_sumas(
    semana: date, numero: int, esperado: Decimal, abonado: Decimal, cubierto: Decimal
) -> FaltaDeSemana | None:
    """The missed week of sums: `numero` is that of its first installment, and `cubierto` what is covered of all.

    For the latter the installments of the week have what is paid on time: see `cubierto_a_tiempo`.
    """
    faltante = esperado - cubierto
    if faltante <= 0:
        return None
    tipo = TipoFalta.PARCIAL if cubierto else TipoFalta.SIN_PAGO
    return FaltaDeSemana(semana, numero, esperado, abonado, faltante, tipo)


def adelanto_al(cuotas: Iterable[CuotaVigente], pagos: Iterable[PagoCobrado], day: date) -> Decimal:
    """Amount that payments before a day paid of installments beyond those that were due before it."""
    pagado = sum((pago.a_cuotas for pago in pagos if pago.fecha < day), ZERO)
    debido = sum((cuota.monto - cuota.condonado for cuota in cuotas if cuota.fecha < day), ZERO)
    return max(ZERO, pagado - debido)


def cubierto_a_tiempo(cuotas: Iterable[CuotaVigente], pagos: Iterable[PagoCobrado]) -> dict[int, Decimal]:
    """The parts of installments that are paid on time, by number: what `falta_de` finds covered, week by week."""
    cobros = sorted((pago.fecha, pago.monto, pago.a_cuotas) for pago in pagos)
    agenda = sorted(cuotas, key=lambda cuota: (cuota.fecha, cuota.numero))
    found: dict[int, Decimal] = {}
    debido = pagado = ZERO
    for semana, del_plazo in groupby(agenda, key=lambda cuota: lunes(cuota.fecha)):
        while cobros and cobros[0][0] < semana:
            pagado += cobros.pop(0)[2]
        ultimo = semana + _SEIS_DIAS
        queda = max(ZERO, pagado - debido) + sum((monto for fecha, monto, _ in cobros if fecha <= ultimo), ZERO)
        for cuota in del_plazo:
            exigible = cuota.monto - cuota.condonado
            found[cuota.numero] = min(exigible, queda)
            queda -= found[cuota.numero]
            debido += exigible
    return found
