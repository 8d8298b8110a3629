"""XLSX: the first sheet of a workbook, read as it is unpacked.

A formula counts as the value that the spreadsheet program stored with it.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from posixpath import join, normpath
from typing import IO

from app.infra.contents.markup import NOT_WELL_FORMED, Budget, Reader, Refused
from app.infra.sheets.cells import LONGEST_CELL, MOST_COLUMNS, MOST_TEXT, Cell, CellError, Meter, SheetRow, Unreadable

MOST_ELEMENTS, MOST_ATTRIBUTES = 3_000_000, 9_000_000
"""Limits of all parts that are read together: 20,000 rows of some 50 cells."""
MOST_SHARED_TEXTS = 1_000_000
LAST_ROW = 1_048_576
"""Number of the last row that a sheet can have."""
_PIECE = 64 * 1024
_DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, KeyError, *NOT_WELL_FORMED)
_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
"""Numbers of formats that show dates or times, and are not described in the file."""
_NOT_OF_DATES = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_COLUMN = re.compile("([A-Z]{1,3})[0-9]+", re.ASCII)
_FIRST_DAY, _FIRST_DAY_1904 = date(1899, 12, 30), date(1904, 1, 1)
_DAY_THAT_NEVER_WAS = 60
"""Excel counts the 29th of February of 1900."""

Attributes = dict[str, str]


def xlsx_rows(content: IO[bytes]) -> Iterator[SheetRow]:
    """The rows with a value of the first sheet; raises Unreadable."""
    try:
        with zipfile.ZipFile(content) as archive:
            yield from _Workbook(archive).rows()
    except Unreadable:
        raise
    except Refused as refusal:
        raise Unreadable(f"The XLSX {refusal}.") from None
    except _DAMAGED:
        raise Unreadable("The XLSX is damaged.") from None


class _Workbook:
    """The parts of a workbook that say what the cells of its first sheet mean."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = {name.lower(): name for name in archive.namelist()}
        self.budget = Budget(MOST_ELEMENTS, MOST_ATTRIBUTES)

    def rows(self) -> Iterator[SheetRow]:
        """The rows of the first sheet."""
        book, links = _Book(), _Links()
        self._read_all("xl/workbook.xml", book)
        self._read_all("xl/_rels/workbook.xml.rels", links)
        styles, texts = _Styles(), _SharedTexts()
        self._read_all(links.part("styles"), styles)
        self._read_all(links.part("sharedStrings"), texts)
        sheet = _Sheet(texts.found, styles.date_styles(), is_1904=book.is_1904)
        part = None if book.sheet is None else links.targets.get(book.sheet)
        if part is None or part.lower() not in self.names:
            raise Unreadable("The XLSX has no sheet.")
        meter = Meter()
        for _ in self._read(part, sheet):
            yield from map(meter.count, sheet.taken())
        yield from map(meter.count, sheet.taken())

    def _read_all(self, part: str | None, handler: "_Handler") -> None:
        if part is not None and part.lower() in self.names:
            for _ in self._read(part, handler):
                pass

    def _read(self, part: str, handler: "_Handler") -> Iterator[None]:
        """Read a part in pieces; yields after each."""
        reader = Reader(self.budget, handler.begun, handler.ended)
        reader.parser.CharacterDataHandler = handler.more_text
        with self.archive.open(self.names[part.lower()]) as file:
            while piece := file.read(_PIECE):
                reader.feed(piece)
                yield
            reader.parser.Parse(b"", True)


