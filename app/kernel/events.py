"""Events that a lower domain publishes for higher ones, in the same transaction: values, no behaviour."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """Base class of events."""


@dataclass(frozen=True, slots=True)
class ScheduleChanged(Event):
    """The plan, dates or status of a project changed. `new_calendar`: its charges are due on other days than before."""

    project_id: int
    new_calendar: bool


@dataclass(frozen=True, slots=True)
class ClientLeaving(Event):
    """A client is about to be deleted."""

    client_id: int


@dataclass(frozen=True, slots=True)
class ProjectLeaving(Event):
    """A project is about to be deleted; a handler deletes its own rows of the project, or raises."""

    project_id: int
