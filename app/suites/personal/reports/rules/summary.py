"""Rules of the summary: how a net worth came to change, and how long money lasts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from statistics import median
from typing import NamedTuple, Self

from app.core.ledger.rules import AccountKind
from app.kernel.money import Currency, round_worth
from app.kernel.periods import DateRange, Month, MonthCalendar, Period
from app.suites.personal.accounts.rules import SystemAccount
from app.suites.personal.categories.rules import CategoryFlag
from app.suites.personal.reports.rules.figures import Result

OUTFLOWS = 10
"""Outflows of which the average age is shown."""
BUFFER_DAYS = 90
"""Days of spending from which the days of buffer are computed."""
EMERGENCY_MONTHS = 6
"""Complete months of which the median spending is taken."""
_TENTH = Decimal("0.1")
_MONTHS_IN = {Period.MONTH: 1, Period.QUARTER: 3, Period.SEMESTER: 6, Period.YEAR: 12}
_FIXED = {CategoryFlag.SUBSCRIPTION, CategoryFlag.ESSENTIAL, CategoryFlag.INTEREST}


class ReportPeriod(StrEnum):
    """Current period of a report, or all time."""

    MONTH = "month"
    QUARTER = "quarter"
    SEMESTER = "semester"
    YEAR = "year"
    ALL = "all"


class LedgerSum(NamedTuple):
    """Sum of accounts of a kind, converted; `code` tells system accounts apart."""

    kind: AccountKind
    code: str | None
    excluded: bool
    amount: Decimal

    @classmethod
    def of(cls, kind: str, code: str | None, excluded: bool, amount: Decimal) -> Self:
        """The sum of a row as the database has it."""
        return cls(AccountKind(kind), code, excluded, amount)


@dataclass(frozen=True, slots=True)
class Flows:
    """Gains of some accounts over a range of days, unrounded, by their cause."""

    income: Decimal = Decimal(0)
    expenses: Decimal = Decimal(0)
    excluded: Decimal = Decimal(0)
    contributions: Decimal = Decimal(0)
    valuations: Decimal = Decimal(0)
    reconciliations: Decimal = Decimal(0)
    opening: Decimal = Decimal(0)
    moved: Decimal = Decimal(0)
    """Gain of the accounts in all, each movement at the rate of its day."""

    def __add__(self, other: "Flows") -> "Flows":
        """Both together."""
        return Flows(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @property
    def explained(self) -> Decimal:
        """The part of `moved` that came from, or went to, what is no account of somebody."""
        named = self.contributions + self.valuations + self.reconciliations + self.opening
        return self.income - self.expenses + self.excluded + named

    def result(self, currency: Currency) -> Result:
        """Income and expenses, rounded."""
        return Result(round_worth(self.income, currency), round_worth(self.expenses, currency))


_EQUITY = {
    SystemAccount.CONTRIBUTION.value: "contributions",
    SystemAccount.VALUATION.value: "valuations",
    SystemAccount.RECONCILIATION.value: "reconciliations",
    SystemAccount.OPENING.value: "opening",
}
_OWN = (AccountKind.ASSET, AccountKind.LIABILITY)


def flows_of(sums: Iterable[LedgerSum]) -> Flows:
    """The gains by cause; a credit of an account that is nobody's is a gain."""
    found = {one.name: Decimal(0) for one in fields(Flows)}
    for one in sums:
        name, sign = _cause(one)
        if name is not None:
            found[name] += sign * one.amount
    return Flows(**found)


def _cause(one: LedgerSum) -> tuple[str | None, int]:
    if one.kind in _OWN:
        return "moved", 1
    if one.kind is AccountKind.EQUITY:
        return _EQUITY.get(one.code or ""), -1
    if one.excluded:
        return "excluded", -1
    return ("income", -1) if one.kind is AccountKind.INCOME else ("expenses", 1)


@dataclass(frozen=True, slots=True)
class Change:
    """Change of a net worth, and the parts that add up to it."""

    total: Decimal
    net: Decimal
    excluded: Decimal
    contributions: Decimal
    valuations: Decimal
    reconciliations: Decimal
    opening: Decimal
    transfers: Decimal
    """Money from and to accounts other than those of the report."""
    fx_effect: Decimal
    """Effect of rates, with what rounding leaves."""