class _Handler:
    """Base class of what reads a part: elements by their local names, and the text within some of them."""

    keeps_text: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.text: list[str] | None = None
        self.length = 0

    def begun(self, name: str, attributes: list[str]) -> None:
        """Begin an element."""
        local = name.rpartition("}")[2]
        if local in self.keeps_text:
            self.text, self.length = [], 0
        given = {key.rpartition("}")[2]: value for key, value in zip(attributes[::2], attributes[1::2], strict=True)}
        self.start(local, given)

    def ended(self, name: str) -> None:
        """End an element."""
        local = name.rpartition("}")[2]
        text = ""
        if self.text is not None and local in self.keeps_text:
            text, self.text = "".join(self.text), None
        self.end(local, text)

    def more_text(self, text: str) -> None:
        """Keep a piece of text, if the element is one whose text is read."""
        if self.text is not None:
            self.length += len(text)
            if self.length > LONGEST_CELL * 2:  # an escaped character takes seven
                raise Unreadable(f"The XLSX has a cell with more than {LONGEST_CELL} characters.")
            self.text.append(text)

    def start(self, name: str, given: Attributes) -> None:
        """Handle the begin of an element."""

    def end(self, name: str, text: str) -> None:
        """Handle the end of an element, with its text if it is one whose text is read."""


class _Book(_Handler):
    """The relation of the first sheet, and the first day that is counted from."""

    def __init__(self) -> None:
        super().__init__()
        self.sheet: str | None = None
        self.is_1904 = False

    def start(self, name: str, given: Attributes) -> None:
        if name == "sheet" and self.sheet is None:
            self.sheet = given.get("id", "")
        elif name == "workbookPr":
            self.is_1904 = given.get("date1904") in {"1", "true"}


