"""Files that are the JSON document of a book, which a higher domain brings."""

import codecs

from app.infra.books import BookAccess
from app.kernel.errors import Invalid
from app.suites.personal.imports.events import BookDocumentGiven
from app.suites.personal.imports.rules.states import BookImportMode, BookImportState, FileFormat
from app.suites.personal.imports.service.outcomes import ImportOutcome
from app.suites.personal.imports.service.reading import FileValues

_BLANKS = b" \t\r\n"


def is_document(start: bytes, values: FileValues) -> bool:
    """Whether a file is such a document: by its format or, where none is given, by its first sign."""
    wanted = values.get("format")
    if wanted is not None:
        return wanted is FileFormat.JSON
    return "mapping" not in values and start.removeprefix(codecs.BOM_UTF8).lstrip(_BLANKS).startswith(b"{")


def bring_document(access: BookAccess, content: bytes, values: FileValues) -> ImportOutcome:
    """Bring the document into the book; Conflict if that has transactions."""
    if values.get("options", {}).get("mode", BookImportMode.COMMIT) is BookImportMode.PREVIEW:
        raise Invalid.field("options", "A book is brought at once; it has no preview.")
    event = BookDocumentGiven(access.book_id, content.removeprefix(codecs.BOM_UTF8))
    access.context.publish(event)
    number = event.counts["transactions"]
    return ImportOutcome(
        import_id=None,
        state=BookImportState.COMMITTED,
        format=FileFormat.JSON,
        encoding="utf-8",
        date_format="YYYY-MM-DD",
        decimal=".",
        rows=number,
        imported=number,
        duplicates=0,
        matched=0,
        transfers=0,
        ignored=0,
        invalid=0,
        categorised=0,
        errors=[],
        notes=[],
        warnings=[],
        possible=[],
    )
