"""What a lower domain tells the higher ones, in the same transaction: values, no behaviour."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""


@dataclass(frozen=True, slots=True)
class ScheduleChanged(Event):
    """A project's plan, dates or status changed. `new_calendar`: its charges fall on other days than before."""

    project_id: int
    new_calendar: bool


@dataclass(frozen=True, slots=True)
class ClientLeaving(Event):
    """A client is about to be deleted."""

    client_id: int


@dataclass(frozen=True, slots=True)
class ProjectLeaving(Event):
    """A project is about to be deleted; whoever holds something of it lets go, or refuses."""

    project_id: int