class _Links(_Handler):
    """Parts by the id and by the kind of their relation to the workbook."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, str] = {}
        self.kinds: dict[str, str] = {}

    def start(self, name: str, given: Attributes) -> None:
        if name == "Relationship":
            target = normpath(join("/xl", given.get("Target", ""))).lstrip("/")
            self.targets[given.get("Id", "")] = target
            self.kinds.setdefault(given.get("Type", "").rpartition("/")[2], target)

    def part(self, kind: str) -> str | None:
        """The first part of this kind, or None."""
        return self.kinds.get(kind)


class _Styles(_Handler):
    """The numbers of the styles that show a number as a date."""

    def __init__(self) -> None:
        super().__init__()
        self.formats: dict[str, bool] = {str(number): True for number in _BUILT_IN_DATES}
        self.used: list[str] = []
        self.in_cells = False

    def start(self, name: str, given: Attributes) -> None:
        if name == "numFmt":
            code = _NOT_OF_DATES.sub("", given.get("formatCode", ""))
            self.formats[given.get("numFmtId", "")] = any(letter in code.lower() for letter in "dmy")
        elif name == "cellXfs":
            self.in_cells = True
        elif name == "xf" and self.in_cells:
            self.used.append(given.get("numFmtId", ""))

    def end(self, name: str, text: str) -> None:
        if name == "cellXfs":
            self.in_cells = False

    def date_styles(self) -> frozenset[str]:
        """Places of these styles among all, as cells name them."""
        return frozenset(str(place) for place, number in enumerate(self.used) if self.formats.get(number))


class _SharedTexts(_Handler):
    """Texts that cells refer to by their place."""

    keeps_text = frozenset({"t"})

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.parts: list[str] = []
        self.size = 0
        self.phonetic = False

    def start(self, name: str, given: Attributes) -> None:
        if name == "rPh":
            self.phonetic = True

    def end(self, name: str, text: str) -> None:
        if name == "t" and not self.phonetic:
            self.parts.append(text)
        elif name == "rPh":
            self.phonetic = False
        elif name == "si":
            whole = _unescaped("".join(self.parts))
            self.parts.clear()
            self.found.append(whole)
            self.size += len(whole)
            if self.size > MOST_TEXT or len(self.found) > MOST_SHARED_TEXTS:
                raise Unreadable("The file has too much text.")


class _Sheet(_Handler):
    """Rows of cells."""

    keeps_text = frozenset({"v", "t"})

    def __init__(self, texts: list[str], date_styles: frozenset[str], *, is_1904: bool) -> None:
        super().__init__()
        self.texts, self.date_styles, self.is_1904 = texts, date_styles, is_1904
        self.ready: list[SheetRow] = []
        self.number = 0
        self.cells: list[Cell] = []
        self.cell: Attributes = {}
        self.column = -1
        self.has_formula = False
        self.value: str | None = None
        self.inline: list[str] = []
        self.readers: dict[str, Callable[[str], Cell]] = {
            "s": self._shared,
            "b": lambda text: text == "1",
            "e": lambda text: CellError(f"Has the spreadsheet's error {text[:20]}."),
            "str": _unescaped,
            "n": self._number,
            "d": _unescaped,
        }

    def taken(self) -> list[SheetRow]:
        """The rows that are complete, each once."""
        ready, self.ready = self.ready, []
        return ready

    def start(self, name: str, given: Attributes) -> None:
        if name == "row":
            self._begin_row(given.get("r"))
        elif name == "c":
            self.cell, self.value, self.has_formula = given, None, False
            self.inline.clear()
            self.column = _column(given.get("r", "")) if given.get("r") else self.column + 1
        elif name == "f":
            self.has_formula = True

    def end(self, name: str, text: str) -> None:
        if name == "v":
            self.value = text
        elif name == "t":
            self.inline.append(text)
        elif name == "c":
            self._end_cell()
        elif name == "row" and self.cells:
            self.ready.append(SheetRow(self.number, self.cells))
            self.cells = []

    def _begin_row(self, number: str | None) -> None:
        before = self.number
        self.number = int(number) if number and number.isdecimal() and len(number) < 8 else before + 1
        if not before < self.number <= LAST_ROW:
            raise Unreadable("The XLSX has rows that are not in order.")
        self.column = -1

    def _end_cell(self) -> None:
        cell = self._cell()
        if cell is None:
            return
        if self.column >= MOST_COLUMNS:
            raise Unreadable(f"Has more than {MOST_COLUMNS} columns.", self.number)
        if self.column < len(self.cells):
            raise Unreadable("Has cells that are not in order.", self.number)
        self.cells.extend([None] * (self.column - len(self.cells)))
        self.cells.append(cell)

    def _cell(self) -> Cell:
        kind = self.cell.get("t", "n")
        if kind == "inlineStr":
            return _unescaped("".join(self.inline)).strip() or None
        if not self.value:
            without = self.has_formula and kind != "str"
            return CellError("Has a formula without a stored value.") if without else None
        value = self.readers.get(kind, self._number)(self.value)
        return (value.strip() or None) if isinstance(value, str) else value

    def _shared(self, text: str) -> Cell:
        place = int(text) if text.isdecimal() and len(text) < 8 else -1
        if not 0 <= place < len(self.texts):
            raise Unreadable("Has a text that is not in the workbook.", self.number)
        return self.texts[place]

    def _number(self, text: str) -> Cell:
        try:
            number = Decimal(format(float(text), ".15g"))  # the digits that a spreadsheet keeps
        except (ValueError, OverflowError, InvalidOperation):
            return CellError("Has no number.")
        if not number.is_finite():
            return CellError("Has no number.")
        return self._day(number) if self.cell.get("s") in self.date_styles else number

    def _day(self, serial: Decimal) -> Cell:
        days = int(serial) if abs(serial) < 10_000_000 else -1
        if days < 1:
            return CellError("Has no day.")
        first = _FIRST_DAY_1904 if self.is_1904 else _FIRST_DAY
        if not self.is_1904 and days < _DAY_THAT_NEVER_WAS:
            days += 1
        try:
            return first + timedelta(days)
        except OverflowError:
            return CellError("Has no day.")


def _column(reference: str) -> int:
    """Index of the column of a reference such as AB12."""
    found = _COLUMN.fullmatch(reference)
    if found is None:
        raise Unreadable("The XLSX has cells without a place.")
    index = 0
    for letter in found[1]:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
