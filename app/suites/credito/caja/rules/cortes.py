"""Rules of cuts: what is expected, what was counted, and the posting of a confirmed one."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from app.suites.credito.caja.rules.seguros import TIPOS as TIPOS_DE_SEGURO
from app.suites.credito.diario.rules import ESTADOS_CORTE, Cuenta, Linea, debe, efectivo, faltantes, haber

ZERO = Decimal(0)
LONGEST_MOTIVO = 500
"""Length of the reason for which a shortage is written off, in characters."""
DENOMINACIONES = ("1000", "500", "200", "100", "50", "20", "10", "5", "2", "1", "0.50", "0.20", "0.10")
"""Notes and coins, in pesos."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cifras:
    """Cash of a cut by kind, as the sums of its lines."""

    semilla: Decimal = ZERO
    entregas: Decimal = ZERO
    cobranza_efectivo: Decimal = ZERO
    comisiones: Decimal = ZERO
    abonos: Decimal = ZERO
    prestamos_entregados: Decimal = ZERO
    devoluciones: Decimal = ZERO
    gastos: Decimal = ZERO
    bonos: Decimal = ZERO
    semilla_siguiente: Decimal = ZERO

    @property
    def en_mano(self) -> Decimal:
        """Cash that the person should hold, before anything is left for the next cut."""
        came = self.semilla + self.entregas + self.cobranza_efectivo + self.comisiones + self.abonos
        return came - self.prestamos_entregados - self.devoluciones - self.gastos - self.bonos

    @property
    def esperado(self) -> Decimal:
        """Cash that is to be handed over."""
        return self.en_mano - self.semilla_siguiente


def contar(conteo: Mapping[str, int]) -> Decimal:
    """Sum of counted notes and coins, by their worth."""
    return sum((Decimal(worth) * number for worth, number in conteo.items()), Decimal("0.00"))


def asiento_de_bono(clave: str, monto: Decimal) -> tuple[Linea, ...]:
    """Lines of a bonus that is paid in cash by the person of a clave."""
    return debe(Cuenta.BONOS, monto), haber(efectivo(clave), monto)


def asiento_de_corte(clave: str, esperado: Decimal, contado: Decimal) -> list[Linea]:
    """Lines of a confirmed cut: what was counted comes to the office, and a difference is a shortage or an income."""
    difference = contado - esperado
    return [
        debe(Cuenta.CAJA_OFICINA, contado),
        debe(faltantes(clave), max(-difference, ZERO)),
        haber(Cuenta.OTROS_INGRESOS, max(difference, ZERO)),
        haber(efectivo(clave), esperado),
    ]


class EstadoEntrega(StrEnum):
    """State of cash that the office gives to a person."""

    PENDIENTE = "pendiente"
    ACEPTADA = "aceptada"
    RECHAZADA = "rechazada"


class EstadoFaltante(StrEnum):
    """State of a shortage."""

    PENDIENTE = "pendiente"
    PAGADO = "pagado"
    INCOBRABLE = "incobrable"


class MetodoAbono(StrEnum):
    """Way in which a shortage is paid."""

    EFECTIVO = "efectivo"
    BANCO = "banco"


class EstadoBono(StrEnum):
    """State of the bonus of a group's week."""

    CALCULADO = "calculado"
    PAGADO = "pagado"
    ANULADO = "anulado"


ETIQUETAS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "estado_corte": ESTADOS_CORTE,
        "estado_entrega": {"pendiente": "Pendiente", "aceptada": "Aceptada", "rechazada": "Rechazada"},
        "estado_faltante": {"pendiente": "Pendiente", "pagado": "Pagado", "incobrable": "Incobrable"},
        "metodo_abono": {"efectivo": "Efectivo", "banco": "Banco"},
        "tipo_seguro": TIPOS_DE_SEGURO,
        "estado_bono": {"calculado": "Calculado", "pagado": "Pagado", "anulado": "Anulado"},
    }
)
"""Spanish labels."""
