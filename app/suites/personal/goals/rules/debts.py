"""Plans that pay debts off: month by month, with interest, minimum payments, and an order for all that is left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from app.kernel.currencies import Currency
from app.kernel.errors import Invalid
from app.kernel.money import MAX_AMOUNT, round_money
from app.kernel.periods import Month

ZERO = Decimal(0)
MOST_MONTHS = 1200
"""A plan that takes longer than a hundred years is one that never ends."""
_PERCENT_OF_A_MONTH = Decimal(1200)
_HUNDRED = Decimal(100)


class Strategy(StrEnum):
    """Order in which debts get all that is left: the highest rate first, the smallest balance first, or one's own."""

    AVALANCHE = "avalanche"
    SNOWBALL = "snowball"
    CUSTOM = "custom"


class Minimum(NamedTuple):
    """Least payment of a month: an amount, or a percentage of the balance that does not fall below a floor."""

    amount: Decimal | None = None
    percent: Decimal = ZERO
    floor: Decimal = ZERO

    def of(self, balance: Decimal, currency: Currency) -> Decimal:
        """The payment at a balance; it may be more than that."""
        if self.amount is not None:
            return self.amount
        return max(self.floor, round_money(balance * self.percent / _HUNDRED, currency))


class Debt(NamedTuple):
    """A debt at the start of a plan; `owed` is above zero."""

    id: int
    owed: Decimal
    apr: Decimal
    """Percent a year."""
    minimum: Minimum = Minimum(ZERO)


class Installment(NamedTuple):
    """A debt in a month: the balance before it, interest, payment, and the balance after it."""

    debt_id: int
    opening: Decimal
    interest: Decimal
    payment: Decimal
    balance: Decimal


class PlannedMonth(NamedTuple):
    """A month of a plan, with the debts that are not paid off before it."""

    month: Month
    installments: list[Installment]

    @property
    def payment(self) -> Decimal:
        """The sum of the payments."""
        return sum((one.payment for one in self.installments), ZERO)

    @property
    def interest(self) -> Decimal:
        """The sum of the interest."""
        return sum((one.interest for one in self.installments), ZERO)


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan; one that never ends has no schedule, number of months or interest."""

    order: list[int]
    schedule: list[PlannedMonth]
    never_paid_off: bool = False

    @property
    def months(self) -> int | None:
        """Number of months until the last debt is paid off."""
        return None if self.never_paid_off else len(self.schedule)

    @property
    def interest(self) -> Decimal | None:
        """All interest."""
        return None if self.never_paid_off else sum((one.interest for one in self.schedule), ZERO)

    @property
    def paid(self) -> Decimal | None:
        """All payments."""
        return None if self.never_paid_off else sum((one.payment for one in self.schedule), ZERO)

    @property
    def paid_off(self) -> dict[int, Month]:
        """Month in which each debt is paid off."""
        return {one.debt_id: step.month for step in self.schedule for one in step.installments if not one.balance}


def order_of(debts: Sequence[Debt], strategy: Strategy, custom: Sequence[int] = ()) -> list[int]:
    """Ids of the debts in the order of a strategy, fixed at the start; equal ones by id."""
    ids = sorted(one.id for one in debts)
    if strategy is Strategy.CUSTOM:
        if sorted(custom) != ids:
            raise Invalid.field("order", "Must name each debt once.")
        return list(custom)
    if strategy is Strategy.AVALANCHE:
        return [one.id for one in sorted(debts, key=lambda one: (-one.apr, one.id))]
    return [one.id for one in sorted(debts, key=lambda one: (one.owed, one.id))]


def make_plan(debts: Sequence[Debt], order: Sequence[int], extra: Decimal, first: Month, currency: Currency) -> Plan:
    """Pay the minimum of each debt every month, and all else to the first of the order.

    All else is the extra, the minimum payments of debts that were paid off, and what a last payment leaves of one.
    """
    open_ = {one.id: one for one in sorted(debts, key=lambda one: order.index(one.id)) if one.owed > 0}
    owed = {id_: one.owed for id_, one in open_.items()}
    schedule: list[PlannedMonth] = []
    pot = extra
    while open_:
        if len(schedule) == MOST_MONTHS or sum(owed.values(), ZERO) > MAX_AMOUNT:
            return Plan(list(order), [], never_paid_off=True)
        installments, rolled = _pay(open_, owed, pot, currency)
        schedule.append(PlannedMonth(first.plus(len(schedule)), installments))
        pot += rolled
        owed = {one.debt_id: one.balance for one in installments if one.balance}
        open_ = {id_: one for id_, one in open_.items() if id_ in owed}
    return Plan(list(order), schedule)


def _pay(
    debts: Mapping[int, Debt], owed: Mapping[int, Decimal], pot: Decimal, currency: Currency
) -> tuple[list[Installment], Decimal]:
    """The payments of a month, and the minimum payments that are free from the next month on."""
    interest = {id_: round_money(owed[id_] * one.apr / _PERCENT_OF_A_MONTH, currency) for id_, one in debts.items()}
    due = {id_: owed[id_] + interest[id_] for id_ in debts}
    minimum = {id_: one.minimum.of(due[id_], currency) for id_, one in debts.items()}
    paid = {id_: min(due[id_], minimum[id_]) for id_ in debts}
    pot += sum(minimum.values(), ZERO) - sum(paid.values(), ZERO)
    for id_ in debts:
        more = min(pot, due[id_] - paid[id_])
        paid[id_] += more
        pot -= more
    rolled = sum((minimum[id_] for id_ in debts if paid[id_] == due[id_]), ZERO)
    return [Installment(id_, owed[id_], interest[id_], paid[id_], due[id_] - paid[id_]) for id_ in debts], rolled


def compare(debts: Sequence[Debt], extra: Decimal, first: Month, currency: Currency) -> dict[Strategy, Plan]:
    """The plans of both strategies."""
    return {
        one: make_plan(debts, order_of(debts, one), extra, first, currency)
        for one in (Strategy.AVALANCHE, Strategy.SNOWBALL)
    }
