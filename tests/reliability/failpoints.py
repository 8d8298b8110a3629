"""Places where a process is killed, found by listeners: the program has no code for them."""

import os
import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

DEAD = 137
_WRITES = re.compile(r"\b(INSERT INTO|DELETE FROM|UPDATE \w+ SET)\b")
"""Part of a statement that writes; some begin with the rows that they lock."""


def _die(*_arguments: Any) -> None:
    os._exit(DEAD)


def _once(matches: Callable[[str], bool], act: Callable[[], None]) -> None:
    """When such a statement was carried out for the first time."""
    seen = False

    def look(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        nonlocal seen
        if not seen and matches(statement.lstrip()):
            seen = True
            act()

    event.listen(Engine, "after_cursor_execute", look)


def _is_key(statement: str) -> bool:
    return statement.startswith("INSERT INTO idempotency_keys")


def is_work(statement: str) -> bool:
    """Whether a statement writes more than the row of a key."""
    return _WRITES.search(statement) is not None and "idempotency_keys" not in statement


def _at(moment: str) -> None:
    """Listen for the commit after the work; an upload has an earlier one, so that it holds nothing while it waits."""

    def look(session: Session) -> None:
        if not session.in_nested_transaction():  # of which one is a savepoint
            _die()

    _once(is_work, lambda: event.listen(Session, moment, look))


KEYED = "after the key's row"
KEPT = "after the commit, before the answer"
STEPS: dict[str, Callable[[], None]] = {
    KEYED: lambda: _once(_is_key, _die),
    "after the first write": lambda: _once(is_work, _die),
    "before the commit": lambda: _at("before_commit"),
    KEPT: lambda: _at("after_commit"),
}
"""Functions that make this process end at a step. Only the last step is after the commit."""