def change_of(flows: Flows, total: Decimal, currency: Currency, *, all_accounts: bool) -> Change:
    """The parts of a change of net worth; of all accounts nothing was transferred elsewhere."""

    def rounded(amount: Decimal) -> Decimal:
        return round_worth(amount, currency)

    named = {name: rounded(getattr(flows, name)) for name in ("excluded", *_EQUITY.values())}
    net = flows.result(currency).net
    transfers = rounded(Decimal(0) if all_accounts else flows.moved - flows.explained)
    rest = total - net - transfers - sum(named.values(), Decimal(0))
    return Change(total=total, net=net, transfers=transfers, fx_effect=rest, **named)


class Bucket(NamedTuple):
    """Money that came in on a day, or left on it."""

    day: date
    amount: Decimal


def age_of_money(inflows: Sequence[Bucket], spent_before: Decimal, outflows: Sequence[Bucket]) -> Decimal | None:
    """Average age in days of the money of these outflows, the oldest first, weighed by amounts; None without any.

    Each outflow takes the oldest money that is left, after what was spent before; what no inflow covers has no age.
    """
    ages: list[Decimal] = []
    queue = _left_of(inflows, spent_before)
    for outflow in outflows:
        wanted, aged = outflow.amount, Decimal(0)
        while wanted > 0 and queue:
            day, amount = queue.pop()
            taken = min(amount, wanted)
            aged += taken * max(0, (outflow.day - day).days)
            wanted -= taken
            if amount > taken:
                queue.append(Bucket(day, amount - taken))
        if outflow.amount > 0:
            ages.append(aged / outflow.amount)
    return (sum(ages, Decimal(0)) / len(ages)).quantize(_TENTH) if ages else None


def _left_of(inflows: Sequence[Bucket], spent: Decimal) -> list[Bucket]:
    """The inflows that are left when this was spent, the oldest last."""
    left: list[Bucket] = []
    for day, amount in sorted(inflows):
        taken = min(amount, max(spent, Decimal(0)))
        spent -= taken
        if amount > taken:
            left.append(Bucket(day, amount - taken))
    return left[::-1]


def is_fixed(flags: Iterable[str]) -> bool:
    """Whether the spending of a category with these flags is fixed: it is owed, and is no shopping."""
    words = set(flags)
    return bool(words & {one.value for one in _FIXED}) and CategoryFlag.GROCERIES.value not in words


def per_day(amount: Decimal, days: int) -> Decimal:
    """The average of a day, unrounded."""
    return amount / max(days, 1)


def lasting(worth: Decimal, spending: Decimal) -> Decimal | None:
    """Number of times that a spending can be paid; None without spending, 0 without money."""
    return None if spending <= 0 else max(worth / spending, Decimal(0)).quantize(_TENTH)


def median_spending(months: Sequence[Decimal]) -> Decimal:
    """The median of the months from the first on in which anything was spent; zero if there is none."""
    first = next((place for place, amount in enumerate(months) if amount), len(months))
    return Decimal(median(months[first:])) if months[first:] else Decimal(0)


@dataclass(frozen=True, slots=True)
class Span:
    """Days of a report, and those before them with which it compares."""

    days: DateRange
    before: DateRange | None

    @classmethod
    def of_days(cls, days: DateRange, calendar: MonthCalendar) -> Self:
        """A range of days, and that before it with which it compares."""
        return cls(days, calendar.before(days))

    @classmethod
    def of_period(cls, period: Period, calendar: MonthCalendar, today: date) -> Self:
        """The current period in the months of a book, and the one before."""
        length = _MONTHS_IN[period]
        this = calendar.month_of(today)
        first = this.plus(-((this.month - 1) % length))
        return cls(_months(calendar, first, length), _months(calendar, first.plus(-length), length))


def _months(calendar: MonthCalendar, first: Month, length: int) -> DateRange:
    return DateRange(calendar.days(first).start, calendar.days(first.plus(length - 1)).end)
