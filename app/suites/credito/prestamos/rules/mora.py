"""Penalties: they are counted on installments, never on penalties, and end with the loan."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.kernel.money import round_cents
from app.suites.credito.prestamos.rules.asignacion import Abono
from app.suites.credito.prestamos.rules.atraso import Gracia
from app.suites.credito.prestamos.rules.cuotas import CuotaVigente
from app.suites.credito.productos.rules.condiciones import ZERO, MoraTipo

POR_DIAS = (MoraTipo.FIJA, MoraTipo.PORCENTAJE, MoraTipo.DIARIA)
"""Penalties that arise by the day, not by the missed week."""
_DIAS_DEL_ANIO = 360
_UN_DIA = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ReglaDeMora:
    """Terms of a loan about penalties."""

    tipo: MoraTipo
    valor: Decimal
    """Amount, fraction of the unpaid part, yearly rate, or number of installments, by the kind."""
    gracia: Gracia
    iva: Decimal = ZERO
    tolerados: int = 0
    """Missed weeks without penalty."""
    limite: int | None = None
    """Most penalties of missed weeks that a loan gets; None for any number."""
    fin: date | None = None
    """The day from which none is counted: of settlement, death, restructure or write-off."""


@dataclass(frozen=True, slots=True)
class Penalizacion:
    """A charge for lateness or for a missed week."""

    cuota_numero: int
    fecha: date
    monto: Decimal
    iva: Decimal


def moras_al(
    cuotas: Iterable[CuotaVigente], abonos: Iterable[Abono], regla: ReglaDeMora, today: date
) -> list[Penalizacion]:
    """Charges for lateness that a loan has at the start of a day, one for each installment that was late by then.

    Fixed ones arise on the first day after the grace, of what was unpaid when it ended; daily ones grow. What the
    installments say of payments is not looked at: `abonos` has each with its day.
    """
    if regla.tipo not in POR_DIAS:
        return []
    por_numero: dict[int, list[Abono]] = {}
    for abono in abonos:
        por_numero.setdefault(abono.numero, []).append(abono)
    posibles = (_mora(cuota, por_numero.get(cuota.numero, []), regla, today) for cuota in cuotas)
    return [mora for mora in posibles if mora is not None]


def _mora(cuota: CuotaVigente, abonos: list[Abono], regla: ReglaDeMora, today: date) -> Penalizacion | None:
    nace = regla.gracia.fin(cuota.fecha) + _UN_DIA
    if nace > today or (regla.fin is not None and nace >= regla.fin):
        return None
    pagado = sum((abono.partes.total for abono in abonos if abono.fecha < nace), ZERO)
    impago = cuota.exigible.total - pagado
    if impago <= 0:
        return None
    monto = _monto(cuota, abonos, impago, regla, today)
    return Penalizacion(cuota.numero, nace, monto, round_cents(monto * regla.iva)) if monto else None


def _monto(cuota: CuotaVigente, abonos: list[Abono], impago: Decimal, regla: ReglaDeMora, today: date) -> Decimal:
    if regla.tipo is MoraTipo.FIJA:
        return regla.valor
    if regla.tipo is MoraTipo.PORCENTAJE:
        return round_cents(regla.valor * impago)
    hasta = today if regla.fin is None else min(today, regla.fin)
    return mora_diaria(cuota, abonos, regla.valor, hasta)


def mora_diaria(cuota: CuotaVigente, abonos: Iterable[Abono], tasa: Decimal, hasta: date) -> Decimal:
    """Simple interest on the unpaid capital of an installment, for each day from its due date to a day, without it."""
    capital, desde, por_dias = cuota.exigible.capital, cuota.fecha, ZERO
    for abono in sorted(abonos, key=lambda abono: abono.fecha):
        if abono.fecha >= hasta:
            break
        if abono.fecha > desde:
            por_dias += capital * (abono.fecha - desde).days
            desde = abono.fecha
        capital -= abono.partes.capital
    por_dias += capital * max(0, (hasta - desde).days)
    return round_cents(por_dias * tasa / _DIAS_DEL_ANIO)


def pena_de(
    regla: ReglaDeMora, cuota: Decimal, *, numero: int, dia: date, vigentes: int, penas: int
) -> Penalizacion | None:
    """Penalty of a missed week, or None while it is tolerated, over the limit, or after the end.

    `numero` is that of the installment, `dia` the day of the charge, `vigentes` the missed weeks that count, this one
    included, and `penas` the penalties for others that count.
    """
    if regla.tipo is not MoraTipo.CUOTAS_EXTRA or vigentes <= regla.tolerados:
        return None
    if regla.limite is not None and penas >= regla.limite:
        return None
    if regla.fin is not None and dia >= regla.fin:
        return None
    monto = round_cents(regla.valor * cuota)
    return Penalizacion(numero, dia, monto, round_cents(monto * regla.iva)) if monto else None
