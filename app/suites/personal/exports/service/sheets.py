"""Tables of CSV and XLSX files: those of the document, with names instead of numbers."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from app.kernel.periods import DateRange
from app.suites.personal.exports.queries.tables import fields_of, part_fields
from app.suites.personal.exports.rules.document import BY_NAME, Field, Part, Section
from app.suites.personal.exports.rules.formats import ExportTable
from app.suites.personal.exports.service.document import DocumentService
from app.suites.personal.exports.service.exporting import COLUMNS, ExportRow, ExportService

_PARTS: Mapping[ExportTable, tuple[str, str]] = {
    ExportTable.BUDGET_AMOUNTS: ("budgets", "amounts"),
    ExportTable.GOAL_CONTRIBUTIONS: ("goals", "contributions"),
}
"""Sections and parts of the tables of rows that belong to others."""
_NAMES = {"recurring": "template_name", "budgets": "name", "goals": "name"}
_LISTED = ("categories", "accounts")
"""Parts whose names stand in one cell."""


class Sheet(NamedTuple):
    """A table: its columns, and the rows by their names."""

    columns: tuple[str, ...]
    rows: Iterator[ExportRow]


def sheet_of(service: ExportService, table: ExportTable, days: DateRange) -> Sheet:
    """A table of the book; transactions and their splits of these days."""
    if table in COLUMNS:
        return Sheet(COLUMNS[table], service.rows(table, days))
    return Sheet(_columns(table), Sheets(service).rows(table))


def _columns(table: ExportTable) -> tuple[str, ...]:
    """Columns of a section, or of one of its parts with the name of what they belong to."""
    if table in _PARTS:
        _, part = _part_of(table)
        return (part.of.removesuffix("_id"), *(one.name for one in part_fields(part)))
    section = BY_NAME[table.value]
    listed = (one.name for one in section.parts if one.name in _LISTED)
    return (*(one.name for one in fields_of(section)), *listed)


def _part_of(table: ExportTable) -> tuple[Section, Part]:
    name, wanted = _PARTS[table]
    section = BY_NAME[name]
    return section, next(one for one in section.parts if one.name == wanted)


class Sheets(DocumentService):
    """Reads sections as tables."""

    def __init__(self, exports: ExportService) -> None:
        super().__init__(exports.access)
        self.names: dict[str, Mapping[int, str]] = {
            "accounts": exports.account_names,
            "categories": exports.category_names,
            "payees": exports.payee_names,
        }

    def rows(self, table: ExportTable) -> Iterator[ExportRow]:
        """The rows of a section, or of one of its parts with the name of what they belong to."""
        if table not in _PARTS:
            yield from self._of_section(BY_NAME[table.value])
            return
        section, part = _part_of(table)
        names, owner = self._names_of(section), part.of.removesuffix("_id")
        for owner_id, rows in self.tables.parts(part).items():
            for row_id, values in rows:
                yield {owner: names[owner_id], **self._shown(part_fields(part), row_id, values)}

    def _of_section(self, section: Section) -> Iterator[ExportRow]:
        listed = {part: self.tables.parts(part) for part in section.parts if part.name in _LISTED}
        for row_id, values in self.tables.rows(section):
            row = self._shown(fields_of(section), row_id, values)
            for part, rows in listed.items():
                row[part.name] = self._part(part_fields(part), rows.get(row_id, []))
            yield row

    def _names_of(self, section: Section) -> Mapping[int, str]:
        if section.name not in self.names:
            column = _NAMES[section.name]
            self.names[section.name] = {row_id: str(row[column]) for row_id, row in self.tables.rows(section)}
        return self.names[section.name]

    def _referred(self, field: Field, row_id: int) -> object:
        """The name of a row; transactions have their id, as in their own table."""
        if field.section in self.names or field.section in _NAMES:
            return self._names_of(BY_NAME[field.section]).get(row_id)
        return row_id
