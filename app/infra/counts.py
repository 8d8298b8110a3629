"""Numbers that the workers of a server count together: each adds to a row of its own, who is asked adds the rows up.

The table is memory that the server's first process maps and its workers inherit: no file to clean up, no lock between
processes. A worker that ends leaves its counts in its row, and the next to get the row counts on from there; so no
counter goes back while the server lives, however often workers are replaced. Without workers there is one row.
"""

import mmap
from threading import Lock
from typing import Any

from sqlalchemy import Engine, event

ROWS = 128
COLUMNS = 16_384
ALIVE, STARTS, CONNECTIONS = range(3)
FIRST_FREE = 3
"""Where the columns begin that are others' to use."""
_NOW = (ALIVE, CONNECTIONS)
"""What is true of a living worker only."""

_COUNTED = "counted"
_table = memoryview(mmap.mmap(-1, ROWS * COLUMNS * 8)).cast("d")
_lock = Lock()
_taken: set[int] = set()
_mine = 0


def take_row() -> int:
    """The row of the worker that is forked next; to be called in the first process."""
    global _mine  # noqa: PLW0603 - the worker inherits it, as it does the table
    _mine = next((row for row in range(ROWS) if row not in _taken), ROWS - 1)
    _taken.add(_mine)
    return _mine


def leave_row(row: int) -> None:
    """The worker of this row has ended, however it did: its counts stay."""
    _taken.discard(row)
    for column in _NOW:
        _table[row * COLUMNS + column] = 0.0


def begin() -> None:
    """This worker is up; to be called in it."""
    start = _mine * COLUMNS
    _table[start + ALIVE] = 1.0
    _table[start + CONNECTIONS] = 0.0
    add((STARTS, 1.0))


def add(*changes: tuple[int, float]) -> None:
    """Add to columns of this worker's row."""
    start = _mine * COLUMNS
    with _lock:
        for column, amount in changes:
            _table[start + column] += amount


def totals(columns: int) -> list[float]:
    """The first columns, each summed over all rows that were ever used."""
    starts = [row * COLUMNS for row in range(ROWS) if row == _mine or _table[row * COLUMNS + STARTS]]
    return [sum(column) for column in zip(*(_table[start : start + columns] for start in starts), strict=True)]


def count_connections(engine: Engine) -> None:
    """Keep the count of connections that are being used."""
    event.listen(engine, "checkout", _taken_out)
    event.listen(engine, "checkin", _brought_back)


def _taken_out(_connection: Any, record: Any, _proxy: Any) -> None:
    record.record_info[_COUNTED] = True
    add((CONNECTIONS, 1.0))


def _brought_back(_connection: Any, record: Any) -> None:
    if record.record_info.pop(_COUNTED, False):  # one that could not be made is brought back without being taken out
        add((CONNECTIONS, -1.0))
