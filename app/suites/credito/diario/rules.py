"""Rules of the journal and of cuts: accounts, balanced postings, states."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
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
    detalle: str = ""
    """Text of the money that it moves: the folio of a loan, the purpose of an expense."""
    grupo_id: int | None = None
    """Group by whose route the money is known."""

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


class Rubro(StrEnum):
    """Category of money that moves, in the company's cash flow."""

    CAPITAL = "capital de préstamos"
    ENTREGADO = "préstamos entregados"
    A_FAVOR = "saldos a favor"
    SEGUROS = "seguros"
    POR_REVISAR = "cobro por revisar"
    IVA = "IVA"
    INTERESES = "intereses"
    MORA = "mora"
    COMISIONES = "comisiones"
    RECUPERACIONES = "recuperaciones"
    SOBRANTES = "sobrantes de cortes"
    GASTOS = "gastos"
    BONOS = "bonos"
    INCOBRABLES = "faltantes incobrables"


RUBROS: Mapping[str, Rubro] = MappingProxyType(
    {
        Cuenta.SALDOS_A_FAVOR: Rubro.A_FAVOR,
        Cuenta.SEGURO_POR_PAGAR: Rubro.SEGUROS,
        Cuenta.COBROS_POR_REVISAR: Rubro.POR_REVISAR,
        Cuenta.IVA: Rubro.IVA,
        Cuenta.INGRESOS_INTERES: Rubro.INTERESES,
        Cuenta.INTERESES_POR_COBRAR: Rubro.INTERESES,
        Cuenta.INGRESOS_MORA: Rubro.MORA,
        Cuenta.MORA_POR_COBRAR: Rubro.MORA,
        Cuenta.INGRESOS_COMISION: Rubro.COMISIONES,
        Cuenta.RECUPERACIONES: Rubro.RECUPERACIONES,
        Cuenta.OTROS_INGRESOS: Rubro.SOBRANTES,
        Cuenta.GASTOS: Rubro.GASTOS,
        Cuenta.BONOS: Rubro.BONOS,
        Cuenta.FALTANTES_INCOBRABLES: Rubro.INCOBRABLES,
    }
)
"""Categories of money by the account that it comes from or goes to; of all other accounts it is capital."""
DESEMBOLSO, RESUELTO, REVERSO = "desembolso", "resuelto", "reverso"
"""Concepts whose money is not told by its accounts alone."""
_MIRROR = f":{REVERSO}"


def es_dinero(cuenta: str) -> bool:
    """Whether an account holds the company's money, be it with people, who also owe what they are short of."""
    if cuenta in {Cuenta.BANCO, Cuenta.CAJA_OFICINA, Cuenta.SEGURO_POR_COBRAR}:
        return True
    return cuenta.partition(":")[0] in PERSONALES


Montos = Mapping[Rubro, Decimal]
"""Amounts by category: positive ones came in, negative ones went out."""


def dinero_movido(asiento: Asiento) -> Montos:
    """Money that a posting moves by category; nothing where it only changes hands.

    A disbursement moves the amount that was handed over, and a commission that was paid apart.
    """
    money = [linea.monto for linea in asiento.lineas if es_dinero(linea.cuenta)]
    if not sum(money):
        return {}
    if asiento.concepto == DESEMBOLSO:
        came, went = sum(one for one in money if one > 0), sum(one for one in money if one < 0)
        return _sin_ceros({Rubro.COMISIONES: Decimal(came), Rubro.ENTREGADO: Decimal(went)})
    return partes(asiento)


def partes(asiento: Asiento, sin: frozenset[Rubro] = frozenset()) -> Montos:
    """Credits of a posting by category, less its debits, without those of money itself and of some categories."""
    found: dict[Rubro, Decimal] = {}
    for linea in asiento.lineas:
        rubro = RUBROS.get(linea.cuenta, Rubro.CAPITAL)
        if not es_dinero(linea.cuenta) and rubro not in sin:
            found[rubro] = found.get(rubro, Decimal(0)) - linea.monto
    return _sin_ceros(found)


def opuesto(montos: Montos) -> Montos:
    """Amounts with the other sign."""
    return {rubro: -monto for rubro, monto in montos.items()}


def deshace(asiento: Asiento) -> bool:
    """Whether a posting undoes or decides an earlier one of the same origin."""
    return asiento.concepto in {RESUELTO, REVERSO} or revertido(asiento) is not None


def revertido(asiento: Asiento) -> str | None:
    """Concept of the posting of which this one is the mirror, or None."""
    original = asiento.concepto.removesuffix(_MIRROR)
    return None if original == asiento.concepto else original


def reverso_de(asiento: Asiento) -> Asiento:
    """The mirror of a posting, without its lines."""
    return replace(asiento, concepto=asiento.concepto + _MIRROR, lineas=())


def _sin_ceros(montos: Montos) -> Montos:
    return {rubro: monto for rubro, monto in montos.items() if monto}


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
