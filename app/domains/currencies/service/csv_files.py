"""Rates from a CSV file as a spreadsheet saves it: all of them, or the lines that are wrong."""

import csv
import re
from datetime import date
from decimal import Decimal
from io import StringIO

from app.domains.currencies.rules import DatedRate, rate_in
from app.kernel.errors import Invalid
from app.kernel.periods import FIRST_DAY, LAST_DAY

_DATE_NAMES, _RATE_NAMES = {"date", "fecha"}, {"rate", "valor"}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MAYBE_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}", re.ASCII)


def rates_in_csv(raw: bytes) -> list[DatedRate]:
    """Every rate of the file, or Invalid naming each line that is wrong."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("The file is not UTF-8.") from None
    file = _File()
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            file.read_line(reader.line_num, [cell.strip() for cell in cells])
    except csv.Error as error:
        file.refuse(reader.line_num, f"is no CSV: {error}.")
    return file.whole()


class _File:
    """What was read so far, good and bad."""

    def __init__(self) -> None:
        self.columns: tuple[int, int] | None = None
        self.found: dict[date, tuple[int, Decimal]] = {}
        self.decimal_sign: str | None = None
        self.wrong: dict[str, list[str]] = {}

    def read_line(self, line: int, cells: list[str]) -> None:
        """One line; blank ones mean nothing, and so does all that follows a header that is none."""
        if not any(cells) or (self.wrong and self.columns is None):
            return
        try:
            if self.columns is None:
                self.columns = _columns(cells)
            else:
                self._row(line, cells, *self.columns)
        except ValueError as error:
            self.refuse(line, str(error))

    def refuse(self, line: int, why: str) -> None:
        """Remember what is wrong with a line."""
        self.wrong[f"line {line}"] = [why]

    def whole(self) -> list[DatedRate]:
        """All rates, or Invalid."""
        if self.wrong:
            raise Invalid("The file has lines that are wrong; nothing of it was stored.", errors=self.wrong)
        if not self.found:
            raise Invalid("There are no rates in the file.")
        return sorted((day, rate) for day, (_, rate) in self.found.items())

    def _row(self, line: int, cells: list[str], date_column: int, rate_column: int) -> None:
        if len(cells) != 2:
            raise ValueError("must have two columns, as the header has.")
        day, rate = _day(cells[date_column]), self._rate(cells[rate_column])
        if day in self.found:
            raise ValueError(f"has the same date as line {self.found[day][0]}.")
        self.found[day] = (line, rate)

    def _rate(self, text: str) -> Decimal:
        if _MAYBE_THOUSANDS.fullmatch(text):
            plain = text.replace(",", "").replace(".", "")
            raise ValueError(f"{text!r} may mean {plain}, or a number with three decimals; write it without doubt.")
        rate = rate_in(text.replace(",", ".", 1))
        if rate is None:
            raise ValueError(f"{text[:40]!r} is no rate above zero, of at most 12 digits and 6 decimals.")
        sign = next((character for character in text if character in ",."), None)
        self.decimal_sign = self.decimal_sign or sign
        if sign not in {None, self.decimal_sign}:
            raise ValueError(f"{text!r} has another decimal sign than the lines above.")
        return rate


def _columns(header: list[str]) -> tuple[int, int]:
    """Where the date stands, and where the rate."""
    names = [name.lower() for name in header]
    match [name in _DATE_NAMES for name in names], [name in _RATE_NAMES for name in names]:
        case [True, False], [False, True]:
            return 0, 1
        case [False, True], [True, False]:
            return 1, 0
    raise ValueError("must be a header: date,rate or fecha,valor.")


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"{text[:40]!r} is no date as YYYY-MM-DD, from {FIRST_DAY} to {LAST_DAY}.")
    return day
