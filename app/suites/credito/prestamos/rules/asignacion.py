"""Allocation of payments to the installments and charges of a loan.

A pure function of installments, charges and payments: a payment that is entered late or reversed changes nothing but
what the function says of the payments that there are, in the order of their days.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import chain

from app.suites.credito.prestamos.rules.cuotas import CargoVigente, CuotaVigente, Partes
from app.suites.credito.productos.rules.condiciones import ZERO, OrdenAplicacion


@dataclass(frozen=True, slots=True)
class PagoAsignable:
    """A valid payment of a loan; those of a day are in the order in which they were entered."""

    id: int
    fecha: date
    registrado_en: datetime
    monto: Decimal

    @property
    def orden(self) -> tuple[date, datetime, int]:
        """Key by which payments are sorted."""
        return self.fecha, self.registrado_en, self.id


@dataclass(frozen=True, slots=True)
class Aplicado:
    """Use of a payment, by what it paid."""

    capital: Decimal = ZERO
    interes: Decimal = ZERO
    iva: Decimal = ZERO
    """IVA of installments."""
    cargos: Decimal = ZERO
    """Charges with their IVA."""
    iva_cargos: Decimal = ZERO
    """The part of the charges that is IVA."""
    a_favor: Decimal = ZERO
    """Rest that nothing was left to pay with."""

    @property
    def a_cuotas(self) -> Decimal:
        """The part that paid installments."""
        return self.capital + self.interes + self.iva

    @property
    def total_pagado(self) -> Decimal:
        """The part that paid installments or charges."""
        return self.a_cuotas + self.cargos

    @property
    def total(self) -> Decimal:
        """Amount of the payment."""
        return self.total_pagado + self.a_favor

    def __add__(self, other: "Aplicado") -> "Aplicado":
        return Aplicado(
            self.capital + other.capital,
            self.interes + other.interes,
            self.iva + other.iva,
            self.cargos + other.cargos,
            self.iva_cargos + other.iva_cargos,
            self.a_favor + other.a_favor,
        )

    def __sub__(self, other: "Aplicado") -> "Aplicado":
        return Aplicado(
            self.capital - other.capital,
            self.interes - other.interes,
            self.iva - other.iva,
            self.cargos - other.cargos,
            self.iva_cargos - other.iva_cargos,
            self.a_favor - other.a_favor,
        )


@dataclass(frozen=True, slots=True)
class Abono:
    """The part of a payment that paid one installment."""

    pago_id: int
    fecha: date
    numero: int
    partes: Partes


@dataclass(frozen=True, slots=True)
class PagoAsignado:
    """A payment with its use, and what the loan owed after it."""

    aplicado: Aplicado
    saldo_despues: Decimal


@dataclass(frozen=True, slots=True)
class Asignacion:
    """Result of an allocation."""

    pagado: Mapping[int, Decimal]
    """Amount paid of each installment, by its number."""
    fechas: Mapping[int, date]
    """Day of the payment that completed an installment, by its number."""
    cargos: Mapping[int, Decimal]
    """Amount paid of each charge, by its id."""
    pagos: Mapping[int, PagoAsignado]
    """Use of each payment, by its id."""
    abonos: Sequence[Abono]
    """Parts of the payments by installment, in the order in which they were paid."""

    @property
    def aplicado(self) -> Aplicado:
        """Use of all payments together."""
        total = Aplicado()
        for pago in self.pagos.values():
            total = total + pago.aplicado
        return total


def asignar(
    cuotas: Iterable[CuotaVigente],
    cargos: Iterable[CargoVigente],
    pagos: Iterable[PagoAsignable],
    orden: OrdenAplicacion,
) -> Asignacion:
    """Allocate payments; an installment or charge counts as due for a payment if its day is not after the payment's.

    What the given installments and charges say of payments is not looked at. A charge takes nothing of payments before
    its day, so that a new one never reallocates them.
    """
    libro = _Libro.abrir(cuotas, cargos)
    for pago in sorted(pagos, key=lambda pago: pago.orden):
        libro.aplicar(pago, orden)
    return Asignacion(
        pagado={una.clave: una.pagado for una in libro.cuotas},
        fechas={una.clave: una.completada for una in libro.cuotas if una.completada is not None},
        cargos={uno.clave: uno.pagado for uno in libro.cargos},
        pagos=libro.pagos,
        abonos=libro.abonos,
    )


@dataclass(slots=True)
class _Deuda:
    """An installment or charge while payments are allocated."""

    clave: int
    fecha: date
    partes: Partes
    """Parts that are left to pay."""
    saldo: Decimal
    pagado: Decimal = ZERO
    completada: date | None = None

    @classmethod
    def de(cls, clave: int, fecha: date, exigible: Partes) -> "_Deuda":
        return cls(clave, fecha, exigible, exigible.total)

    def abonar(self, monto: Decimal, fecha: date) -> Partes:
        """Pay as much of it as the amount suffices for."""
        abonado = min(monto, self.saldo)
        partes = self.partes if abonado == self.saldo else self.partes.cubiertas_por(abonado)
        self.partes = self.partes - partes
        self.saldo -= abonado
        self.pagado += abonado
        if not self.saldo:
            self.completada = fecha
        return partes


@dataclass(slots=True)
class _Libro:
    """Debts of a loan while its payments are allocated, one after the other."""

    cuotas: list[_Deuda]
    cargos: list[_Deuda]
    abiertas: list[_Deuda]
    """Installments that are not wholly paid, by number."""
    adeudado: Decimal
    """Sum that is left to pay of installments."""
    pagos: dict[int, PagoAsignado] = field(default_factory=dict)
    abonos: list[Abono] = field(default_factory=list)

    @classmethod
    def abrir(cls, cuotas: Iterable[CuotaVigente], cargos: Iterable[CargoVigente]) -> "_Libro":
        por_numero = sorted(cuotas, key=lambda cuota: cuota.numero)
        propias = [_Deuda.de(cuota.numero, cuota.fecha, cuota.exigible) for cuota in por_numero]
        por_fecha = sorted(cargos, key=lambda cargo: (cargo.fecha, cargo.id))
        ajenos = [_Deuda.de(cargo.id, cargo.fecha, cargo.exigible) for cargo in por_fecha]
        abiertas = [deuda for deuda in propias if deuda.saldo]
        return cls(propias, ajenos, abiertas, sum((deuda.saldo for deuda in abiertas), ZERO))

    def aplicar(self, pago: PagoAsignable, orden: OrdenAplicacion) -> None:
        """Allocate the next payment."""
        resto, de_cuotas, de_cargos = pago.monto, Partes(), Partes()
        for deuda, es_cargo in self._cola(pago.fecha, orden):
            if not resto:
                break
            partes = deuda.abonar(resto, pago.fecha)
            resto -= partes.total
            if es_cargo:
                de_cargos = de_cargos + partes
            else:
                de_cuotas = de_cuotas + partes
                self.abonos.append(Abono(pago.id, pago.fecha, deuda.clave, partes))
        self.adeudado -= de_cuotas.total
        self.abiertas = [deuda for deuda in self.abiertas if deuda.saldo]
        aplicado = Aplicado(
            de_cuotas.capital, de_cuotas.interes, de_cuotas.iva, de_cargos.total, de_cargos.iva, a_favor=resto
        )
        self.pagos[pago.id] = PagoAsignado(aplicado, self.adeudado + self._cargos_hasta(pago.fecha))

    def _cola(self, fecha: date, orden: OrdenAplicacion) -> Iterator[tuple[_Deuda, bool]]:
        """Open debts in the order in which a payment of that day pays them, each with whether it is a charge."""
        vencidas = ((deuda, False) for deuda in self.abiertas if deuda.fecha <= fecha)
        cargos = ((deuda, True) for deuda in self.cargos if deuda.saldo and deuda.fecha <= fecha)
        futuras = ((deuda, False) for deuda in self.abiertas if deuda.fecha > fecha)
        if orden is OrdenAplicacion.CARGOS_PRIMERO:
            return chain(cargos, vencidas, futuras)
        return chain(vencidas, cargos, futuras)

    def _cargos_hasta(self, fecha: date) -> Decimal:
        return sum((deuda.saldo for deuda in self.cargos if deuda.fecha <= fecha), ZERO)
