"""Events about users."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

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
    given: Mapping[str, object] = field(default_factory=dict)
    """Fields of suites that were given with it, by name."""


@dataclass(frozen=True, slots=True)
class AccountChanged(Event):
    """A user changed their own account, with fields of suites."""

    user_id: int
    given: Mapping[str, object]
    """Fields of suites that were given, by name."""


@dataclass(frozen=True, slots=True)
class ErasureAsked(Event):
    """A user wants the account to be erased; a handler that can't let go of the user's rows raises Conflict."""

    user_id: int


@dataclass(frozen=True, slots=True)
class UserErasing(Event):
    """An account is being erased, in this transaction: handlers delete what is the user's, and count it."""

    user_id: int
    counts: Counter[str] = field(default_factory=Counter)
