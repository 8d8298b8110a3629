"""Cells of a delimited text, whatever delimits them."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from io import StringIO
from itertools import islice
from typing import NamedTuple

from app.infra.statements.headings import recognised
from app.infra.statements.parsed import MOST_ROWS
from app.infra.statements.refusals import TooManyRows, unreadable

MOST_COLUMNS = 200
PREAMBLE = 40
"""Lines in which the headings are looked for."""
_DELIMITERS = ";,\t|"
_SEPARATOR_LINE = re.compile(r"sep=([;,\t|])\r?\n", re.IGNORECASE)
_SAMPLE_LINES, _SAMPLE_CHARACTERS = 60, 60_000
_MOST_LINES_OF_CELL = 20
_END = "\x00"
"""Last line that is put below the text, to see whether a quote swallowed it."""

Rows = list[list[str]]


class Table(NamedTuple):
    """Lines with a value."""

    rows: Rows
    unbalanced: bool
    """Whether quotes were read as ordinary characters, since they swallow lines."""


def table_of(text: str) -> Table:
    """The cells of the text; raises UnreadableFile and TooManyRows."""
    delimiter = None
    if found := _SEPARATOR_LINE.match(text):
        delimiter, text = found[1], text[found.end() :]
    delimiter = delimiter or _delimiter_of(text)
    rows = _quoted(text, delimiter)
    if rows is not None:
        return Table(rows, unbalanced=False)
    try:
        reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, quoting=csv.QUOTE_NONE)
        return Table(_with_values(reader), unbalanced='"' in text)
    except csv.Error:
        raise unreadable("it has a cell that is too long") from None


def _quoted(text: str, delimiter: str) -> Rows | None:
    """The cells, if no quote swallows lines."""
    reader = csv.reader(StringIO(f"{text.rstrip()}\n{_END}", newline=""), delimiter=delimiter)
    try:
        rows = _with_values(reader)
    except csv.Error:
        return None
    if rows.pop() != [_END]:
        return None
    swallowed = any(cell.count("\n") > _MOST_LINES_OF_CELL for row in rows for cell in row if "\n" in cell)
    return None if swallowed else rows


def _with_values(reader: "csv.Reader") -> Rows:  # type: ignore[name-defined]
    rows = []
    for cells in reader:
        if not any(cells) or not any(map(str.strip, cells)):
            continue
        if len(cells) > MOST_COLUMNS:
            raise unreadable(f"it has more than {MOST_COLUMNS} columns")
        rows.append([cell.strip(" ") for cell in cells])
        if len(rows) > MOST_ROWS + PREAMBLE + 1:
            raise TooManyRows
    return rows


def _delimiter_of(text: str) -> str:
    """The delimiter by which headings are known, else that which makes most lines alike, and most cells of them."""
    sample = "".join(islice(StringIO(text[:_SAMPLE_CHARACTERS]), _SAMPLE_LINES))
    return max(_DELIMITERS, key=lambda delimiter: _fitness(sample, delimiter))


def _fitness(sample: str, delimiter: str) -> tuple[int, float, int]:
    try:
        rows = [cells for cells in csv.reader(StringIO(sample, newline=""), delimiter=delimiter) if any(cells)]
    except csv.Error:
        return 0, 0.0, 0
    if not rows:
        return 0, 0.0, 0
    known = max(len(recognised(cells[:MOST_COLUMNS])) for cells in rows[:PREAMBLE])
    ((width, times),) = Counter(map(len, rows)).most_common(1)
    return (known, times / len(rows), width) if width > 1 else (0, 0.0, 0)


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Number of cells that most lines have."""
    return Counter(map(len, rows)).most_common(1)[0][0]
