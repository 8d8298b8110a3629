"""Reading rows of the JSON document: each value by the form of its field, and references by their numbers."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import NoReturn

from app.kernel.errors import DomainError, Invalid
from app.kernel.periods import FIRST_DAY, LAST_DAY
from app.suites.personal.exports.rules.document import Field, Kind

LONGEST_PROSE = 10_000
MOST_VALUES = 1_000
"""Values of a list in a row."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_NOON = time(12, tzinfo=UTC)
_LARGEST_GROUP = 1_000_000
References = Mapping[str, Sequence[int]]
"""Ids of the rows that were brought, by section, in the order of their numbers."""


class Wrong(Exception):
    """A value that no row of the section can have, and the place of it below the row."""

    def __init__(self, path: tuple[str, ...], message: str) -> None:
        super().__init__(message)
        self.path = path
        self.message = message


def refusal(section: str, number: int | None, path: Sequence[str], message: str, code: str | None = None) -> Invalid:
    """The refusal of a document for a value, named by section, number of the row, and field."""
    places = [section, *([] if number is None else [str(number)]), *path]
    errors: object = [message]
    for place in reversed(places[1:]):
        errors = {place: errors}
    return Invalid(f"{' > '.join(places)}: {message}", code=code, errors={section: errors})


def of_row(section: str, number: int, error: DomainError) -> Invalid:
    """The refusal of a document for what a service refuses of a row."""
    found = error.errors or {"": [error.message]}
    return Invalid(
        f"{section} > {number}: {error.message}", code=error.code, errors={section: {str(number): dict(found)}}
    )


def read_row(
    fields: Sequence[Field], row: object, references: References, more: Sequence[str] = ()
) -> dict[str, object]:
    """Values of a row by column; `more` are names that are read elsewhere."""
    if not isinstance(row, Mapping):
        raise Wrong((), "Not an object.")
    known = {"number", *more, *(one.name for one in fields)}
    for name in row:
        if name not in known:
            raise Wrong((str(name)[:100],), "Unknown field.")
    return {one.column: _in_field(one, row.get(one.name), references) for one in fields}


def read_parts(fields: Sequence[Field], rows: object, references: References) -> list[dict[str, object]]:
    """Values of the rows that belong to a row; those of one field alone are given as they are."""
    found = []
    for place, row in enumerate(items(rows), start=1):
        try:
            given = {fields[0].name: row} if len(fields) == 1 else row
            found.append(read_row(fields, given, references))
        except Wrong as wrong:
            raise Wrong((str(place), *wrong.path), wrong.message) from wrong
    return found


def items(value: object) -> list[object]:
    """A list, which may be left out."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Wrong((), "Not a list.")
    return value


def _in_field(field: Field, value: object, references: References) -> object:
    if value is None and field.required:
        raise Wrong((field.name,), "Missing data for required field.")
    try:
        return None if value is None else _READ[field.kind](field, value, references)
    except Wrong as wrong:
        raise Wrong((field.name, *wrong.path), wrong.message) from wrong


def _wrong(message: str) -> NoReturn:
    raise Wrong((), message)


def _text(field: Field, value: object, _references: References) -> str:
    if not isinstance(value, str):
        _wrong("Not a text.")
    longest = field.longest or LONGEST_PROSE
    if len(value) > longest:
        _wrong(f"Longer than {longest} characters.")
    if _UNSTORABLE.search(value):
        _wrong("Has characters that can't be stored.")
    return value


def _texts(field: Field, value: object, references: References) -> list[str]:
    found = [_text(field, one, references) for one in _few(value)]
    if len(set(found)) < len(found) or not all(one.strip() for one in found):
        _wrong("Has a text twice, or a blank one.")
    if field.name == "tags" and any("," in one or one != one.strip() for one in found):
        _wrong("A tag has no comma, and no space around it.")
    return found


def _few(value: object) -> list[object]:
    found = items(value)
    if len(found) > MOST_VALUES:
        _wrong(f"More than {MOST_VALUES} values.")
    return found


def _day(_field: Field, value: object, _references: References) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        _wrong("Not a date as YYYY-MM-DD.")
    try:
        found = date.fromisoformat(value)
    except ValueError:
        _wrong("There is no such day.")
    if not FIRST_DAY <= found <= LAST_DAY:
        _wrong(f"Must lie between {FIRST_DAY} and {LAST_DAY}.")
    return found


def _instant(field: Field, value: object, references: References) -> datetime:
    return datetime.combine(_day(field, value, references), _NOON)


def _number(field: Field, value: object, _references: References) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        _wrong("Not a number.")
    found = Decimal(value)
    if abs(found) >= Decimal(10) ** (field.most_digits - field.decimals):
        _wrong("Too large a number.")
    if found != round(found, field.decimals):
        _wrong(f"Not a number with at most {field.decimals} decimals.")
    return found


def _numbers(field: Field, value: object, references: References) -> list[Decimal]:
    found = [_number(field, one, references) for one in _few(value)]
    if not all(0 < one <= 10 for one in found):
        _wrong("Not numbers above 0, at most 10.")
    return found


def _whole(field: Field, value: object, _references: References) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        _wrong("Not a whole number.")
    if not -field.longest <= value <= field.longest:
        _wrong("Too large a number.")
    return value


def _wholes(field: Field, value: object, references: References) -> list[int]:
    found = [_whole(field, one, references) for one in _few(value)]
    if not all(one > 0 for one in found):
        _wrong("Not numbers above 0.")
    return found


def _flag(_field: Field, value: object, _references: References) -> bool:
    if not isinstance(value, bool):
        _wrong("Not true or false.")
    return value


def _choice(field: Field, value: object, _references: References) -> object:
    choices = field.choices
    if choices is None or not isinstance(value, str) or value not in set(choices):
        _wrong("Not one of the words that it may be.")
    return choices(value)


def _json(_field: Field, value: object, _references: References) -> object:
    return value


def _reference(field: Field, value: object, references: References) -> int:
    return referred(references, field.section, value)


def referred(references: References, section: str, number: object) -> int:
    """Id of the row of a section by its number in the document."""
    known = references.get(section, ())
    if isinstance(number, bool) or not isinstance(number, int):
        _wrong("Not the number of a row.")
    if not 0 < number <= len(known):
        _wrong(f"There is no such row in {section}.")
    return known[number - 1]


def _group(_field: Field, value: object, _references: References) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= _LARGEST_GROUP:
        _wrong("Not the number of a group.")
    return value


_READ: Mapping[Kind, Callable[[Field, object, References], object]] = {
    Kind.TEXT: _text,
    Kind.TEXTS: _texts,
    Kind.DAY: _day,
    Kind.INSTANT: _instant,
    Kind.NUMBER: _number,
    Kind.NUMBERS: _numbers,
    Kind.WHOLE: _whole,
    Kind.WHOLES: _wholes,
    Kind.FLAG: _flag,
    Kind.CHOICE: _choice,
    Kind.JSON: _json,
    Kind.REFERENCE: _reference,
    Kind.GROUP: _group,
}
