"""Arithmetic of cash figures over plain values; only results are rounded."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import partial
from typing import TypeVar

from app.kernel.money import Currency, round_cents, round_worth, rounded_parts
from app.kernel.periods import LAST_DAY, DateRange, Period, trailing

K = TypeVar("K")
Round = Callable[[Decimal], Decimal]
"""Rounds an amount to the decimals of its currency."""

ZERO = Decimal(0)
OTHER_INCOME = "Otros ingresos"
"""Line of the reports on clients for all income that is of no client."""
DAYS_A_MONTH = Decimal(365) / Decimal(12)
_SHARE = Decimal("0.0001")


ALL_SUITES = "all"
"""Instead of a suite: the movements of all suites."""


class Source(StrEnum):
    """Word of the API for where a movement comes from."""

    PAYMENT = "payment"
    INCOME = "income"
    EXPENSE = "expense"
    ACCRUED_EXPENSE = "accrued_expense"
    WITHHOLDING = "withholding"
    BANK_CHARGE = "bank_charge"
    EXCHANGE_DIFFERENCE = "exchange_difference"
    CREDIT = "credit"
    CREDITO_PAGO = "credito_pago"
    CREDITO_PRESTAMO = "credito_prestamo"
    CREDITO_CUOTA = "credito_cuota"
    CREDITO_CORTE = "credito_corte"
    CREDITO_GASTO = "credito_gasto"
    CREDITO_BONO = "credito_bono"
    CREDITO_FALTANTE = "credito_faltante"
    CREDITO_SEGURO = "credito_seguro"
    CREDITO_DEVOLUCION = "credito_devolucion"

    @property
    def spanish(self) -> str:
        """Word in files."""
        return _SPANISH_SOURCES[self]


_SPANISH_SOURCES = {
    Source.PAYMENT: "pago",
    Source.INCOME: "ingreso",
    Source.EXPENSE: "gasto",
    Source.ACCRUED_EXPENSE: "gasto causado",
    Source.WITHHOLDING: "retención",
    Source.BANK_CHARGE: "gasto bancario",
    Source.EXCHANGE_DIFFERENCE: "diferencia en cambio",
    Source.CREDIT: "saldo a favor",
    Source.CREDITO_PAGO: "pago de préstamo",
    Source.CREDITO_PRESTAMO: "préstamo",
    Source.CREDITO_CUOTA: "cuota",
    Source.CREDITO_CORTE: "corte",
    Source.CREDITO_GASTO: "gasto de corte",
    Source.CREDITO_BONO: "bono",
    Source.CREDITO_FALTANTE: "faltante",
    Source.CREDITO_SEGURO: "seguro",
    Source.CREDITO_DEVOLUCION: "devolución",
}


class Trailing(StrEnum):
    """Length of an analysis, back from today."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    def days(self, today: date) -> DateRange:
        """Days of the analysis."""
        return trailing(Period(self.value), today)


class BreakEven(StrEnum):
    """Kind of crossing zero."""

    DEPLETION = "depletion"
    RECOVERY = "recovery"

    @property
    def spanish(self) -> str:
        """Word in files."""
        return {BreakEven.DEPLETION: "agotamiento", BreakEven.RECOVERY: "recuperación"}[self]


@dataclass(frozen=True, slots=True)
class Flow:
    """Income and expenses, and what exchange rates gained or lost meanwhile."""

    income: Decimal = ZERO
    expenses: Decimal = ZERO
    financial: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        """Income less expenses."""
        return self.income - self.expenses

    @property
    def profit(self) -> Decimal:
        """Income less expenses, with the financial result."""
        return self.net + self.financial

    def __add__(self, other: "Flow") -> "Flow":
        financial = self.financial + other.financial
        return Flow(self.income + other.income, self.expenses + other.expenses, financial)


