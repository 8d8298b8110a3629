"""Built-in templates: parts of the income for groups of categories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from app.kernel.currencies import Currency
from app.suites.personal.budgets.rules.applying import shares
from app.suites.personal.categories.rules import CategoryFlag

FIFTY, STARTER, HISTORY = "50-30-20", "zero-based-starter", "from-history"
BUILT_IN = {FIFTY: "50-30-20", STARTER: "zero-based starter", HISTORY: "from-history"}
"""Names of the built-in templates by id."""
MONTHS_BACK = 3
"""Complete months whose averages are taken."""
_SAVINGS = "Savings"
"""Name of the default category that counts as savings if none has the flag."""
ZERO = Decimal(0)


class Leaf(NamedTuple):
    """A category of expenses without others below it."""

    id: int
    name: str
    flags: frozenset[str]
    is_default: bool


@dataclass(frozen=True, slots=True)
class Part:
    """An amount for some categories; their own amounts, if they are known."""

    name: str
    amount: Decimal
    categories: Mapping[int, Decimal | None]

    def split(self, history: Mapping[int, Decimal], currency: Currency) -> dict[int, Decimal]:
        """The amount by category: as it is known, or else by spending of the months before, or equally."""
        known = {one: amount for one, amount in self.categories.items() if amount is not None}
        if len(known) == len(self.categories):
            return known
        weights = {one: max(ZERO, history.get(one, ZERO)) for one in self.categories}
        if not any(weights.values()):
            weights = dict.fromkeys(self.categories, Decimal(1))
        return shares(self.amount, weights, {}, currency)


def by_groups(
    leaves: Sequence[Leaf], income: Decimal, _history: Mapping[int, Decimal], currency: Currency
) -> list[Part]:
    """Half of the income for needs, three tenths for wants, the rest for savings, each if it has categories."""
    groups: dict[str, list[int]] = {"Needs": [], "Wants": [], "Savings": []}
    for one in leaves:
        groups[_group(one, leaves)].append(one.id)
    percents = {"Needs": Decimal(50), "Wants": Decimal(30), "Savings": Decimal(20)}
    parts = shares(income, dict(enumerate(percents.values())), {}, currency)
    return [
        Part(name, parts[place], dict.fromkeys(groups[name]))
        for place, name in enumerate(groups)
        if groups[name] and parts[place]
    ]


def by_weights(
    leaves: Sequence[Leaf], income: Decimal, _history: Mapping[int, Decimal], currency: Currency
) -> list[Part]:
    """All of the income: to each need three shares, to savings two, to all others one."""
    weight = {"Needs": Decimal(3), "Savings": Decimal(2), "Wants": Decimal(1)}
    parts = shares(income, {one.id: weight[_group(one, leaves)] for one in leaves}, {}, currency)
    return [Part(one.name, parts[one.id], {one.id: parts[one.id]}) for one in leaves if parts.get(one.id)]


def _group(one: Leaf, leaves: Sequence[Leaf]) -> str:
    flagged = any(CategoryFlag.SAVINGS in other.flags for other in leaves)
    if CategoryFlag.SAVINGS in one.flags or (not flagged and one.is_default and one.name == _SAVINGS):
        return "Savings"
    return "Needs" if CategoryFlag.ESSENTIAL in one.flags else "Wants"
