"""Values of goals and contributions, as requests give them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypedDict

from app.kernel.money import Currency
from app.suites.personal.goals.models import Goal, GoalRecord
from app.suites.personal.goals.rules.automatic import Automatic
from app.suites.personal.goals.rules.progress import GoalType, Tracking
from app.suites.personal.recurring.rules import Frequency


class AutomaticValues(TypedDict, total=False):
    """The values of an automatic contribution, of which it has a frequency and one way of the amount."""

    amount: Decimal | None
    percent: Decimal | None
    round_up: Decimal | None
    frequency: Frequency
    from_account_id: int | None


class GoalChanges(TypedDict, total=False):
    """The values of a goal that may change."""

    name: str
    description: str | None
    target_amount: Decimal
    currency: Currency
    target_date: date | None
    goal_type: GoalType
    priority: int
    tracking: Tracking
    account_id: int | None
    category_id: int | None
    start_amount: Decimal
    start_date: date
    milestones: list[int]
    is_archived: bool
    auto_contribution: AutomaticValues | None


class NewGoal(GoalChanges):
    """The values of a new goal, of which it has at least name and target."""


class GoalFilters(TypedDict, total=False):
    """The criteria of a list of goals."""

    goal_type: GoalType
    is_achieved: bool
    include_archived: bool


class NewContribution(TypedDict, total=False):
    """The values of a contribution, of which it has at least the amount."""

    amount: Decimal
    date: date
    notes: str | None
    from_account_id: int | None


class AutomaticShown(NamedTuple):
    """An automatic contribution, as it is shown."""

    amount: Decimal | None
    percent: Decimal | None
    round_up: Decimal | None
    frequency: Frequency
    from_account_id: int | None
    next_date: date | None


def automatic_of(one: Goal | GoalRecord) -> Automatic | None:
    """The way in which a goal puts money aside by itself, or None."""
    if one.auto_start is None or one.auto_frequency is None:
        return None
    return Automatic(one.auto_start, one.auto_frequency, one.auto_amount, one.auto_percent, one.auto_round_up)


def automatic_columns(values: AutomaticValues | None, today: date) -> Mapping[str, object]:
    """The columns of an automatic contribution that begins today, or of none."""
    given = values or {}
    frequency = given.get("frequency")
    return {
        "auto_amount": given.get("amount"),
        "auto_percent": given.get("percent"),
        "auto_round_up": given.get("round_up"),
        "auto_frequency": frequency,
        "auto_account_id": given.get("from_account_id"),
        "auto_start": None if frequency is None else today,
        "auto_next": None if frequency is None else today,
    }
