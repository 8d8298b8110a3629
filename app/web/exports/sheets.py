"""XLSX with numbers, dates and times as such; text is never taken for a formula or a link."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from itertools import chain, islice
from tempfile import TemporaryDirectory
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

from app.web.context import context
from app.web.exports.cells import ByType, Percent, Plain
from app.web.exports.draft import Draft
from app.web.exports.formats import Format
from app.web.exports.tables import Row, Table

MOST_ROWS = 1_048_575
"""Maximum number of rows of a sheet; further rows are on another one."""

LONGEST_TEXT = 32_767
MOST_DIGITS = 15
"""Digits of a spreadsheet's numbers; longer numbers are written as text, so that they are not rounded."""

_TOO_LONG = 10**MOST_DIGITS
_MEASURED = 100
_NARROWEST, _WIDEST = 8, 50
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_UNNAMEABLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


class XlsxDraft(Draft):
    """A workbook with a sheet for each table; rows go to disk as they come."""

    format = Format.XLSX

    def _write(self) -> None:
        folder = self.resources.enter_context(TemporaryDirectory())
        options = {"constant_memory": True, "tmpdir": folder}
        self.book = Workbook(self.file, options)
        self.resources.callback(self._close_rows)
        self.book.use_zip64()
        cells = _Cells(self.book)
        names: set[str] = set()
        for table in self.tables:
            for rows in _sheetfuls(table):
                sheet = self.book.add_worksheet(sheet_name(table.title, names))
                cells.fill(sheet, table, rows)

    def _finish(self) -> None:
        try:
            self.book.close()
        except FileCreateError as error:
            raise error.args[0] from None  # the OSError in it

    def _close_rows(self) -> None:
        """Close the files of a workbook that was not finished."""
        for sheet in self.book.worksheets():
            with suppress(OSError):
                sheet.row_data_fh.close()


def _sheetfuls(table: Table) -> Iterator[Iterator[Row]]:
    """Split the rows into sheets, at least one; each must be read before the next."""
    rows = iter(table.rows)
    yield islice(rows, MOST_ROWS)
    for first in rows:
        yield chain([first], islice(rows, MOST_ROWS - 1))


def sheet_name(title: str, taken: set[str]) -> str:
    """Name that Excel accepts: at most 31 characters, without the forbidden ones, unique in any case."""
    plain = _UNNAMEABLE.sub(" ", title.replace(": ", " - ")).strip("' ") or "Hoja"
    number, name = 1, plain[:31]
    while name.lower() in taken or name.lower() == "history":
        number += 1
        name = f"{plain[: 31 - len(f' ({number})')]} ({number})"
    taken.add(name.lower())
    return name


class _Cells:
    """Writes values by their types."""

    def __init__(self, book: Any) -> None:
        self.zone = context().clock.zone
        self.plain = Plain(self.zone)
        self.unformatted = book.add_format()
        self.bold = book.add_format({"bold": True})
        self.amount = book.add_format({"num_format": "#,##0.00"})
        self.precise = book.add_format({"num_format": "#,##0.00####"})
        self.share = book.add_format({"num_format": "0.00%"})
        self.day = book.add_format({"num_format": "dd/mm/yyyy"})
        self.instant = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
        # datetime is a subclass of date, and bool of int: subclasses come first.
        self.writers = ByType(
            (type(None), lambda *_: None),
            (bool, self._text),
            (Enum, self._text),
            (int, self._number),
            (Decimal, self._number),
            (Percent, self._percent),
            (datetime, self._instant),
            (date, self._day),
            (object, self._text),
        )

    def fill(self, sheet: Any, table: Table, rows: Iterator[Row]) -> None:
        """Write the headings and these rows of the table."""
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(table.headings):
            sheet.write_string(0, column, heading, self.bold)
        seen: list[Sequence[Any]] = []
        number = 0
        for number, row in enumerate(rows, 1):
            if number <= _MEASURED:
                seen.append(row)
            for column, value in enumerate(row):
                self.writers[type(value)](sheet, number, column, value)
        sheet.autofilter(0, 0, number, len(table.headings) - 1)
        for column, heading in enumerate(table.headings):
            sheet.set_column(column, column, self._width(heading, [row[column] for row in seen]))

    def _text(self, sheet: Any, row: int, column: int, value: Any) -> None:
        """Write a text as text, even if it looks like a formula."""
        text = writable(self.plain.text(value))
        if text.startswith("<r>"):  # write_string would take it for the XML of rich text, and not escape it
            sheet.write_rich_string(row, column, text[:1], self.unformatted, text[1:])
        else:
            sheet.write_string(row, column, text)

    def _number(self, sheet: Any, row: int, column: int, value: Decimal | int, form: Any = None) -> None:
        exact = Decimal(value)
        exponent = int(exact.as_tuple().exponent)
        if abs(exact.scaleb(-min(exponent, 0))) >= _TOO_LONG and _digits(exact) > MOST_DIGITS:
            self._text(sheet, row, column, value)
        elif isinstance(value, int):
            sheet.write_number(row, column, value)
        else:
            sheet.write_number(row, column, value, form or (self.precise if exponent < -2 else self.amount))

    def _percent(self, sheet: Any, row: int, column: int, value: Percent) -> None:
        self._number(sheet, row, column, value.value, self.share)

    def _instant(self, sheet: Any, row: int, column: int, value: datetime) -> None:
        sheet.write_datetime(row, column, value.astimezone(self.zone).replace(tzinfo=None), self.instant)

    def _day(self, sheet: Any, row: int, column: int, value: date) -> None:
        sheet.write_datetime(row, column, value, self.day)

    def _width(self, heading: str, values: Sequence[Any]) -> int:
        """Width for the heading with its filter button, and for the values of the first rows."""
        longest = max((len(self.plain.text(value)[:_WIDEST].partition("\n")[0]) for value in values), default=0)
        return min(_WIDEST, max(_NARROWEST, len(heading) + 4, longest + 3))


def _digits(number: Decimal) -> int:
    """Number of significant digits, without trailing zeros."""
    _, digits, exponent = number.normalize().as_tuple()
    return len(digits) + max(int(exponent), 0)


def writable(text: str) -> str:
    """Text without characters that XML forbids, cut to the limit of a cell (in UTF-16 units, as Excel counts)."""
    clean = _UNWRITABLE.sub("", text)
    if len(clean) <= LONGEST_TEXT // 2:
        return clean
    return clean.encode("utf-16-le")[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore")
