"""CSV (RFC 4180) that spreadsheets open as UTF-8, and in which no text is taken for a formula."""

import csv
import re
from datetime import date
from decimal import Decimal
from enum import Enum
from io import TextIOWrapper

from app.web.context import context
from app.web.exports.cells import ByType, Percent, Plain, SpanishPlain
from app.web.exports.draft import Draft
from app.web.exports.formats import Format

_SIGNS = "=+\\-@＝＋－＠"
_UNSEEN = (
    " \\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x85\\xa0\\u1680\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u2069\\u3000\\ufeff"
)
_AT_THE_START = rf"^(?=[\t\r\n]|[{_UNSEEN}\t\r\n]*[{_SIGNS}])"
# Where the comma is the decimal sign, as in Colombia, Excel cuts lines at semicolons, and sees no quotes within a cell.
_WHERE_EXCEL_CUTS = rf"(?<=[;\r\n])(?=[{_UNSEEN}]*[{_SIGNS}])"
_FORMULA = re.compile(f"{_AT_THE_START}|{_WHERE_EXCEL_CUTS}")
_GUARD = re.compile(r"(?:^|(?<=[;\r\n]))'")


def harmless(text: str) -> str:
    """The text with an apostrophe wherever a spreadsheet could take it for a formula (CSV injection)."""
    return _FORMULA.sub("'", text)


def without_guard(text: str) -> str:
    """The text before `harmless`; any other text as it is."""
    bare = _GUARD.sub("", text)
    return bare if harmless(bare) == text else text


class CsvDraft(Draft):
    """Tables one below the other; where there are several, each under its title."""

    format = Format.CSV
    delimiter = ","
    plain: type[Plain] = Plain

    def _write(self) -> None:
        lines = TextIOWrapper(self.file, encoding="utf-8-sig", newline="")
        self.resources.callback(lines.close)
        writer, forms = csv.writer(lines, delimiter=self.delimiter), _forms(self.plain(context().clock.zone))
        for place, table in enumerate(self.tables):
            if place:
                writer.writerow(())
            if len(self.tables) > 1:
                writer.writerow((table.title,))
            writer.writerow(table.headings)
            writer.writerows([forms[type(value)](value) for value in row] for row in table.rows)
        lines.flush()

    def _finish(self) -> None:
        """Do nothing: the file is complete after its last line."""


class SpanishCsvDraft(CsvDraft):
    """CSV as spreadsheets open it where the comma is the decimal sign: with semicolons, and days first."""

    format = Format.CSV_ES
    delimiter = ";"
    plain = SpanishPlain


def _forms(plain: Plain) -> ByType:
    """Numbers, days and instants as they are, all else as text that can do no harm."""
    exact = ((kind, plain.text) for kind in (type(None), int, Decimal, Percent, date))
    return ByType(
        (Enum, lambda value: harmless(plain.text(value))), *exact, (object, lambda value: harmless(plain.text(value)))
    )
