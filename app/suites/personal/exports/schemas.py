"""Query of exports, and the JSON document of a book as it is brought."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields

from app.kernel.errors import Invalid
from app.suites.personal.books.schemas import BookQuery, NewBookSchema
from app.suites.personal.exports.rules.document import (
    BY_NAME,
    IMPORT_MAPPINGS,
    SAVED_REPORTS,
    SCHEMA,
)
from app.suites.personal.exports.rules.formats import ExportFormat, ExportLocale, ExportTable
from app.suites.personal.exports.rules.reading import refusal
from app.suites.personal.exports.service import BookDocument
from app.suites.personal.imports.schemas import ColumnsSchema
from app.suites.personal.reports.schemas.saved import SavedReportSchema
from app.web.fields import Day, EnumByValue, Flag, Instant, Several
from app.web.json import decode

_OF_DOCUMENT = {"schema", "exported_at", "book"}


class BookExportQuery(BookQuery):
    """Format, days and tables of the file of a book."""

    format = EnumByValue(ExportFormat, load_default=ExportFormat.JSON)
    date_from = Day()
    date_to = Day()
    include = Several(ExportTable, metadata={"description": "Tables of CSV and XLSX files; by default all"})
    excel = Flag()
    locale = EnumByValue(ExportLocale)


class BookDocumentSchema(Schema):
    """All of a book: a list of rows for each of its sections, beside these fields. It can be imported again."""

    schema = fields.String(dump_only=True)
    exported_at = Instant()


def book_document(content: bytes) -> BookDocument:
    """The document of a file; Invalid, naming section, row and field, unless it is one of our schema."""
    try:
        found = decode(content)
    except Invalid as error:
        message = error.message.replace("The body", "The file")
        raise Invalid(message, code="unreadable_file", errors={"file": [message]}) from error
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise refusal("schema", None, (), f"Must be {SCHEMA}: that of an export of a book.", code="wrong_schema")
    unknown = sorted(found.keys() - _OF_DOCUMENT - BY_NAME.keys())
    if unknown:
        raise refusal(unknown[0][:100], None, (), "Unknown section.")
    sections = {name: _rows(name, rows) for name, rows in found.items() if name in BY_NAME}
    for name, check in _CHECKS.items():
        sections[name] = _checked(name, sections.get(name, []), check)
    return BookDocument(_book(found.get("book")), sections)


def _book(rows: object) -> Mapping[str, object]:
    if not isinstance(rows, list) or len(rows) != 1:
        raise refusal("book", None, (), "Must be a list of one book.")
    [found] = _checked("book", rows, lambda row: _loaded(NewBookSchema(exclude=("with_defaults",)), row))
    if not isinstance(found, Mapping):
        raise TypeError("a schema loads an object")
    return found


def _rows(name: str, rows: object) -> list[object]:
    if not isinstance(rows, list):
        raise refusal(name, None, (), "Not a list.")
    return rows


def _checked(name: str, rows: Sequence[object], check: Callable[[object], object]) -> list[object]:
    found = []
    for number, row in enumerate(rows, start=1):
        try:
            found.append(check(row))
        except ValidationError as error:
            errors = {name: {str(number): error.messages}}
            raise Invalid(f"{name} > {number}: not valid.", errors=errors) from error
    return found


def _loaded(schema: Schema, row: object) -> Any:
    if not isinstance(row, Mapping):
        raise ValidationError("Not an object.")
    return schema.load(row)


def _saved_report(row: object) -> object:
    """A saved report whose parameters its report takes; ids in them are numbers of the document."""
    if not isinstance(row, Mapping):
        raise ValidationError("Not an object.")
    loaded = _loaded(SavedReportSchema(), {name: row.get(name) for name in ("name", "report", "params")})
    return {**row, "params": loaded["params"]}


def _import_mapping(row: object) -> object:
    if not isinstance(row, Mapping):
        raise ValidationError("Not an object.")
    columns = row.get("mapping")
    return row if columns is None else {**row, "mapping": _loaded(ColumnsSchema(), columns)}


_CHECKS: Mapping[str, Callable[[object], object]] = {
    SAVED_REPORTS: _saved_report,
    IMPORT_MAPPINGS: _import_mapping,
}
"""Checks of the sections with values that are JSON themselves."""
