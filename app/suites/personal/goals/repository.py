"""Repositories of goals, their contributions and the milestones that were reached."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.in_book import InBookRepository
from app.infra.queries.repository import Filter, equal
from app.suites.personal.goals.models import (
    ContributedMonth,
    ContributionRecord,
    Goal,
    GoalContribution,
    GoalMilestone,
    GoalRecord,
    MilestoneRecord,
)

_goal, _contribution, _milestone = (one.__table__.c for one in (Goal, GoalContribution, GoalMilestone))


class GoalRepository(InBookRepository[Goal, GoalRecord]):
    """Goals of one book."""

    model = Goal
    record = GoalRecord

    def list_all(self) -> list[GoalRecord]:
        """All goals of the book, archived ones too, by priority."""
        return _all(**self.scope_values()).all(self.session, GoalRecord)

    def of_category(self, category_id: int) -> list[int]:
        """Ids of the goals that follow a category."""
        return [one.id for one in self.list_all() if one.category_id == category_id]


@dataclass(frozen=True, slots=True)
class ContributionFilter(Filter):
    """Criteria of contributions."""

    goal_id: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        return equal((_contribution.goal_id, self.goal_id))


class ContributionRepository(InBookRepository[GoalContribution, ContributionRecord]):
    """Contributions to the goals of one book."""

    model = GoalContribution
    record = ContributionRecord

    def months(self, goal_ids: Collection[int]) -> list[ContributedMonth]:
        """Sums of the contributions to these goals by month."""
        return _months(ids=list(goal_ids), **self.scope_values()).all(self.session, ContributedMonth)

    def claim(self, goal_id: int, day: date, amount: Decimal) -> int | None:
        """Insert the automatic contribution of a day and return its id; None if it is there."""
        self.access.require_writer()
        values: Mapping[str, object] = {
            "book_id": self.access.book_id,
            "goal_id": goal_id,
            "amount": amount,
            "contribution_date": day,
            "automatic_day": day,
        }
        new = insert(GoalContribution).values(values)
        new = new.on_conflict_do_nothing(constraint="uq_goal_contributions_automatic_day")
        return self.session.scalar(new.returning(GoalContribution.id))

    def set_transaction(self, contribution_id: int, transaction_id: int | None) -> None:
        """Record the transfer by which a contribution was moved."""
        self.access.require_writer()
        own = (_contribution.book_id == self.access.book_id, _contribution.id == contribution_id)
        moved = update(GoalContribution).where(*own).values(transaction_id=transaction_id)
        self.session.execute(moved, execution_options={"synchronize_session": False})


class MilestoneRepository(InBookRepository[GoalMilestone, MilestoneRecord]):
    """Reached milestones of the goals of one book."""

    model = GoalMilestone
    record = MilestoneRecord

    def of(self, goal_ids: Collection[int]) -> dict[int, list[MilestoneRecord]]:
        """Reached milestones by goal, the lowest first."""
        found: dict[int, list[MilestoneRecord]] = {}
        for one in _reached(ids=list(goal_ids), **self.scope_values()).all(self.session, MilestoneRecord):
            found.setdefault(one.goal_id, []).append(one)
        return found

    def reach(self, goal_id: int, milestones: Collection[int], now: datetime) -> list[int]:
        """Record milestones as reached; returns those that were not before."""
        if not milestones:
            return []
        rows = [
            {"book_id": self.access.book_id, "goal_id": goal_id, "milestone": one, "reached_at": now}
            for one in sorted(milestones)
        ]
        new = insert(GoalMilestone).values(rows).on_conflict_do_nothing(constraint="uq_goal_milestones_milestone")
        return sorted(self.session.scalars(new.returning(GoalMilestone.milestone)))


@cached_query
def _all() -> Select[Any]:
    own = GoalRepository.base_query().where(GoalRepository.scope_condition())
    return own.order_by(_goal.priority, _goal.id)


@cached_query
def _months() -> Select[Any]:
    month = func.date_trunc("month", _contribution.contribution_date)
    wanted = (ContributionRepository.scope_condition(), _contribution.goal_id == func.any(parameter("ids", list)))
    statement = select(_contribution.goal_id, func.date(month), func.sum(_contribution.amount)).where(*wanted)
    return statement.group_by(_contribution.goal_id, month)


@cached_query
def _reached() -> Select[Any]:
    wanted = (MilestoneRepository.scope_condition(), _milestone.goal_id == func.any(parameter("ids", list)))
    return MilestoneRepository.base_query().where(*wanted).order_by(_milestone.goal_id, _milestone.milestone)
