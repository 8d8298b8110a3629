"""Goals: progress, the contributions that they need, and the day on which they will be reached."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from math import ceil
from statistics import median
from typing import NamedTuple

from app.kernel.currencies import Currency
from app.kernel.errors import Conflict
from app.kernel.money import round_money
from app.kernel.periods import LAST_DAY, Month, last_complete_months

ZERO, ONE = Decimal(0), Decimal(1)
MILESTONES = (25, 50, 75, 100)
"""Percentages of the target."""
PROJECTED_FROM = 6
"""Complete months whose contributions a projection goes by."""
_SHARE = Decimal("0.0001")
_HUNDRED = Decimal(100)


class GoalType(StrEnum):
    """Type of a goal."""

    SAVINGS = "savings"
    DEBT = "debt"
    INVESTMENT = "investment"


class Tracking(StrEnum):
    """Source of a goal's current amount."""

    CONTRIBUTIONS = "contributions"
    ACCOUNT = "account"
    CATEGORY = "category"
    DEBT = "debt"


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal and what was reached of it."""

    target: Decimal
    current: Decimal
    started: date
    target_date: date | None = None
    achieved: bool = False
    """Whether it was ever reached."""

    @property
    def remaining(self) -> Decimal:
        """Amount that is lacking."""
        return max(ZERO, self.target - self.current)

    @property
    def reached(self) -> bool:
        """Whether the target is reached now."""
        return self.current >= self.target

    @property
    def dropped_below(self) -> bool:
        """Whether it was reached and is not any more."""
        return self.achieved and not self.reached

    @property
    def ratio(self) -> Decimal:
        """Current amount by target; it may be below 0 and above 1, and is 1 only if the target is reached."""
        share = (self.current / self.target).quantize(_SHARE, rounding=ROUND_DOWN)
        return share if share else abs(share)

    @property
    def progress(self) -> Decimal:
        """The ratio within 0 and 1."""
        return min(ONE, max(ZERO, self.ratio))

    def overdue(self, today: date) -> bool:
        """Whether the day of the target is past, and the target not reached."""
        return self.target_date is not None and self.target_date < today and not self.reached

    def new_milestones(self, reached: Collection[int], milestones: Iterable[int] = MILESTONES) -> list[int]:
        """Milestones that are reached and were not before; each is reached once, whatever is withdrawn later."""
        return [
            one for one in sorted(milestones) if one not in reached and self.current * _HUNDRED >= self.target * one
        ]


@dataclass(frozen=True, slots=True)
class Contributions:
    """Contributions by month; those of a month that is not there are zero."""

    by_month: Mapping[Month, Decimal]

    def came_in(self, today: date) -> bool:
        """Whether there is one of the current month."""
        return self.by_month.get(Month.of(today), ZERO) > 0

    def usual(self, today: date) -> Decimal:
        """Median of the last complete months."""
        return median(self.by_month.get(month, ZERO) for month in last_complete_months(PROJECTED_FROM, today))


def required_monthly(goal: Goal, contributions: Contributions, today: date, currency: Currency) -> Decimal | None:
    """Amount to contribute each month until that of the target; None without a date, or if it is past.

    The current month counts if no contribution came in it yet. In the last month all is needed at once.
    """
    if goal.target_date is None or goal.target_date < today:
        return None
    months = Month.of(goal.target_date) - Month.of(today) + (not contributions.came_in(today))
    return round_money(goal.remaining / max(1, months), currency)


def projected_date(goal: Goal, contributions: Contributions, today: date) -> date | None:
    """Last day of the month in which the goal is reached at the usual pace; None if it is reached, or never will be."""
    usual = contributions.usual(today)
    if goal.reached or usual <= 0:
        return None
    months = ceil(goal.remaining / usual)
    this = Month.of(today)
    ahead = months if contributions.came_in(today) else months - 1
    return this.plus(ahead).last_day if ahead <= Month.of(LAST_DAY) - this else None


def is_on_track(goal: Goal, projected: date | None, today: date) -> bool | None:
    """Whether the goal is reached in time at its usual pace, or is ahead of equal parts; None without a date."""
    if goal.reached:
        return True
    if goal.target_date is None:
        return None
    if goal.target_date < today:
        return False
    due, first = Month.of(goal.target_date), Month.of(goal.started)
    if projected is not None and Month.of(projected) <= due:
        return True
    passed = max(0, Month.of(today) - first)
    return goal.current * (due - first + 1) >= goal.target * passed


class Claim(NamedTuple):
    """A goal that an account is for; what was in the account at its start is not its own."""

    goal_id: int
    priority: int
    target: Decimal
    start_amount: Decimal = ZERO


def shares_of_account(balance: Decimal, claims: Sequence[Claim]) -> dict[int, Decimal]:
    """The current amounts of the goals on one account; a goal alone gets all, which may be below zero.

    Of several the one of the smallest priority comes first, then the smaller id; each gets up to its target.
    """
    if len(claims) == 1:
        return {claims[0].goal_id: balance - claims[0].start_amount}
    found: dict[int, Decimal] = {}
    given = ZERO
    for claim in sorted(claims, key=lambda one: (one.priority, one.goal_id)):
        share = min(claim.target, max(ZERO, balance - claim.start_amount - given))
        found[claim.goal_id] = share
        given += share
    return found


def paid_off(start_balance: Decimal, balance: Decimal) -> Decimal:
    """Amount of a debt that was paid; balances of debts are below zero."""
    return balance - start_balance


def require_not_below_zero(current: Decimal, contribution: Decimal) -> None:
    """Raise Conflict if more is withdrawn than was contributed."""
    if contribution < 0 and current + contribution < 0:
        raise Conflict(f"Only {max(ZERO, current)} can be withdrawn.", code="below_zero")


def rounding_up(amounts: Iterable[Decimal], unit: Decimal = ONE) -> Decimal:
    """Sum of the amounts that are lacking to the next whole unit of each."""
    return sum(((unit - amount % unit) % unit for amount in amounts), ZERO)
