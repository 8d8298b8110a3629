"""Restructures: a new version of a schedule, in which all that was paid or forgiven stays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from app.kernel.errors import Conflict, Invalid
from app.suites.credito.prestamos.rules.cuotas import CuotaVigente, Partes, suma
from app.suites.credito.productos.rules.calendario import Cuota, Parte, partes_fijas
from app.suites.credito.productos.rules.condiciones import Condiciones
from app.suites.credito.productos.rules.fechas import DiasSinCobro, fechas_desde

MAS_CUOTAS = 520
"""Most installments of a loan."""


class TipoReestructura(StrEnum):
    """Kind of a restructure: more time, another schedule, or a part that is forgiven."""

    PRORROGA = "prorroga"
    RECALENDARIZAR = "recalendarizar"
    QUITA = "quita"


class Vencible(NamedTuple):
    """An installment with the date from which its due date follows."""

    original: date
    cuota: CuotaVigente


class NuevaCuota(NamedTuple):
    """Money of an installment that is still to be paid, and its date before anything moves it."""

    original: date
    partes: Partes


@dataclass(frozen=True, slots=True)
class Version:
    """A new version of a schedule: changes of the installments that there are."""

    saldadas: list[tuple[int, Partes]]
    """Installments that shrink to what was paid and forgiven of them, by number."""
    borradas: list[int]
    """Numbers of those of which nothing was paid or forgiven."""
    nuevas: list[Cuota]


def prorrogada(cuotas: Iterable[Vencible], semanas: int, dias: DiasSinCobro) -> Version:
    """The schedule with all that is unpaid due some weeks later."""
    abiertas = _abiertas(cuotas)
    later = timedelta(weeks=semanas)
    nuevas = [NuevaCuota(una.original + later, una.cuota.pendientes) for una in abiertas]
    return _version(cuotas, abiertas, nuevas, dias)


def recalendarizada(
    cuotas: Iterable[Vencible], terms: Condiciones, numero_pagos: int, primera: date, dias: DiasSinCobro
) -> Version:
    """The schedule with all that is unpaid in equal payments from a day on; no interest is added."""
    abiertas = _abiertas(cuotas)
    resto = suma(una.cuota.pendientes for una in abiertas)
    total = Parte(resto.capital, resto.interes, resto.iva)
    try:
        partes = partes_fijas(total, replace(terms, numero_pagos=numero_pagos))
    except Invalid as problem:
        message = "Rounding leaves nothing for the last of so many payments."
        raise Invalid(message, code=problem.code, errors={"numero_pagos": [message]}) from problem
    fechas = fechas_desde(primera, terms.frecuencia, numero_pagos)
    nuevas = [
        NuevaCuota(fecha, Partes(una.iva, una.interes, una.capital)) for fecha, una in zip(fechas, partes, strict=True)
    ]
    return _version(cuotas, abiertas, nuevas, dias)


def condonadas_por_quita(cuotas: Iterable[CuotaVigente], monto: Decimal) -> dict[int, Decimal]:
    """Parts of a forgiven amount by the numbers of installments, from the last one back; Invalid if it is too much."""
    resto, condonado = monto, dict[int, Decimal]()
    for cuota in sorted(cuotas, key=lambda cuota: -cuota.numero):
        if (de_cuota := min(resto, cuota.saldo)) > 0:
            condonado[cuota.numero] = de_cuota
            resto -= de_cuota
    if resto:
        raise Invalid.field("monto", f"Installments owe {monto - resto}.")
    return condonado


def _abiertas(cuotas: Iterable[Vencible]) -> list[Vencible]:
    abiertas = [una for una in cuotas if una.cuota.saldo > 0]
    if not abiertas:
        raise Conflict("No installment is left to pay.", code="prestamo_cerrado")
    return abiertas


def _version(
    cuotas: Iterable[Vencible], abiertas: Sequence[Vencible], nuevas: Sequence[NuevaCuota], dias: DiasSinCobro
) -> Version:
    """The version with these new installments, which get the numbers that are free."""
    saldadas = [
        (una.cuota.numero, saldada) for una in abiertas if (saldada := _partes(una.cuota) - una.cuota.pendientes).total
    ]
    shrunk = {numero for numero, _ in saldadas}
    borradas = [una.cuota.numero for una in abiertas if una.cuota.numero not in shrunk]
    kept = {una.cuota.numero for una in cuotas} - set(borradas)
    if len(kept) + len(nuevas) > MAS_CUOTAS:
        raise Invalid.field("numero_pagos", f"A loan has at most {MAS_CUOTAS} installments.")
    free = [numero for numero in range(1, max(kept, default=0) + len(nuevas) + 1) if numero not in kept]
    laid = [
        Cuota(
            numero,
            una.original,
            dias.vencimiento(una.original),
            una.partes.total,
            una.partes.capital,
            una.partes.interes,
            una.partes.iva,
        )
        for numero, una in zip(free, nuevas, strict=False)
    ]
    return Version(saldadas, borradas, laid)


def _partes(cuota: CuotaVigente) -> Partes:
    return Partes(cuota.iva, cuota.interes, cuota.capital)
