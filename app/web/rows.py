"""Rows of a CSV or XLSX file as the JSON of a single POST has them, by the headings that our own files have."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from marshmallow import Schema, ValidationError, fields

from app.infra.contents import CSV
from app.infra.sheets import READABLE, Cell, CellError, SheetRow, Unreadable, sheet_rows
from app.kernel.errors import DomainError, Invalid
from app.kernel.files import JudgedFile
from app.kernel.notation import Ambiguous, common_decimal_sign, day_in, plain_number
from app.kernel.rows import EnteredFile, EnteredRow, Errors
from app.web.exports.headings import ALSO_CALLED
from app.web.exports.lines import without_guard
from app.web.exports.tables import columns
from app.web.fields import LARGEST_ID, Id, Text

_SHOWN = 20
"""Headings that a message names."""
_NOT_LETTERS = re.compile(r"[\W_]+")
Path = tuple[str, ...]


@dataclass(frozen=True)
class RowShape:
    """The columns of files by which records of one kind are entered."""

    schema: Schema
    """Shape of the body of a single POST."""
    listed: type[Schema]
    """Shape of a list's items, whose files have more columns; those that can't be entered are left out."""
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Further headings by the name of a column that names another record."""
    left_out: frozenset[str] = frozenset({"receipt_path"})
    """Fields that a file does not enter: no table brings the files that it names."""

    @cached_property
    def paths(self) -> Mapping[str, Path | None]:
        """Paths of fields by their folded headings: None for a column that is left out."""
        known: dict[str, Path | None] = {}
        for column in columns(self.listed):
            enters = column.path[0] not in self.left_out and _enters(self.schema, column.path)
            path = column.path if enters else None
            headings = (column.heading, ".".join(column.path), *ALSO_CALLED.get(column.path[-1], ()))
            known.update((folded(heading), path) for heading in headings)
        for name, headings in self.names.items():
            known.update((folded(heading), (name,)) for heading in (name, *headings))
        return known

    def field_at(self, path: Path) -> fields.Field[Any] | None:
        """The field of a path; None for the column of a name."""
        if path[0] in self.names and path[0] not in self.schema.load_fields:
            return None
        found = self.schema.load_fields[path[0]]
        return found.schema.load_fields[path[1]] if isinstance(found, fields.Nested) and len(path) > 1 else found

    def load(self, given: Mapping[str, Any]) -> tuple[dict[str, Any], Errors]:
        """The loaded values of one row, or its errors."""
        try:
            return self.schema.load(given), {}
        except ValidationError as error:
            return {}, dict(error.messages_dict)
        except DomainError as error:
            return {}, dict(error.errors) or {"_schema": [error.message]}


class _Column(NamedTuple):
    """A column of the file that is entered."""

    place: int
    path: Path
    kind: fields.Field[Any] | None


def folded(heading: str) -> str:
    """A heading without case, accents and signs, as it is compared."""
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode().lower()
    return _NOT_LETTERS.sub(" ", plain).strip()


def read_rows(shape: RowShape, file: JudgedFile, *, ignore_unknown: bool) -> EnteredFile:
    """The rows of a file; Invalid, naming the row or the heading, if they can't be told."""
    if file.content_type not in READABLE:
        raise Invalid.field(file.part, "Must be a CSV or XLSX file.")
    try:
        rows = list(sheet_rows(file.content_type, file.content))
    except Unreadable as problem:
        raise Invalid.field(file.part, str(problem)) from None
    if not rows:
        raise Invalid.field(file.part, "The file has no rows.")
    head, *body = rows
    entered, ignored = _columns(shape, head, body, ignore_unknown=ignore_unknown)
    unguarded = file.content_type == CSV
    sign = common_decimal_sign(_numbers(entered, body)) or _usual_sign(file)
    given = [_entered(row, entered, sign, unguarded=unguarded) for row in body]
    return EnteredFile(file.name, file.sha256, given, shape.load, ignored)


def _usual_sign(file: JudgedFile) -> str | None:
    """The decimal sign where no number of the file tells it: a comma where cells are separated by semicolons."""
    if file.content_type != CSV:
        return None
    file.content.seek(0)
    head = file.content.readline(65_536)
    return "," if head.count(b";") > head.count(b",") else None


def _enters(schema: Schema, path: Path) -> bool:
    found = schema.load_fields.get(path[0])
    if found is None or found.dump_only:
        return False
    if not isinstance(found, fields.Nested):
        return len(path) == 1
    inner = found.schema.load_fields.get(path[1]) if len(path) > 1 else None
    return inner is not None and not inner.dump_only


