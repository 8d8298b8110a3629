"""Events about users."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class NewDeviceSeen(Event):
    """A session was opened with a program with which this user had none before, and it was not the first."""

    user_id: int
    session_id: int
    device: str
    """Family of the program, such as `Firefox`."""


@dataclass(frozen=True, slots=True)
class UserRegistered(Event):
    """Somebody made an account of their own."""

    user_id: int
