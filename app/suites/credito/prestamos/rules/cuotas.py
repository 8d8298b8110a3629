"""Installments of a loan with what was paid and forgiven of them, and charges beside them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.kernel.money import round_cents
from app.suites.credito.productos.rules.condiciones import ZERO


class EstadoCuota(StrEnum):
    """State of an installment."""

    PENDIENTE = "pendiente"
    PARCIAL = "parcial"
    PAGADA = "pagada"
    VENCIDA = "vencida"
    CONDONADA = "condonada"


class TipoCargo(StrEnum):
    """Kind of a charge: for lateness, for a missed week, or for an expense."""

    MORA = "mora"
    PENA = "pena"
    GASTO = "gasto"


@dataclass(frozen=True, slots=True)
class Partes:
    """An amount by its parts, in the order in which they are paid: IVA, interest, capital."""

    iva: Decimal = ZERO
    interes: Decimal = ZERO
    capital: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """Their sum."""
        return self.iva + self.interes + self.capital

    def __add__(self, other: "Partes") -> "Partes":
        return Partes(self.iva + other.iva, self.interes + other.interes, self.capital + other.capital)

    def __sub__(self, other: "Partes") -> "Partes":
        return Partes(self.iva - other.iva, self.interes - other.interes, self.capital - other.capital)

    def cubiertas_por(self, monto: Decimal) -> "Partes":
        """The parts that an amount pays; an amount over the sum pays all of them."""
        iva = min(monto, self.iva)
        interes = min(monto - iva, self.interes)
        return Partes(iva, interes, min(monto - iva - interes, self.capital))


@dataclass(frozen=True, slots=True)
class CuotaVigente:
    """An installment of a loan, with what was paid and forgiven of it."""

    numero: int
    fecha: date
    """Day on which it is due, after holidays and weeks without collection."""
    capital: Decimal
    interes: Decimal
    iva: Decimal = ZERO
    pagado: Decimal = ZERO
    condonado: Decimal = ZERO

    @property
    def monto(self) -> Decimal:
        """Amount of the installment as it was agreed."""
        return self.capital + self.interes + self.iva

    @property
    def saldo(self) -> Decimal:
        """Amount that is left to pay."""
        return self.monto - self.condonado - self.pagado

    @property
    def exigible(self) -> Partes:
        """Parts that are to be paid: interest and its IVA are forgiven in proportion, and before capital."""
        if not self.condonado:
            return Partes(self.iva, self.interes, self.capital)
        financiero = self.interes + self.iva
        perdonado = min(self.condonado, financiero)
        iva = round_cents(perdonado * self.iva / financiero) if financiero else ZERO
        capital = self.capital - (self.condonado - perdonado)
        return Partes(self.iva - iva, self.interes - (perdonado - iva), capital)

    @property
    def pagadas(self) -> Partes:
        """Parts that were paid."""
        return self.exigible.cubiertas_por(self.pagado)

    @property
    def pendientes(self) -> Partes:
        """Parts that are left to pay."""
        return self.exigible - self.pagadas

    def estado(self, today: date) -> EstadoCuota:
        """State on a day; one that was forgiven wholly or for its rest is `condonada`."""
        if self.saldo <= 0:
            return EstadoCuota.CONDONADA if self.condonado else EstadoCuota.PAGADA
        if self.fecha < today:
            return EstadoCuota.VENCIDA
        return EstadoCuota.PARCIAL if self.pagado else EstadoCuota.PENDIENTE


@dataclass(frozen=True, slots=True)
class CargoVigente:
    """A charge of a loan, with what was paid and forgiven of it."""

    id: int
    fecha: date
    monto: Decimal
    iva: Decimal = ZERO
    pagado: Decimal = ZERO
    condonado: Decimal = ZERO

    @property
    def saldo(self) -> Decimal:
        """Amount that is left to pay, with its IVA."""
        return self.monto + self.iva - self.condonado - self.pagado

    @property
    def exigible(self) -> Partes:
        """Parts that are to be paid: the charge counts as interest, and is forgiven together with its IVA."""
        total = self.monto + self.iva
        iva = self.iva - round_cents(self.condonado * self.iva / total)
        return Partes(iva, total - self.condonado - iva)


def suma(partes: Iterable[Partes]) -> Partes:
    """Sum of parts."""
    total = Partes()
    for una in partes:
        total = total + una
    return total
