"""CSV, with commas, semicolons or tabs, in UTF-8 or Windows-1252."""

import csv
import re
from collections.abc import Iterator
from io import StringIO
from typing import IO

from app.infra.sheets.cells import Meter, SheetRow, Unreadable

_BOM = b"\xef\xbb\xbf"
_DELIMITERS = ";,\t"
_SEPARATOR_LINE = re.compile(r"sep=([;,\t])\r?\n", re.IGNORECASE)
"""First line that tells Excel the separator; it shows no row for it."""
_UTF8_LETTER = re.compile(rb"[\xc2\xc3][\x80-\xbf]|\xe2[\x80-\xbf]{2}")
"""An accented letter or a sign in UTF-8, whose bytes are no likely text in Windows-1252."""


def csv_rows(content: IO[bytes]) -> Iterator[SheetRow]:
    """The rows with a value; a quoted line break does not begin a new row."""
    text, delimiter = _without_separator_line(_decoded(content.read()))
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter or _delimiter_of(text), strict=True)
    meter, number = Meter(), 0
    try:
        for cells in reader:
            number += 1
            stripped = [cell.strip() or None for cell in cells]
            while stripped and stripped[-1] is None:
                stripped.pop()
            if stripped:
                yield meter.count(SheetRow(number, list(stripped)))
    except csv.Error as error:
        raise Unreadable(f"Is not valid CSV: {error}.", number + 1) from None


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if raw.startswith(_BOM) or _UTF8_LETTER.search(raw):
            raise Unreadable("Has a character that is not UTF-8, unlike the rest.", _row_at(raw, error)) from None
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError as error:
        raise Unreadable("Has a character that is neither UTF-8 nor Windows-1252.", _row_at(raw, error)) from None


def _row_at(raw: bytes, error: UnicodeDecodeError) -> int:
    return raw.count(b"\n", 0, error.start) + 1


def _without_separator_line(text: str) -> tuple[str, str | None]:
    found = _SEPARATOR_LINE.match(text)
    return (text[found.end() :], found[1]) if found else (text, None)


def _delimiter_of(text: str) -> str:
    """The separator that makes the most cells of the first line that is not blank."""
    line = next((line for line in StringIO(text) if line.strip()), "")
    return max(_DELIMITERS, key=line.count)
