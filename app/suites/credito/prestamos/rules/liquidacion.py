"""Settlement of a loan before its end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from app.suites.credito.prestamos.rules.cuotas import CargoVigente, CuotaVigente, suma
from app.suites.credito.productos.rules.condiciones import ZERO, Liquidacion


@dataclass(frozen=True, slots=True)
class CotizacionLiquidacion:
    """Amount that settles a loan on a day, by its parts."""

    fecha: date
    capital: Decimal
    interes: Decimal
    iva: Decimal
    cargos: Decimal
    saldo_a_favor: Decimal
    """Credit of the loan that is used."""
    bonificacion: Decimal
    """Interest and IVA that need not be paid."""

    @property
    def total(self) -> Decimal:
        """Amount to pay."""
        return self.capital + self.interes + self.iva + self.cargos - self.saldo_a_favor


def cotizar_liquidacion(
    modo: Liquidacion,
    cuotas: Sequence[CuotaVigente],
    cargos: Iterable[CargoVigente],
    fecha: date,
    a_favor: Decimal = ZERO,
) -> CotizacionLiquidacion:
    """Quote of a day.

    `saldo_total` is all that is left. `interes_devengado` has the interest and IVA of the periods up to the running one
    only; what was paid of later ones counts towards them, and is not given back.
    """
    pendiente = suma(cuota.pendientes for cuota in cuotas)
    interes, iva = pendiente.interes, pendiente.iva
    if modo is Liquidacion.INTERES_DEVENGADO:
        interes, iva = _devengado(cuotas, fecha)
    de_cargos = sum((cargo.saldo for cargo in cargos if cargo.fecha <= fecha), ZERO)
    return CotizacionLiquidacion(
        fecha=fecha,
        capital=pendiente.capital,
        interes=interes,
        iva=iva,
        cargos=de_cargos,
        saldo_a_favor=min(a_favor, pendiente.capital + interes + iva + de_cargos),
        bonificacion=pendiente.interes + pendiente.iva - interes - iva,
    )


def condonadas_al_liquidar(modo: Liquidacion, cuotas: Sequence[CuotaVigente], fecha: date) -> dict[int, Decimal]:
    """Interest and IVA that a settlement forgives of each installment, from the last one back, by its number."""
    pendiente = suma(cuota.pendientes for cuota in cuotas)
    resto = pendiente.interes + pendiente.iva
    if modo is Liquidacion.SALDO_TOTAL:
        return {}
    resto -= sum(_devengado(cuotas, fecha))
    condonado: dict[int, Decimal] = {}
    for cuota in sorted(cuotas, key=lambda cuota: -cuota.numero):
        de_cuota = min(resto, cuota.pendientes.interes + cuota.pendientes.iva)
        if de_cuota > 0:
            condonado[cuota.numero] = de_cuota
            resto -= de_cuota
    return condonado


def periodo_en_curso(cuotas: Iterable[CuotaVigente], fecha: date) -> date | None:
    """Due date of the running period: the first that is not before the day; None after the last one."""
    return min((cuota.fecha for cuota in cuotas if cuota.fecha >= fecha), default=None)


def _devengado(cuotas: Sequence[CuotaVigente], fecha: date) -> tuple[Decimal, Decimal]:
    """Interest and IVA of the periods up to the running one, less what was paid of any."""
    fin = periodo_en_curso(cuotas, fecha)
    debido = suma(cuota.exigible for cuota in cuotas if fin is None or cuota.fecha <= fin)
    pagado = suma(cuota.pagadas for cuota in cuotas)
    total = max(ZERO, debido.interes + debido.iva - pagado.interes - pagado.iva)
    iva = min(total, max(ZERO, debido.iva - pagado.iva))
    return total - iva, iva


def con_condonado(cuotas: Iterable[CuotaVigente], condonado: dict[int, Decimal]) -> list[CuotaVigente]:
    """The installments after these amounts are forgiven."""
    return [replace(una, condonado=una.condonado + condonado.get(una.numero, ZERO)) for una in cuotas]
