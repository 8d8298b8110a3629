"""Assigning money: targets by their priorities, the rest by weights, and what is left at the end of a month."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from app.kernel.currencies import Currency
from app.kernel.money import round_money, rounded_parts
from app.suites.personal.budgets.rules.targets import (
    By,
    Category,
    Money,
    Remainder,
    Rule,
    TargetError,
    next_month_of,
    saving,
    wanted,
)

ZERO = Decimal(0)
UNLIMITED_PRIORITY = 0
"""Targets of this priority may assign more than there is."""
DEFAULT_PRIORITY = 1


class Mode(StrEnum):
    """Treatment of what is assigned already: it is raised and never lowered, or replaced."""

    FILL = "fill"
    OVERWRITE = "overwrite"


class Target(NamedTuple):
    """A target of a category."""

    id: int
    category: int
    rule: Rule
    priority: int = DEFAULT_PRIORITY


class FailedTarget(NamedTuple):
    """A target that can't be met, with a code that says why; the others are applied."""

    target_id: int
    code: str


@dataclass(slots=True)
class Applied:
    """Assignments by category after the targets, and the goals: all that the targets of a category want."""

    assigned: dict[int, Decimal]
    goals: dict[int, Decimal] = field(default_factory=dict)
    errors: list[FailedTarget] = field(default_factory=list)
    left: Decimal = ZERO
    """Money that can still be assigned; below zero if more was assigned than there is."""


def apply_targets(
    targets: Iterable[Target], categories: Mapping[int, Category], money: Money, mode: Mode = Mode.FILL
) -> Applied:
    """Apply the targets by priority, and within one in the order of the categories, then share the remainder.

    `categories` come in the order of their tree; a target of another category is left out.
    """
    order = {id_: place for place, id_ in enumerate(categories)}
    known = sorted((one for one in targets if one.category in order), key=lambda one: (order[one.category], one.id))
    return _Applying(known, categories, money, mode).result()


class _Applying:
    def __init__(self, targets: Sequence[Target], categories: Mapping[int, Category], money: Money, mode: Mode) -> None:
        self.targets, self.categories, self.money, self.mode = targets, categories, money, mode
        self.errors: list[FailedTarget] = []
        self.goals: dict[int, Decimal] = {}
        self.given: defaultdict[int, Decimal] = defaultdict(Decimal)
        """Part of the assignment that serves targets; of the goal, as far as there was money."""
        self.left = money.available
        self.assigned = {one.category: categories[one.category].assigned for one in targets}
        if mode is Mode.OVERWRITE:
            self.left += sum(self.assigned.values(), ZERO)
            self.assigned = dict.fromkeys(self.assigned, ZERO)

    def result(self) -> Applied:
        saved = self._saving()
        for priority in sorted({one.priority for one in self.targets}):
            available = self.left
            for category, rules in self._rules_at(priority).items():
                wish = self._wish(category, rules, available, saved)
                self.goals[category] = self.goals.get(category, ZERO) + wish
                self._give(category, wish, limited=priority != UNLIMITED_PRIORITY)
        self._share_remainder()
        return Applied(self.assigned, self.goals, self.errors, self.left)

    def _rules_at(self, priority: int) -> dict[int, list[Target]]:
        found: defaultdict[int, list[Target]] = defaultdict(list)
        for one in self.targets:
            if one.priority == priority and not isinstance(one.rule, Remainder):
                found[one.category].append(one)
        return found

    def _wish(
        self, category: int, targets: Iterable[Target], available: Decimal, saved: Mapping[int, Decimal]
    ) -> Decimal:
        """The sum of the category's targets of a priority, rounded once."""
        wish = ZERO
        for one in targets:
            before = self.given[category] + wish
            try:
                amount = wanted(one.rule, self.categories[category], self.money, available, before)
                wish += saved.get(one.id, ZERO) + amount
            except TargetError as error:
                self.errors.append(FailedTarget(one.id, error.code))
        return round_money(wish, self.money.currency)

    def _saving(self) -> dict[int, Decimal]:
        """Parts of targets that are saved until a month, of each category together."""
        by_category: defaultdict[int, dict[int, By]] = defaultdict(dict)
        for one in self.targets:
            if isinstance(one.rule, By):
                try:
                    next_month_of(one.rule.by, one.rule.repeat, self.money.month)
                except TargetError as error:
                    self.errors.append(FailedTarget(one.id, error.code))
                else:
                    by_category[one.category][one.id] = one.rule
        parts: dict[int, Decimal] = {}
        for category, rules in by_category.items():
            parts |= saving(rules, self.categories[category].balance, self.money.month)
        return parts

    def _give(self, category: int, wish: Decimal, *, limited: bool) -> None:
        """Raise a category's assignment to all that its targets want so far; only `OVERWRITE` may lower it."""
        if self.mode is Mode.FILL:
            wish = max(ZERO, wish)
        goal = self.given[category] + wish
        extra = goal - self.assigned[category]
        if self.mode is Mode.FILL:
            extra = max(ZERO, extra)
        if limited and extra > 0:
            extra = min(extra, max(ZERO, self.left))
        self.assigned[category] += extra
        self.left -= extra
        self.given[category] = max(min(goal, self.assigned[category]), min(goal, self.given[category]))

    def _share_remainder(self) -> None:
        rules = {one.id: (one.category, one.rule) for one in self.targets if isinstance(one.rule, Remainder)}
        limits = {id_: self._limit(*one) for id_, one in rules.items()}
        parts = shares(self.left, {id_: rule.weight for id_, (_, rule) in rules.items()}, limits, self.money.currency)
        for id_, part in parts.items():
            self.assigned[rules[id_][0]] += part
            self.left -= part

    def _limit(self, category: int, rule: Remainder) -> Decimal | None:
        if rule.cap is None:
            return None
        held = self.categories[category].balance + self.assigned[category]
        return max(ZERO, rule.cap.of(self.money.days) - held)