def rounded_flows(flows: Sequence[Flow], currency: Currency) -> list[Flow]:
    """The flows rounded so that each column gives its rounded sum."""
    columns = ([getattr(flow, one.name) for flow in flows] for one in fields(Flow))
    return [Flow(*row) for row in zip(*(rounded_parts(column, currency) for column in columns), strict=True)]


def rounded_amounts(amounts: Mapping[K, Decimal], currency: Currency) -> dict[K, Decimal]:
    """The amounts rounded so that they give their rounded sum."""
    return dict(zip(amounts, rounded_parts(list(amounts.values()), currency), strict=True))


def rounding(opening: Decimal, closing: Decimal, flow: Flow, currency: Currency) -> Decimal:
    """Cents by which the rounded balances differ by more, or less, than the rounded income and expenses explain.

    What brought the balance from one to the other without a movement, an opening balance, is left aside.
    """
    money = money_of(currency)
    brought = closing - opening - flow.net
    return money(closing) - money(opening) - money(flow.income) + money(flow.expenses) - money(brought)


@dataclass(frozen=True, slots=True)
class Outlook:
    """Projection of the balance at the average net rate."""

    burn_rate: Decimal
    gross_burn_rate: Decimal
    runway: Decimal | None
    """Number of months, to two decimals."""
    break_even_date: date | None
    break_even_kind: BreakEven | None


def outlook(balance: Decimal, average: Flow, today: date) -> Outlook:
    """Compute the runway and the day the balance crosses zero; None where they do not apply."""
    burn = average.expenses - average.income
    runway = None
    if burn > 0:
        runway = round_cents(max(balance, ZERO) / burn)
    crossing, kind = _crossing(balance, burn, today)
    return Outlook(burn, average.expenses, runway, crossing, kind)


def _crossing(balance: Decimal, burn: Decimal, today: date) -> tuple[date | None, BreakEven | None]:
    if balance >= 0 and burn > 0:
        kind = BreakEven.DEPLETION
    elif balance < 0 and burn < 0:
        kind = BreakEven.RECOVERY
    else:
        return None, None
    days = (balance / burn * DAYS_A_MONTH).to_integral_value(ROUND_HALF_UP)
    if days > (LAST_DAY - today).days:
        return None, None  # beyond the calendar
    return today + timedelta(days=int(days)), kind


def counted_suites(requested: str | None, companys: Sequence[str], known: Sequence[str]) -> tuple[str, ...] | None:
    """The suites whose movements count: the requested one, or else the company's; None if there is no such suite."""
    if requested is None:
        return tuple(name for name in known if name in companys) or tuple(known)
    if requested == ALL_SUITES:
        return tuple(known)
    return (requested,) if requested in known else None


def ratio(part: Decimal, whole: Decimal) -> Decimal | None:
    """Share of the whole to four decimals; None if the whole is zero."""
    return None if whole == 0 else (part / whole).quantize(_SHARE, ROUND_HALF_UP)


def shares(amounts: Sequence[Decimal]) -> list[Decimal | None]:
    """Shares of the sum, to four decimals, adding up to exactly 1; None where the sum is zero.

    Each share is rounded down; the remainder goes to the shares that lost most by rounding.
    """
    total = sum(amounts, ZERO)
    if total == 0:
        return [None] * len(amounts)
    units = [amount / total / _SHARE for amount in amounts]
    whole = [unit.to_integral_value("ROUND_FLOOR") for unit in units]
    missing = int(1 / _SHARE - sum(whole, ZERO))
    by_loss = sorted(range(len(units)), key=lambda place: (whole[place] - units[place], place))
    for place in by_loss[:missing]:
        whole[place] += 1
    return [unit * _SHARE for unit in whole]


def average(total: Decimal, months: int) -> Decimal:
    """Monthly average; zero for no months."""
    return total / months if months else ZERO


def money_of(currency: Currency) -> Round:
    """Function that rounds an amount of a response in a currency; called once for each, at the end."""
    return partial(round_worth, currency=currency)
