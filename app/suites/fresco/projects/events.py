"""Events that projects publish."""

from dataclasses import dataclass, field

from app.kernel.events import Event
from app.suites.fresco.projects.rules import PlanBasis, ScheduledPayment, Terms


@dataclass(slots=True)
class ScheduleEffect:
    """Effect of a change on the payments of a project; the handlers of the event write it."""

    basis: PlanBasis = field(default_factory=PlanBasis)
    removed: list[ScheduledPayment] = field(default_factory=list)
    created: list[ScheduledPayment] = field(default_factory=list)
    kept: int = 0


@dataclass(frozen=True, slots=True)
class ScheduleChanged(Event):
    """The plan, dates or status of a project changed from the terms `before`."""

    project_id: int
    before: Terms
    effect: ScheduleEffect


@dataclass(frozen=True, slots=True)
class ScheduleKept(Event):
    """A change of a project that leaves its payments alone is previewed; a handler counts them."""

    project_id: int
    effect: ScheduleEffect


@dataclass(frozen=True, slots=True)
class ProjectLeaving(Event):
    """A project is about to be deleted; a handler deletes its own rows of the project, or raises."""

    project_id: int
