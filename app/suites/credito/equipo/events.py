"""Events of the people who lend and collect, their groups, and their days."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class CobradorSaliendo(Event):
    """Another person collects from a group from today on; a handler may refuse it."""

    grupo_id: int
    cobrador_id: int
    """The one until now: the collector, or the titular where there is none."""
