"""Terms on which loans of a type are given; a loan keeps those of the day it was approved."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from app.kernel.errors import Invalid
from app.kernel.money import round_cents

ZERO = Decimal(0)
REDONDEOS = (Decimal("0.01"), Decimal("0.50"), Decimal(1), Decimal(5), Decimal(10))
"""Steps to which a payment may be rounded."""
MOST_PAYMENTS = 520
"""Most installments of a loan: ten years of weeks."""
RATE = Decimal("0.000001")
"""Smallest part of a rate."""


class Metodo(StrEnum):
    """Way to compute interest: on the amount for the whole term, or on the balance of each period."""

    CUOTA_FIJA = "cuota_fija"
    SALDOS_INSOLUTOS = "saldos_insolutos"
    CAPITAL_FIJO = "capital_fijo"


class Frecuencia(StrEnum):
    """Frequency of installments."""

    SEMANAL = "semanal"
    CATORCENAL = "catorcenal"
    QUINCENAL = "quincenal"
    MENSUAL = "mensual"
    DIARIO = "diario"


class BaseDias(StrEnum):
    """Part of a year that a period is for its interest."""

    PERIODOS = "periodos"
    TREINTA_360 = "30/360"
    REAL_360 = "real/360"
    REAL_365 = "real/365"
    REAL_REAL = "real/real"


class ModoRedondeo(StrEnum):
    """Direction in which a payment is rounded."""

    ARRIBA = "arriba"
    CERCANO = "cercano"


class ComisionModo(StrEnum):
    """Way in which a commission is paid: out of the amount handed over, or apart."""

    DESCONTADA = "descontada"
    APARTE = "aparte"


class MoraTipo(StrEnum):
    """Kind of penalty for late payment."""

    NINGUNA = "ninguna"
    FIJA = "fija"
    PORCENTAJE = "porcentaje"
    DIARIA = "diaria"
    CUOTAS_EXTRA = "cuotas_extra"


class OrdenAplicacion(StrEnum):
    """Order in which payments are applied to installments and charges."""

    CUOTAS_PRIMERO = "cuotas_primero"
    CARGOS_PRIMERO = "cargos_primero"


class Liquidacion(StrEnum):
    """Amount that settles a loan early: all that is left, or only the interest that has accrued."""

    SALDO_TOTAL = "saldo_total"
    INTERES_DEVENGADO = "interes_devengado"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condiciones:
    """Terms of a loan type; rates are fractions: 0.4 is 40 %."""

    metodo: Metodo
    frecuencia: Frecuencia
    numero_pagos: int
    interes: Decimal | None = None
    """Interest of the whole term, of `cuota_fija`."""
    tasa_anual: Decimal | None = None
    """Interest of a year, of the other methods."""
    base_dias: BaseDias = BaseDias.PERIODOS
    redondeo: Decimal = REDONDEOS[0]
    modo_redondeo: ModoRedondeo = ModoRedondeo.ARRIBA
    iva: Decimal = ZERO
    comision: Decimal = ZERO
    comision_modo: ComisionModo = ComisionModo.DESCONTADA
    seguro: Decimal = ZERO
    gracia_capital: int = 0
    """Periods at the start in which only interest is paid."""
    gracia_mora: int | None = None
    """Days without penalty; None is the end of the week for weekly installments and no day for others."""
    mora_tipo: MoraTipo = MoraTipo.NINGUNA
    mora_valor: Decimal = ZERO
    incumplimientos_tolerados: int = 0
    limite_penalizaciones: int | None = None
    """Most penalties of a loan; None is no limit."""
    orden_aplicacion: OrdenAplicacion = OrdenAplicacion.CUOTAS_PRIMERO
    liquidacion: Liquidacion = Liquidacion.SALDO_TOTAL
    monto_minimo: Decimal | None = None
    monto_maximo: Decimal | None = None
    avales_requeridos: int = 0
    maximo_avalados: int = 3
    pagos_para_renovar: int = 9

    @property
    def porcentaje_pago(self) -> Decimal | None:
        """Part of the amount that a payment is; only `cuota_fija` has one."""
        if self.interes is None:
            return None
        return ((1 + self.interes) / self.numero_pagos).quantize(RATE, rounding=ROUND_HALF_UP)

    def values(self) -> dict[str, object]:
        """The terms by name."""
        return {name: getattr(self, name) for name in TERMS}

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Condiciones":
        """The terms among some values."""
        return cls(**{name: value for name, value in values.items() if name in TERMS})

    def changed(self, values: Mapping[str, Any]) -> "Condiciones":
        """These terms, with those that are among some values."""
        return replace(self, **{name: value for name, value in values.items() if name in TERMS})

    def to_json(self) -> dict[str, str | int | None]:
        """Values as a loan stores them; decimals are text, so that they stay exact."""
        terms: dict[str, Any] = self.values()
        return {name: str(value) if isinstance(value, Decimal) else value for name, value in terms.items()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Condiciones":
        """The terms of a loan, from what it stores."""
        values: dict[str, Any] = {
            name: value if value is None else _read(name, value) for name, value in stored.items()
        }
        return cls(**values)


TERMS = tuple(field.name for field in fields(Condiciones))
"""Names of the terms."""

_READERS: Mapping[str, Callable[[str], object]] = {
    "metodo": Metodo,
    "frecuencia": Frecuencia,
    "base_dias": BaseDias,
    "modo_redondeo": ModoRedondeo,
    "comision_modo": ComisionModo,
    "mora_tipo": MoraTipo,
    "orden_aplicacion": OrdenAplicacion,
    "liquidacion": Liquidacion,
} | dict.fromkeys(
    ("interes", "tasa_anual", "redondeo", "iva", "comision", "seguro", "mora_valor", "monto_minimo", "monto_maximo"),
    Decimal,
)


def _read(name: str, value: Any) -> Any:
    return _READERS[name](value) if name in _READERS else value


def require_valid(terms: Condiciones) -> None:
    """Raise Invalid, naming each field, for terms that contradict each other."""
    errors: dict[str, list[str]] = {}
    for name, message in (*_rate_problems(terms), *_payment_problems(terms), *_limit_problems(terms)):
        errors.setdefault(name, []).append(message)
    if errors:
        raise Invalid("The request is not valid.", errors=errors)


def _rate_problems(terms: Condiciones) -> Iterator[tuple[str, str]]:
    """Problems of the rates: `cuota_fija` has `interes`, the others have `tasa_anual` and a base of days."""
    needed, excluded = ("interes", "tasa_anual")
    if terms.metodo is not Metodo.CUOTA_FIJA:
        needed, excluded = excluded, needed
    if getattr(terms, needed) is None:
        yield needed, f"Missing: {terms.metodo} needs it."
    if getattr(terms, excluded) is not None:
        yield excluded, f"Must be null: {terms.metodo} uses {needed}."
    if terms.metodo is Metodo.CUOTA_FIJA and terms.base_dias is not BaseDias.PERIODOS:
        yield "base_dias", f"Must be {BaseDias.PERIODOS}: {terms.metodo} does not count days."


def _payment_problems(terms: Condiciones) -> Iterator[tuple[str, str]]:
    """Problems of rounding and grace."""
    if terms.redondeo not in REDONDEOS:
        yield "redondeo", f"Must be one of {', '.join(map(str, REDONDEOS))}."
    if terms.metodo is Metodo.CUOTA_FIJA and terms.gracia_capital:
        yield "gracia_capital", f"Must be 0: {terms.metodo} pays capital from the first period on."
    elif terms.gracia_capital >= terms.numero_pagos:
        yield "gracia_capital", "Must be less than numero_pagos."


def _limit_problems(terms: Condiciones) -> Iterator[tuple[str, str]]:
    """Problems of penalties and limits."""
    if terms.mora_tipo is not MoraTipo.NINGUNA and not terms.mora_valor:
        yield "mora_valor", f"Must be greater than 0 for {terms.mora_tipo}."
    if terms.mora_tipo is MoraTipo.FIJA and round_cents(terms.mora_valor) != terms.mora_valor:
        yield "mora_valor", f"Must have at most 2 decimals for {terms.mora_tipo}."
    if terms.monto_minimo is not None and terms.monto_maximo is not None and terms.monto_minimo > terms.monto_maximo:
        yield "monto_maximo", "Must not be less than monto_minimo."
    if terms.avales_requeridos and not terms.maximo_avalados:
        yield "maximo_avalados", "Must be at least 1 where avales are required."
