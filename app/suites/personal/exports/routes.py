"""/export of the suite."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO, TextIOWrapper
from itertools import chain
from typing import Any, ClassVar, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from flask import Response

from app.infra.db import db
from app.kernel.batches import batched
from app.kernel.periods import DateRange
from app.suites.personal.books.schemas import BookChoice
from app.suites.personal.exports.pdf import statement_pdf
from app.suites.personal.exports.rules.document import SCHEMA
from app.suites.personal.exports.rules.formats import ZIP, ExportFormat, ExportLocale, ExportTable
from app.suites.personal.exports.rules.ledger import beancount, ledger
from app.suites.personal.exports.rules.statements import ofx, qif
from app.suites.personal.exports.schemas import BookDocumentSchema, BookExportQuery
from app.suites.personal.exports.service import DocumentService, ExportRow, ExportService, Sheet, sheet_of
from app.web.api import Namespace, Resource, operation
from app.web.auth import current_identity
from app.web.context import context
from app.web.events import record_export
from app.web.exports import Draft, PdfDraft, Table, XlsxDraft
from app.web.exports.lines import harmless
from app.web.json import encode
from app.web.responses import Describe, ResponseSpec

namespace = Namespace("export", path="/export")
BOM = "\ufeff"
LINES = 500
"""Lines of CSV that are written at once."""


class ExportChoice(BookChoice, total=False):
    """Format, days and tables of the file of a book."""

    format: ExportFormat
    date_from: date
    date_to: date
    include: tuple[ExportTable, ...]
    excel: bool
    locale: ExportLocale


class Wanted(NamedTuple):
    """Wishes of a request: the book, the days, and the rest of its query."""

    service: ExportService
    days: DateRange
    query: ExportChoice


class FileKind(NamedTuple):
    """Media type of a file, and the end of its name."""

    mimetype: str
    extension: str


class TextDraft(Draft):
    """A text that is written piece by piece."""

    def __init__(self, title: str, kind: FileKind, pieces: Iterable[str]) -> None:
        super().__init__(title, ())
        self.format: Any = kind
        self.pieces = pieces

    def _write(self) -> None:
        lines = TextIOWrapper(self.file, encoding="utf-8", newline="")
        self.resources.callback(lines.close)
        for piece in self.pieces:
            lines.write(piece)
        lines.flush()

    def _finish(self) -> None:
        """Do nothing: the file is complete after its last piece."""


class ZippedDraft(TextDraft):
    """Several texts in a ZIP archive, each written piece by piece."""

    def __init__(self, title: str, members: Mapping[str, Iterable[str]]) -> None:
        super().__init__(title, FileKind(ZIP, "zip"), ())
        self.members = members

    def _write(self) -> None:
        with ZipFile(self.file, "w", ZIP_DEFLATED) as archive:
            for name, pieces in self.members.items():
                with archive.open(name, "w", force_zip64=True) as member:
                    for piece in pieces:
                        member.write(piece.encode())


@dataclass(frozen=True, slots=True)
class BookExport:
    """A file of a book, to be written."""

    draft: Draft
    format: ExportFormat


class BookFile(ResponseSpec):
    """The file of a book, in the format of the request; it is written before the response, and its history tells."""

    needs_snapshot: ClassVar[bool] = True
    headers: ClassVar[tuple[str, ...]] = ("Content-Disposition",)

    def respond(self, result: BookExport, status: int) -> Response:
        with result.draft as draft:
            draft.write()
            db.session().commit()
            record_export(current_identity(), result.format)
            return draft.response()

    def document(self, describe: Describe) -> dict[str, Any]:
        return describe(BookDocumentSchema)

    def contents(self, shape: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """The document as JSON; other media types with the schema of binary content, or of text."""
        text, binary = {"type": "string"}, {"type": "string", "format": "binary"}
        kinds = dict.fromkeys((*(one.mimetype for one in ExportFormat), ZIP))
        others = {kind: text if kind.startswith("text/") else binary for kind in kinds}
        return {**others, ExportFormat.JSON.mimetype: shape}

    def description(self, status: int) -> str:
        return "The file; CSV of several tables is a ZIP archive."


@namespace.route("")
class Export(Resource):
    @operation("personal:read", BookFile(), query=BookExportQuery, errors=(404, 409), name="downloadBook")
    def get(self, query: ExportChoice) -> BookExport:
        """All of a book as a file: CSV, XLSX, JSON, a statement as PDF, OFX, QIF, or plain-text accounting."""
        service = ExportService.of_caller(context(), query.get("book_id"))
        days = service.days(query.get("date_from"), query.get("date_to"))
        return BookExport(DRAFTS[query["format"]](Wanted(service, days, query)), query["format"])


def _title(service: ExportService) -> str:
    return "".join(one if one.isalnum() else "-" for one in service.access.settings.name)[:60] or "libro"


def _text(service: ExportService, kind: ExportFormat, pieces: Iterable[str]) -> Draft:
    return TextDraft(_title(service), FileKind(kind.mimetype, kind.extension), pieces)


def _csv(wanted: Wanted) -> Draft:
    start = BOM if wanted.query.get("excel") else ""
    tables = wanted.query.get("include", tuple(ExportTable))
    members = {
        f"{one.value}.csv": chain([start], _csv_lines(sheet_of(wanted.service, one, wanted.days))) for one in tables
    }
    if len(members) > 1:
        return ZippedDraft(_title(wanted.service), members)
    return _text(wanted.service, ExportFormat.CSV, next(iter(members.values())))


def _csv_lines(sheet: Sheet) -> Iterator[str]:
    """Lines of a table under its heading, some hundreds at a time."""
    yield _csv_text([sheet.columns])
    for chunk in batched(sheet.rows, LINES):
        yield _csv_text(
            [_WRITTEN[kind](value) if (kind := type(value)) in _WRITTEN else value for value in row.values()]
            for row in chunk
        )


def _csv_text(rows: Iterable[Sequence[object]]) -> str:
    lines = StringIO(newline="")
    csv.writer(lines).writerows(rows)
    return lines.getvalue()


def _plain(value: bool | list[object]) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "true" if value else "false"


_WRITTEN: Mapping[type, Callable[[Any], str]] = {
    bool: _plain,
    list: lambda value: harmless(_plain(value)),
    str: harmless,
}
"""Texts of values by their types: such as can do no harm in a spreadsheet. The writer knows those of other types."""


def _xlsx(wanted: Wanted) -> Draft:
    tables = wanted.query.get("include", tuple(ExportTable))
    return XlsxDraft(
        _title(wanted.service), [_table(one.value, sheet_of(wanted.service, one, wanted.days)) for one in tables]
    )


def _table(name: str, sheet: Sheet) -> Table:
    return Table(name, list(sheet.columns), (_cells(row) for row in sheet.rows))


def _cells(row: ExportRow) -> list[object]:
    return [_plain(one) if isinstance(one, list | bool) else one for one in row.values()]


def _json(wanted: Wanted) -> Draft:
    return _text(wanted.service, ExportFormat.JSON, _json_pieces(wanted.service, wanted.days))


def _json_pieces(service: ExportService, days: DateRange) -> Iterator[str]:
    yield f'{{"schema":{json.dumps(SCHEMA)},"exported_at":{json.dumps(service.exported_at())}'
    for name, rows in DocumentService(service.access).sections(days):
        yield f",\n{json.dumps(name)}:["
        for place, row in enumerate(rows):
            yield f"{',' if place else ''}\n{_encoded(row)}"
        yield "\n]"
    yield "}\n"


def _encoded(row: ExportRow) -> str:
    found = encode(row)
    return found.decode() if isinstance(found, bytes) else found


def _pdf(wanted: Wanted) -> Draft:
    return PdfDraft(
        _title(wanted.service), wanted.service.statement(wanted.days, wanted.query.get("locale")), statement_pdf
    )


def _qif(wanted: Wanted) -> Draft:
    return _text(wanted.service, ExportFormat.QIF, qif(wanted.service.registers(wanted.days)))


def _ofx(wanted: Wanted) -> Draft:
    return _text(
        wanted.service, ExportFormat.OFX, ofx(wanted.service.registers(wanted.days), wanted.days.start, wanted.days.end)
    )


def _ledger(wanted: Wanted) -> Draft:
    return _text(wanted.service, ExportFormat.LEDGER, ledger(*wanted.service.journal(wanted.days)))


def _beancount(wanted: Wanted) -> Draft:
    return _text(wanted.service, ExportFormat.BEANCOUNT, beancount(*wanted.service.journal(wanted.days)))


DRAFTS: Mapping[ExportFormat, Callable[[Wanted], Draft]] = {
    ExportFormat.CSV: _csv,
    ExportFormat.JSON: _json,
    ExportFormat.PDF: _pdf,
    ExportFormat.XLSX: _xlsx,
    ExportFormat.OFX: _ofx,
    ExportFormat.QIF: _qif,
    ExportFormat.LEDGER: _ledger,
    ExportFormat.BEANCOUNT: _beancount,
}
"""Functions that make each file."""
