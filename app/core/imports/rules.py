"""Rules of imports: their states, and the rows of a file that are there already."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from app.kernel.rows import EnteredRow, Errors, Values, error_lines

MOST_PROBLEMS = 200
"""Messages that are kept of a failed import."""


class ImportMode(StrEnum):
    """Whether an import only shows what it would do."""

    PREVIEW = "preview"
    COMMIT = "commit"


class ImportState(StrEnum):
    """State of an import."""

    COMMITTED = "committed"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    """Failed, and a later import of a file of the same name was committed."""
    DISMISSED = "dismissed"
    """Failed, and somebody decided that nothing is missing."""
    UNDONE = "undone"


class LineState(StrEnum):
    """State of a row of a file."""

    NEW = "new"
    DUPLICATE = "duplicate"
    INVALID = "invalid"


class LeftReason(StrEnum):
    """Reason why an import that is taken back leaves a record."""

    CHANGED = "changed"
    IN_USE = "in_use"


def line_state(row: EnteredRow) -> LineState:
    """State of a row."""
    if row.errors:
        return LineState.INVALID
    return LineState.NEW if row.is_new else LineState.DUPLICATE


def mark_duplicates(
    rows: Iterable[EnteredRow],
    key: Callable[[Values], Hashable],
    stored: Mapping[Hashable, Sequence[int]],
    *,
    once: bool,
) -> None:
    """Mark the rows that are there already: the k-th of a file with a key is the k-th record with it.

    With `once`, a key stands for one record, so a second row of the file with it is a duplicate of the first; else two
    equal rows are two records, such as two coffees of a day.
    """
    seen: dict[Hashable, list[int]] = {}
    for row in rows:
        if row.errors:
            continue
        own = key(row.values)
        earlier = seen.setdefault(own, [])
        known = stored.get(own, ())
        if once and earlier and not known:
            row.repeats = earlier[0]
        elif once and known:
            row.duplicate_of = known[0]
        elif len(earlier) < len(known):
            row.duplicate_of = known[len(earlier)]
        earlier.append(row.number)


def closed_days(values: Values, names: Iterable[str], first_open: date) -> Errors:
    """Messages about the days among these values that lie before the first open one."""
    days = ((name, values.get(name)) for name in names)
    return {name: [f"{day:%Y-%m} is closed."] for name, day in days if isinstance(day, date) and day < first_open}


def problems_of(rows: Iterable[EnteredRow]) -> list[dict[str, Any]]:
    """The first messages about the rows, each with the number of its row and its field."""
    found = ((row.number, line) for row in rows for line in error_lines(row.errors))
    return [
        {"row": number, "field": name, "message": message}
        for _, (number, (name, message)) in zip(range(MOST_PROBLEMS), found, strict=False)
    ]


def days_of(days: Iterable[object]) -> tuple[date | None, date | None]:
    """The first and the last of the days among these values."""
    known = [day for day in days if isinstance(day, date)]
    return min(known, default=None), max(known, default=None)