def _columns(
    shape: RowShape, head: SheetRow, body: Sequence[SheetRow], *, ignore_unknown: bool
) -> tuple[list[_Column], tuple[str, ...]]:
    """The columns that are entered, and the headings of those that are not."""
    used = {place for row in body for place, cell in enumerate(row.cells) if cell is not None}
    names = {place: cell for place, cell in enumerate(head.cells) if cell is not None}
    if unnamed := used - names.keys():
        raise _wrong(head, [f"Column {place + 1} has values and no heading." for place in sorted(unnamed)[:_SHOWN]])
    found = {place: shape.paths.get(folded(str(name)), ()) for place, name in names.items()}
    unknown = [str(names[place])[:100] for place, path in found.items() if path == ()]
    if unknown and not ignore_unknown:
        raise _wrong(head, [f"Unknown column: {name}." for name in unknown[:_SHOWN]])
    entered = [_Column(place, path, shape.field_at(path)) for place, path in found.items() if path]
    twice = [path for path, times in Counter(one.path for one in entered).items() if times > 1]
    if twice:
        raise _wrong(head, [f"Given by more than one column: {'.'.join(path)}." for path in twice])
    if not entered:
        raise _wrong(head, ["None of the headings is known."])
    left_out = [str(names[place])[:100] for place, path in found.items() if not path]
    return entered, tuple(left_out)


def _wrong(head: SheetRow, messages: list[str]) -> Invalid:
    return Invalid(
        "The headings of the file are not valid.", errors={"rows": {str(head.number): {"_headings": messages}}}
    )


def _numbers(entered: Iterable[_Column], body: Sequence[SheetRow]) -> Iterator[str]:
    """Numbers that are written as text."""
    places = [one.place for one in entered if isinstance(one.kind, fields.Decimal)]
    for row in body:
        for place in places:
            cell = row.cells[place] if place < len(row.cells) else None
            if isinstance(cell, str):
                yield cell


def _entered(row: SheetRow, entered: Iterable[_Column], sign: str | None, *, unguarded: bool) -> EnteredRow:
    made = EnteredRow(row.number, {})
    for one in entered:
        cell = row.cells[one.place] if one.place < len(row.cells) else None
        if cell is None:
            if isinstance(one.kind, Text) and one.kind.required and one.kind.blank_allowed:
                _put(made.given, one.path, "")  # a text that must be given and may be blank
            continue
        if unguarded and isinstance(cell, str):
            cell = without_guard(cell)
        try:
            value = _json_value(one.kind, cell, sign)
        except ValueError as problem:
            _put(made.errors, one.path, [str(problem)])
            continue
        if one.kind is None:
            made.names[one.path[0]] = str(value)
        else:
            _put(made.given, one.path, value)
    return made


def _put(target: dict[str, Any], path: Path, value: Any) -> None:
    for name in path[:-1]:
        target = target.setdefault(name, {})
    target[path[-1]] = value


def _json_value(kind: fields.Field[Any] | None, cell: Cell, sign: str | None) -> Any:
    """The cell as the JSON of a single POST has it; ValueError with the message for one that has no value."""
    if isinstance(cell, CellError):
        raise ValueError(cell.message)  # noqa: TRY004 - it is a value of the file, not of the program
    text = _text(cell)
    return next((form for parent, form in _FORMS if isinstance(kind, parent)), _as_text)(kind, text, sign)


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        text = format(cell, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _as_text(_kind: Any, text: str, _sign: str | None) -> str:
    return text


def _as_number(_kind: Any, text: str, sign: str | None) -> str:
    try:
        return plain_number(text, sign)
    except Ambiguous as problem:
        raise ValueError(str(problem)) from None


def _as_id(_kind: Any, text: str, _sign: str | None) -> str:
    if text.isdecimal() and int(text[:40]) > LARGEST_ID:
        raise ValueError("Does not exist.")
    return text


def _as_choice(kind: Any, text: str, _sign: str | None) -> str:
    """The value of the enum that has these letters, in any case."""
    choices: dict[str, StrEnum] = {folded(choice.value): choice for choice in kind.enum}
    return str(choices.get(folded(text), text))


def _as_flag(_kind: Any, text: str, _sign: str | None) -> str:
    """The word of JSON for yes or no; any other text as it is."""
    return _FLAGS.get(folded(text), text)


def _as_words(_kind: Any, text: str, _sign: str | None) -> list[str]:
    """Words that are separated as in our files, or by commas."""
    return [word.strip() for word in re.split("[;,]", text) if word.strip()]


_FLAGS = {"si": "true", "yes": "true", "verdadero": "true", "no": "false", "falso": "false"}
_FORMS: tuple[tuple[type[fields.Field[Any]], Callable[[Any, str, str | None], Any]], ...] = (
    (fields.Date, lambda _kind, text, _sign: day_in(text)),
    (Id, _as_id),
    (fields.List, _as_words),
    (fields.Decimal, _as_number),
    (fields.Enum, _as_choice),
    (fields.Boolean, _as_flag),
)
"""Conversions by the kind of field; all else is text."""
