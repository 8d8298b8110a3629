"""Events that clients publish."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ClientLeaving(Event):
    """A client is about to be deleted."""

    client_id: int
