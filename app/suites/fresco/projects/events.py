"""Events that projects publish."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ScheduleChanged(Event):
    """The plan, dates or status of a project changed. `new_calendar`: its charges are due on other days than before."""

    project_id: int
    new_calendar: bool


@dataclass(frozen=True, slots=True)
class ProjectLeaving(Event):
    """A project is about to be deleted; a handler deletes its own rows of the project, or raises."""

    project_id: int
