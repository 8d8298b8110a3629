"""Exchange rates from a CSV file of a spreadsheet."""

import csv
import re
from datetime import date
from decimal import Decimal
from io import StringIO

from app.core.currencies.rules import DatedRate, rate_in
from app.kernel.errors import Invalid
from app.kernel.periods import FIRST_DAY, LAST_DAY

_DATE_NAMES, _RATE_NAMES = {"date", "fecha"}, {"rate", "valor"}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_AMBIGUOUS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}", re.ASCII)


def rates_in_csv(raw: bytes) -> list[DatedRate]:
    """All rates of the file, or Invalid with a message for each invalid line."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("The file is not UTF-8.") from None
    file = _RatesFile()
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            file.read_line(reader.line_num, [cell.strip() for cell in cells])
    except csv.Error as error:
        file.add_error(reader.line_num, f"Is not valid CSV: {error}.")
    return file.result()


class _RatesFile:
    """The rates that were read so far, and the messages about invalid lines."""

    def __init__(self) -> None:
        self.columns: tuple[int, int] | None = None
        self.rates: dict[date, tuple[int, Decimal]] = {}
        self.decimal_separator: str | None = None
        self.errors: dict[str, list[str]] = {}

    def read_line(self, line: int, cells: list[str]) -> None:
        """Read one line. Blank lines are ignored; after an invalid header all lines are."""
        if not any(cells) or (self.errors and self.columns is None):
            return
        try:
            if self.columns is None:
                self.columns = _columns(cells)
            else:
                self._read_row(line, cells, *self.columns)
        except ValueError as error:
            self.add_error(line, str(error))

    def add_error(self, line: int, message: str) -> None:
        """Add a message about an invalid line."""
        self.errors[f"line {line}"] = [message]

    def result(self) -> list[DatedRate]:
        """All rates, sorted by day, or Invalid."""
        if self.errors:
            raise Invalid("The file has invalid lines; no rates were stored.", errors=self.errors)
        if not self.rates:
            raise Invalid("The file has no rates.")
        return sorted((day, rate) for day, (_, rate) in self.rates.items())

    def _read_row(self, line: int, cells: list[str], date_column: int, rate_column: int) -> None:
        if len(cells) != 2:
            raise ValueError("Must have two columns, like the header.")
        day, rate = _day(cells[date_column]), self._rate(cells[rate_column])
        if day in self.rates:
            raise ValueError(f"Has the same date as line {self.rates[day][0]}.")
        self.rates[day] = (line, rate)

    def _rate(self, text: str) -> Decimal:
        if _AMBIGUOUS.fullmatch(text):
            plain = text.replace(",", "").replace(".", "")
            raise ValueError(f"{text!r} is ambiguous: {plain}, or a number with three decimals.")
        rate = rate_in(text.replace(",", ".", 1))
        if rate is None:
            raise ValueError(f"{text[:40]!r} is not a rate above zero with at most 12 digits and 6 decimals.")
        separator = next((character for character in text if character in ",."), None)
        self.decimal_separator = self.decimal_separator or separator
        if separator not in {None, self.decimal_separator}:
            raise ValueError(f"{text!r} has a different decimal separator than the lines above.")
        return rate


def _columns(header: list[str]) -> tuple[int, int]:
    """Indexes of the date and the rate."""
    names = [name.lower() for name in header]
    match [name in _DATE_NAMES for name in names], [name in _RATE_NAMES for name in names]:
        case [True, False], [False, True]:
            return 0, 1
        case [False, True], [True, False]:
            return 1, 0
    raise ValueError("Must be a header: date,rate or fecha,valor.")


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"{text[:40]!r} is not a date (YYYY-MM-DD) from {FIRST_DAY} to {LAST_DAY}.")
    return day
