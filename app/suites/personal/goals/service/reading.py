"""Lists of goals with their progress, and of their contributions."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, NamedTuple, Unpack

from app.infra.books import BookAccess
from app.infra.queries.records import Item
from app.kernel.money import Currency, in_digits
from app.kernel.paging import Page, PageRequest, Sort
from app.kernel.rows import plain_name
from app.suites.personal.books.service import BookCipher, InBookService
from app.suites.personal.goals.models import ContributionRecord, Goal, GoalRecord, MilestoneRecord
from app.suites.personal.goals.repository import (
    ContributionFilter,
    ContributionRepository,
    GoalRepository,
    MilestoneRepository,
)
from app.suites.personal.goals.rules import progress
from app.suites.personal.goals.service.tracking import GoalTracker, Tracked
from app.suites.personal.goals.service.values import AutomaticShown, GoalFilters

NEWEST = (Sort("contribution_date", descending=True), Sort("id", descending=True))
GoalItem = Item[GoalRecord]
_WHOLE = 100


class GoalProgress(NamedTuple):
    """A goal with what was reached of it, and by when the rest will be."""

    record: GoalRecord
    goal: progress.Goal
    required_monthly: Decimal | None
    projected_date: date | None
    on_track: bool | None
    reached_at: datetime | None = None
    """Time of the milestone of 100 %; None before it, and where the goal has none."""


class GoalReader(InBookService):
    """Reads the goals of a book."""

    model: ClassVar = Goal

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.goals = GoalRepository(access)
        self.contributions = ContributionRepository(access)
        self.milestones = MilestoneRepository(access)
        self.tracker = GoalTracker(access)
        self.cipher = BookCipher(access)

    def page(self, request: PageRequest, **filters: Unpack[GoalFilters]) -> Page[GoalItem]:
        """One page of goals with their progress, by priority."""
        everything = self.goals.list_all()
        found = [one for one in everything if _matches(one, filters)]
        for key in reversed(request.sort):
            found.sort(key=lambda one: _sort_key(one, key.field), reverse=key.descending)
        shown = self._shown(found[request.span], self.tracker.tracked(everything))
        return Page(shown, len(found), request)

    def get(self, goal_id: int, new: Sequence[int] = ()) -> GoalItem:
        """One goal with its progress; `new` are the milestones that this request reached."""
        one = self.goals.get(goal_id)
        [item] = self._shown([one], self.tracker.tracked(self.goals.list_all()))
        return Item(item.record, {**item.extra, "milestones_reached": list(new)})

    def progress(self) -> list[GoalProgress]:
        """Progress of the goals that are not archived; those of which a rate is missing are left out."""
        everything = self.goals.list_all()
        own = [one for one in everything if not one.is_archived]
        tracked, reached = self.tracker.tracked(everything), self.milestones.of([one.id for one in own])
        return [
            self._progress(one, tracked[one.id], current)._replace(reached_at=_whole(reached.get(one.id, [])))
            for one in own
            if (current := tracked[one.id].current) is not None
        ]

    def contributions_of(self, goal_id: int, request: PageRequest) -> Page[ContributionRecord]:
        """One page of the contributions to a goal, the newest first."""
        one = self.goals.get(goal_id)
        asked = PageRequest(request.page, request.per_page, request.sort or NEWEST)
        found = self.contributions.page(ContributionFilter(goal_id), asked)
        shown = [self._contribution(part, one.currency) for part in found.items]
        return Page(shown, found.total, request)

    def _contribution(self, part: ContributionRecord, currency: Currency) -> ContributionRecord:
        notes = self.cipher.decrypt_optional("goal_contributions", "notes", part.id, part.notes)
        return part._replace(amount=in_digits(part.amount, currency), notes=notes)

    def _shown(self, records: Sequence[GoalRecord], tracked: Mapping[int, Tracked]) -> list[GoalItem]:
        reached = self.milestones.of([one.id for one in records])
        return [self._item(one, tracked[one.id], reached.get(one.id, [])) for one in records]

    def _item(self, one: GoalRecord, tracked: Tracked, reached: Sequence[MilestoneRecord]) -> GoalItem:
        shown = one._replace(
            description=self.cipher.decrypt_optional("goals", "description", one.id, one.description),
            target_amount=in_digits(one.target_amount, one.currency),
            start_amount=in_digits(one.start_amount, one.currency),
        )
        extra: dict[str, object] = {
            "auto_contribution": _automatic(one),
            "reached": list(reached),
            "milestones_reached": [],
            "fx": tracked.is_converted,
            **dict.fromkeys(_FIGURES),
        }
        if tracked.current is not None:
            extra |= self._figures(one, tracked, tracked.current)
        return Item(shown, extra)

    def _figures(self, one: GoalRecord, tracked: Tracked, current: Decimal) -> dict[str, object]:
        found = self._progress(one, tracked, current)
        goal = found.goal
        return {
            "current_amount": in_digits(current, one.currency),
            "remaining": in_digits(goal.remaining, one.currency),
            "progress": goal.progress,
            "ratio": goal.ratio,
            "required_monthly": found.required_monthly,
            "projected_date": found.projected_date,
            "on_track": found.on_track,
            "overdue": goal.overdue(self.access.today),
            "dropped_below": goal.dropped_below,
        }

    def _progress(self, one: GoalRecord, tracked: Tracked, current: Decimal) -> GoalProgress:
        today, goal = self.access.today, goal_of(one, current)
        projected = progress.projected_date(goal, tracked.months, today)
        required = progress.required_monthly(goal, tracked.months, today, one.currency)
        return GoalProgress(one, goal, required, projected, progress.is_on_track(goal, projected, today))


_FIGURES = (
    "current_amount",
    "remaining",
    "progress",
    "ratio",
    "required_monthly",
    "projected_date",
    "on_track",
    "overdue",
    "dropped_below",
)
"""Figures that are null where a rate is missing."""


def goal_of(one: GoalRecord | Goal, current: Decimal) -> progress.Goal:
    """A goal with what was reached of it."""
    return progress.Goal(one.target_amount, current, one.start_date, one.target_date, one.is_achieved)


def _whole(reached: Sequence[MilestoneRecord]) -> datetime | None:
    return next((one.reached_at for one in reached if one.milestone == _WHOLE), None)


def _automatic(one: GoalRecord) -> AutomaticShown | None:
    if one.auto_frequency is None:
        return None
    amounts = (
        None if amount is None else in_digits(amount, one.currency) for amount in (one.auto_amount, one.auto_round_up)
    )
    amount, round_up = amounts
    return AutomaticShown(amount, one.auto_percent, round_up, one.auto_frequency, one.auto_account_id, one.auto_next)


def _matches(one: GoalRecord, filters: GoalFilters) -> bool:
    if one.is_archived and not filters.get("include_archived"):
        return False
    wanted = {"goal_type": one.goal_type, "is_achieved": one.is_achieved}
    return all(filters.get(name) in {None, value} for name, value in wanted.items())


def _sort_key(one: GoalRecord, name: str) -> tuple[bool, object]:
    """Values of a field in order, those that are missing last."""
    value = getattr(one, name)
    return (value is None, plain_name(value) if isinstance(value, str) else value or 0)
