"""Rules of the journal and of cuts: accounts, balanced postings, states."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

BOOK = "credito"
"""Code of the suite's book in the ledger."""
ACTIVO, PASIVO, INGRESO, GASTO = "asset", "liability", "income", "expense"
"""Kinds of accounts, by the words of the ledger."""
LONGEST_MOTIVO = 500
"""Length of the reason for which a cut is annulled, in characters."""


class Cuenta(StrEnum):
    """Account of the journal; cash and shortages of a person have one of each person's instead."""

    CARTERA = "cartera"
    BANCO = "banco"
    CAJA_OFICINA = "caja_oficina"
    SEGURO_POR_COBRAR = "seguro_por_cobrar"
    INTERESES_POR_COBRAR = "intereses_por_cobrar"
    MORA_POR_COBRAR = "mora_por_cobrar"
    IVA = "iva"
    SALDOS_A_FAVOR = "saldos_a_favor"
    SEGURO_POR_PAGAR = "seguro_por_pagar"
    COBROS_POR_REVISAR = "cobros_por_revisar"
    INGRESOS_INTERES = "ingresos_interes"
    INGRESOS_MORA = "ingresos_mora"
    INGRESOS_COMISION = "ingresos_comision"
    RECUPERACIONES = "recuperaciones"
    OTROS_INGRESOS = "otros_ingresos"
    GASTOS = "gastos"
    BONOS = "bonos"
    QUITAS = "quitas"
    CASTIGOS = "castigos"
    FALTANTES_INCOBRABLES = "faltantes_incobrables"


CUENTAS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        Cuenta.CARTERA: (ACTIVO, "Cartera"),
        Cuenta.BANCO: (ACTIVO, "Banco"),
        Cuenta.CAJA_OFICINA: (ACTIVO, "Caja de la oficina"),
        Cuenta.SEGURO_POR_COBRAR: (ACTIVO, "Seguro por cobrar"),
        Cuenta.INTERESES_POR_COBRAR: (ACTIVO, "Intereses por cobrar"),
        Cuenta.MORA_POR_COBRAR: (ACTIVO, "Mora por cobrar"),
        Cuenta.IVA: (PASIVO, "IVA"),
        Cuenta.SALDOS_A_FAVOR: (PASIVO, "Saldos a favor"),
        Cuenta.SEGURO_POR_PAGAR: (PASIVO, "Seguro por pagar"),
        Cuenta.COBROS_POR_REVISAR: (PASIVO, "Cobros por revisar"),
        Cuenta.INGRESOS_INTERES: (INGRESO, "Ingresos por interés"),
        Cuenta.INGRESOS_MORA: (INGRESO, "Ingresos por mora"),
        Cuenta.INGRESOS_COMISION: (INGRESO, "Ingresos por comisión"),
        Cuenta.RECUPERACIONES: (INGRESO, "Recuperaciones"),
        Cuenta.OTROS_INGRESOS: (INGRESO, "Otros ingresos"),
        Cuenta.GASTOS: (GASTO, "Gastos"),
        Cuenta.BONOS: (GASTO, "Bonos"),
        Cuenta.QUITAS: (GASTO, "Quitas"),
        Cuenta.CASTIGOS: (GASTO, "Castigos"),
        Cuenta.FALTANTES_INCOBRABLES: (GASTO, "Faltantes incobrables"),
    }
)
"""Kind and Spanish name of each account."""

EFECTIVO, FALTANTES = "efectivo", "faltantes"
PERSONALES: Mapping[str, str] = MappingProxyType({EFECTIVO: "Efectivo de", FALTANTES: "Faltantes de"})
"""Beginnings of the names of people's accounts, by the beginnings of their codes."""


def efectivo(clave: str) -> str:
    """Code of the account of the cash that a person holds."""
    return f"{EFECTIVO}:{clave}"


def faltantes(clave: str) -> str:
    """Code of the account of what a person is short of."""
    return f"{FALTANTES}:{clave}"


def kind_and_name(code: str) -> tuple[str, str]:
    """Kind and name of the account of a code; KeyError for one that there is not."""
    if code in CUENTAS:
        return CUENTAS[code]
    beginning, _, clave = code.partition(":")
    return ACTIVO, f"{PERSONALES[beginning]} {clave}"


@dataclass(frozen=True, slots=True)
class Linea:
    """Part of a posting: a debit is positive, a credit negative."""

    cuenta: str
    monto: Decimal


def debe(cuenta: str, monto: Decimal) -> Linea:
    """A debit."""
    return Linea(cuenta, monto)


def haber(cuenta: str, monto: Decimal) -> Linea:
    """A credit."""
    return Linea(cuenta, -monto)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asiento:
    """A posting; of two with the same origin and concept only one is ever posted."""

    fecha: date
    concepto: str
    origen: str
    origen_id: int
    lineas: tuple[Linea, ...]

    @property
    def clave(self) -> str:
        """Key within its origin."""
        return f"{self.origen_id}:{self.concepto}"


def sumadas(lineas: Iterable[Linea]) -> list[Linea]:
    """The lines, one for each account, without those of nothing."""
    sums: dict[str, Decimal] = {}
    for linea in lineas:
        sums[linea.cuenta] = sums.get(linea.cuenta, Decimal(0)) + linea.monto
    return [Linea(cuenta, monto) for cuenta, monto in sums.items() if monto]


class EstadoCorte(StrEnum):
    """State of a cut."""

    ABIERTO = "abierto"
    ENTREGADO = "entregado"
    CONFIRMADO = "confirmado"
    ANULADO = "anulado"


ESTADOS_CORTE: Mapping[str, str] = MappingProxyType(
    {
        EstadoCorte.ABIERTO: "Abierto",
        EstadoCorte.ENTREGADO: "Entregado",
        EstadoCorte.CONFIRMADO: "Confirmado",
        EstadoCorte.ANULADO: "Anulado",
    }
)
"""Spanish labels of the states of a cut."""


def folio_de(numero: int) -> str:
    """Folio of a cut by its number."""
    return f"C-{numero:06}"
