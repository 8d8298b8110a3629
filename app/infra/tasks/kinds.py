"""Kinds of tasks, as domains declare them in their manifests."""

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.infra.context import Context

Begin = Callable[[], AbstractContextManager[Context]]
"""Begins a transaction: `with begin() as context: ...`; it is committed at the end of the block."""
Payload = Mapping[str, Any]
"""Input of a task, as JSON has it. It is stored, so it holds ids, and no secrets."""

_NAME = re.compile(r"[a-z][a-z0-9._-]{0,39}")  # with its prefix it is the name of a channel, of 63 characters at most


class PermanentFailure(Exception):
    """A failure that no other try can mend: the task fails at once."""


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A kind of task. It may run more than once for one task, so what it does must be idempotent.

    It holds no transaction while it talks to another machine: it ends one before, and begins another after.
    """

    run: Callable[[Begin, Payload], None]
    tries: int = 10
    """Number of tries before the task fails."""
    first_pause: timedelta = timedelta(seconds=10)
    longest_pause: timedelta = timedelta(hours=1)
    time_limit: timedelta = timedelta(minutes=5)
    """After this a run counts as failed, and others no longer wait for it."""
    tells_failure: bool = True
    """Whether admins are told soon if it fails; what tells them itself must not, or failures would beget others."""

    def pause_after(self, tries: int) -> timedelta:
        """The pause after so many tries, each twice as long as the one before, up to the longest."""
        doublings = min(max(tries - 1, 0), 30)
        return min(self.first_pause * float(1 << doublings), self.longest_pause)


def check_names(kinds: Mapping[str, TaskKind]) -> None:
    """Raise ValueError if a name can't be that of a channel of PostgreSQL."""
    for name in kinds:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} can't be the name of a kind of task: {_NAME.pattern}")