def shares(
    total: Decimal, weights: Mapping[int, Decimal], limits: Mapping[int, Decimal | None], currency: Currency
) -> dict[int, Decimal]:
    """Split the total by weights; the others share the rest of a share that would exceed a limit.

    Odd units go to those that lost most by rounding, of equal ones to the last.
    """
    found: dict[int, Decimal] = {}
    open_, left = {id_: weight for id_, weight in weights.items() if weight > 0}, max(ZERO, total)
    while open_ and left:
        whole = sum(open_.values(), ZERO)
        full = {
            id_: room
            for id_, weight in open_.items()
            if (room := limits.get(id_)) is not None and room * whole <= left * weight
        }
        if not full:
            last_first = list(reversed(open_))
            exact = [left * open_[id_] / whole for id_ in last_first]
            found |= dict(zip(last_first, rounded_parts(exact, currency, left), strict=True))
            break
        found |= full
        left -= sum(full.values(), ZERO)
        open_ = {id_: weight for id_, weight in open_.items() if id_ not in full}
    return found


@dataclass(frozen=True, slots=True)
class Closing:
    """Amounts to add to the assignments at the end of a month, and what is left to assign."""

    changes: dict[int, Decimal]
    left: Decimal


def close(
    available: Mapping[int, Decimal],
    to_assign: Decimal,
    *,
    sources: Set[int],
    sinks: Mapping[int, Decimal],
    currency: Currency,
) -> Closing:
    """End of a month: sources give back what they have, overspent categories are filled, sinks share the rest.

    `available` comes in the order of the categories' tree; an overspent source gives nothing.
    """
    changes: dict[int, Decimal] = {}
    left = to_assign
    for category, amount in available.items():
        if category in sources and amount > 0:
            changes[category] = -amount
            left += amount
    for category, amount in available.items():
        if amount < 0 < left:
            changes[category] = min(-amount, left)
            left -= changes[category]
    for category, part in shares(left, sinks, {}, currency).items():
        changes[category] = changes.get(category, ZERO) + part
        left -= part
    return Closing({category: change for category, change in changes.items() if change}, left)
