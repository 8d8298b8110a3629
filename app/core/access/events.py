"""Events about roles."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class AdministrationTaken(Event):
    """A role lost the permissions to administer users and roles; a handler raises if nobody has them any more."""

    role: str
