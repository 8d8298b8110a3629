"""Rows of a file that are to be entered, as plain values."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.kernel.tax import TAX_TOO_HIGH

Errors = dict[str, Any]
"""Messages by field, nested like the input."""
Values = dict[str, Any]
"""Loaded values of a row, by the names of the fields of a single POST."""
Load = Callable[[Mapping[str, Any]], tuple[Values, Errors]]
"""Loads the input of one row, by the shape of a single POST: its values, or what is wrong."""


MOST_DIGITS = 19
"""Digits from which on a number is no id."""


@dataclass(slots=True)
class EnteredRow:
    """A row of a file."""

    number: int
    """Its number in the spreadsheet; that of the headings is usually 1."""
    given: dict[str, Any]
    """Its cells by field, as the JSON of a single POST would have them."""
    names: dict[str, str] = field(default_factory=dict)
    """Names of records that it refers to, by the column that names them."""
    errors: Errors = field(default_factory=dict)
    values: Values = field(default_factory=dict)
    """Loaded values; empty if the row has errors."""
    duplicate_of: int | None = None
    """Id of the record that is there already."""
    repeats: int | None = None
    """Number of the row of this file that has the same."""

    @property
    def is_new(self) -> bool:
        """Whether a record is to be made of it."""
        return not self.errors and self.duplicate_of is None and self.repeats is None


@dataclass(frozen=True, slots=True)
class EnteredFile:
    """The rows of a file, and the way to load them."""

    name: str
    sha256: str
    rows: list[EnteredRow]
    load: Load
    ignored: tuple[str, ...] = ()
    """Headings of columns that are left out."""


def error_lines(errors: Errors, before: str = "") -> Iterator[tuple[str, str]]:
    """Path of the field and message, for each message."""
    for name, found in errors.items():
        path = f"{before}.{name}" if before else str(name)
        if isinstance(found, Mapping):
            yield from error_lines(dict(found), path)
        else:
            yield from ((path, str(message)) for message in (found if isinstance(found, list) else [found]))


def check_taxes(rows: Iterable[EnteredRow]) -> None:
    """Refuse rows whose tax is not less than their amount, as the constraint of their table does."""
    for row in rows:
        tax = row.values.get("tax_amount")
        if tax is not None and tax >= row.values["amount"]:
            row.errors |= TAX_TOO_HIGH.errors


def given_id(row: EnteredRow, name: str) -> int | None:
    """The id by which a row gives a record; None for one that is no id, as its shape tells."""
    given = str(row.given.get(name))
    return int(given) or None if given.isascii() and given.isdigit() and len(given) < MOST_DIGITS else None


def name_key(name: str) -> str:
    """A name without case, accents and blanks, as names of payees are compared."""
    return "".join(plain_name(name).split())


def plain_name(text: str) -> str:
    """A name without case, accents and double blanks, as names are compared."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


def plain_number(text: str | None) -> str:
    """Letters and digits of a tax id or another number, without case; empty for none."""
    return "".join(letter for letter in (text or "").lower() if letter.isalnum())
