"""Exchange rates from a CSV file of a spreadsheet."""

import csv
import re
from datetime import date
from decimal import Decimal
from io import StringIO

from app.core.currencies.rules import DatedRate, rate_in
from app.kernel.errors import Invalid
from app.kernel.periods import FIRST_DAY, LAST_DAY

_DATE_NAMES, _RATE_NAMES = {"date", "fecha", "vigenciadesde"}, {"rate", "valor"}
_OTHER_NAMES = {"unidad", "vigenciahasta"}
"""Further columns of the official file, which are ignored."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_SPANISH_DAY = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+,[0-9]+", re.ASCII)
"""Number as the official file has it, 4.012,55."""
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
        self.width = 2
        self.rates: dict[date, tuple[int, Decimal]] = {}
        self.decimal_separator: str | None = None
        self.days_are_spanish: bool | None = None
        self.errors: dict[str, list[str]] = {}

    def read_line(self, line: int, cells: list[str]) -> None:
        """Read one line. Blank lines are ignored; after an invalid header all lines are."""
        if not any(cells) or (self.errors and self.columns is None):
            return
        try:
            if self.columns is None:
                self.columns, self.width = _columns(cells), len(cells)
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
        if len(cells) == self.width + 1:  # a decimal comma that the commas between columns cut
            cells = [*cells[:rate_column], ",".join(cells[rate_column : rate_column + 2]), *cells[rate_column + 2 :]]
        if len(cells) != self.width:
            raise ValueError(f"Must have {self.width} columns, like the header.")
        day, rate = self._day(cells[date_column]), self._rate(cells[rate_column])
        if day in self.rates:
            raise ValueError(f"Has the same date as line {self.rates[day][0]}.")
        self.rates[day] = (line, rate)

    def _day(self, text: str) -> date:
        written = _SPANISH_DAY.fullmatch(text)
        day = _day("-".join(reversed(written.groups())) if written else text)
        if self.days_are_spanish not in {None, written is not None}:
            raise ValueError(f"{text!r} is a date of another form than those above.")
        self.days_are_spanish = written is not None
        return day

    def _rate(self, text: str) -> Decimal:
        if _AMBIGUOUS.fullmatch(text):
            plain = text.replace(",", "").replace(".", "")
            raise ValueError(f"{text!r} is ambiguous: {plain}, or a number with three decimals.")
        rate = rate_in(_plain(text))
        if rate is None:
            raise ValueError(f"{text[:40]!r} is not a rate above zero with at most 12 digits and 6 decimals.")
        separator = next((character for character in reversed(text) if character in ",."), None)
        self.decimal_separator = self.decimal_separator or separator
        if separator not in {None, self.decimal_separator}:
            raise ValueError(f"{text!r} has a different decimal separator than the lines above.")
        return rate


def _columns(header: list[str]) -> tuple[int, int]:
    """Indexes of the date and the rate."""
    names = [name.lower() for name in header]
    days = [place for place, name in enumerate(names) if name in _DATE_NAMES]
    rates = [place for place, name in enumerate(names) if name in _RATE_NAMES]
    known = _DATE_NAMES | _RATE_NAMES | _OTHER_NAMES
    if (len(days), len(rates)) == (1, 1) and set(names) <= known:
        return days[0], rates[0]
    raise ValueError("Must be a header: date,rate or fecha,valor or vigenciadesde,valor.")


def _plain(text: str) -> str:
    """The number with a point before its decimals, and none between thousands."""
    return (text.replace(".", "") if _GROUPED.fullmatch(text) else text).replace(",", ".", 1)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"{text[:40]!r} is not a date (YYYY-MM-DD or DD/MM/YYYY) from {FIRST_DAY} to {LAST_DAY}.")
    return day
