"""Cells and rows of spreadsheets, and their limits."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

MOST_ROWS = 20_000
"""Rows with a value, the headings included."""
MOST_COLUMNS = 200
LONGEST_CELL = 32_767
"""Characters of a cell, as in Excel."""
MOST_TEXT = 32 * 1024 * 1024
"""Characters of all cells together."""


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell without a usable value, and the reason."""

    message: str


Cell = str | Decimal | bool | date | CellError | None


class SheetRow(NamedTuple):
    """A row, by its number in the spreadsheet; cells at the end that are empty may be missing."""

    number: int
    cells: list[Cell]


class Unreadable(ValueError):
    """A file that can't be read as a table: the reason, and the number of the row, if one is at fault."""

    def __init__(self, message: str, row: int | None = None) -> None:
        super().__init__(message if row is None else f"Row {row}: {message[:1].lower()}{message[1:]}")
        self.row = row


class Meter:
    """Counter of the rows and texts of one file, which refuses those beyond the limits."""

    def __init__(self) -> None:
        self.rows = self.text = 0

    def count(self, row: SheetRow) -> SheetRow:
        """The row, if it is within the limits."""
        self.rows += 1
        if self.rows > MOST_ROWS:
            raise Unreadable(f"Is beyond the limit of {MOST_ROWS} rows.", row.number)
        if len(row.cells) > MOST_COLUMNS:
            raise Unreadable(f"Has more than {MOST_COLUMNS} columns.", row.number)
        lengths = [len(cell) for cell in row.cells if isinstance(cell, str)]
        if max(lengths, default=0) > LONGEST_CELL:
            raise Unreadable(f"Has a cell with more than {LONGEST_CELL} characters.", row.number)
        self.text += sum(lengths)
        if self.text > MOST_TEXT:
            raise Unreadable("The file has too much text.")
        return row
