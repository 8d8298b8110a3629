"""Spreadsheets, CSV and XLSX, as rows of cells.

Memory and time are bounded by named limits, and reading is refused with the number of the row. openpyxl would build a
whole row before anybody can count its cells, and all texts of a workbook: a small file can hold millions of either.
"""

from collections.abc import Iterator
from typing import IO

from app.infra.contents import CSV, XLSX
from app.infra.sheets.cells import MOST_COLUMNS, MOST_ROWS, Cell, CellError, SheetRow, Unreadable
from app.infra.sheets.delimited import csv_rows
from app.infra.sheets.workbook import xlsx_rows

__all__ = ["MOST_COLUMNS", "MOST_ROWS", "READABLE", "Cell", "CellError", "SheetRow", "Unreadable", "sheet_rows"]

READABLE = {CSV: csv_rows, XLSX: xlsx_rows}
"""Readers by the media type of the file."""


def sheet_rows(content_type: str, content: IO[bytes]) -> Iterator[SheetRow]:
    """The rows of the first sheet that have a value, from the first on; raises Unreadable."""
    content.seek(0)
    return READABLE[content_type](content)
