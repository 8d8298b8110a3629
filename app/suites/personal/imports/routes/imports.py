"""/import, /imports and /import-mappings of the suite."""

from flask import Response

from app.kernel.files import JudgedFile
from app.kernel.paging import Page
from app.suites.personal.books.schemas import BookChoice, BookListRequest, BookQuery
from app.suites.personal.imports.models import BookImportRecord, ImportLineRecord, ImportMapping, ImportMappingRecord
from app.suites.personal.imports.rules.states import FileFormat
from app.suites.personal.imports.schemas import (
    BookImportForm,
    BookImportListQuery,
    BookImportOutcomeSchema,
    BookImportSchema,
    BookImportUndoneSchema,
    ImportLineListQuery,
    ImportLineSchema,
    ImportMappingListQuery,
    ImportMappingSchema,
    LineDecisionSchema,
    LinesDecidedSchema,
    UndoQuery,
)
from app.suites.personal.imports.service import (
    FileValues,
    ImportMappingService,
    ImportOutcome,
    ImportService,
    LineDecision,
    MappingChanges,
    Undone,
)
from app.web.api import Namespace, Resource, changes, operation
from app.web.changed_responses import MadeOrShown
from app.web.context import context
from app.web.json import json_response
from app.web.responses import Computed, Listed, Message, One, Unwrapped
from app.web.uploads import Upload

entry = Namespace("personal_import", path="/import")
namespace = Namespace("personal_imports", path="/imports")
mappings = Namespace("import_mappings", path="/import-mappings")


class Outcome(MadeOrShown):
    """Result of a file: an import with an address, a preview, or a whole book, which is at none."""

    def respond(self, result: ImportOutcome, status: int) -> Response:
        if result.format is FileFormat.JSON:
            return json_response({"data": self.dumped(result)}, status)
        return super().respond(result, status)


OUTCOME = Outcome(BookImportOutcomeSchema, address="imports")


class Undoing(BookChoice, total=False):
    """The book, and whether entries that were changed since go as well."""

    force: bool


def service(import_id: int, query: BookChoice) -> ImportService:
    """The service in the book that an import is in."""
    return ImportService.of_row(context(), import_id, query.get("book_id"))


@entry.route("")
class StatementFile(Resource):
    @operation(
        "personal:write",
        OUTCOME,
        query=BookQuery,
        body=BookImportForm,
        upload=Upload("file", raw=True),
        status=201,
        errors=(404, 409),
        name="importStatement",
    )
    def post(self, query: BookChoice, body: FileValues, file: JudgedFile) -> ImportOutcome:
        """Import a statement of a bank (CSV, OFX, QIF, CAMT), or keep it as a preview.

        A JSON export of a book replaces what a book without transactions has by default: `account_id` is not needed,
        and only an owner may do it.
        """
        return ImportService.of_caller(context(), query.get("book_id")).bring(file, body)


@namespace.route("")
class BookImports(Resource):
    @operation(
        "personal:read",
        Listed(BookImportSchema, title="Importaciones"),
        query=BookImportListQuery,
        errors=(404,),
        name="listStatementImports",
    )
    def get(self, query: BookListRequest) -> Page[BookImportRecord]:
        """List imports, the newest first; previews too."""
        return ImportService.of_caller(context(), query.book_id).page(query.page, **query.filters)


@namespace.route("/<id:import_id>")
class OneBookImport(Resource):
    @operation("personal:read", One(BookImportSchema), query=BookQuery, errors=(404,), name="getStatementImport")
    def get(self, query: BookChoice, import_id: int) -> BookImportRecord:
        """One import."""
        return service(import_id, query).get(import_id)

    @operation(
        "personal:write",
        Unwrapped(BookImportUndoneSchema),
        query=UndoQuery,
        errors=(404, 409),
        name="undoStatementImport",
    )
    def delete(self, query: Undoing, import_id: int) -> Undone:
        """Take an import back; entries that were changed since stay, unless it is forced."""
        return service(import_id, query).undo(import_id, force=query.get("force", False))


@namespace.route("/<id:import_id>/commit")
class BookImportCommit(Resource):
    @operation(
        "personal:write",
        Computed(BookImportOutcomeSchema),
        query=BookQuery,
        errors=(404, 409),
        name="importStatementPreview",
    )
    def post(self, query: BookChoice, import_id: int) -> ImportOutcome:
        """Bring the rows of a preview into the book, as was decided on them."""
        return service(import_id, query).commit(import_id)


@namespace.route("/<id:import_id>/lines")
class BookImportLines(Resource):
    @operation(
        "personal:read",
        Listed(ImportLineSchema, title="Filas importadas"),
        query=ImportLineListQuery,
        errors=(404,),
        name="listStatementLines",
    )
    def get(self, query: BookListRequest, import_id: int) -> Page[ImportLineRecord]:
        """List the rows of an import, in the order of the file."""
        found = ImportService.of_row(context(), import_id, query.book_id)
        return found.page_of_lines(import_id, query.page, **query.filters)

    @operation(
        "personal:write",
        Computed(LinesDecidedSchema),
        query=BookQuery,
        body=LineDecisionSchema,
        errors=(404, 409),
        name="changeStatementLines",
    )
    def patch(self, query: BookChoice, import_id: int, body: LineDecision) -> dict[str, int]:
        """Decide on rows of a preview: to import or to skip them, the entry that one confirms, their category."""
        return {"changed": service(import_id, query).decide(import_id, body)}


@mappings.route("")
class ImportMappings(Resource):
    @operation(
        "personal:read",
        Listed(ImportMappingSchema, title="Formatos de archivos"),
        query=ImportMappingListQuery,
        errors=(404,),
    )
    def get(self, query: BookListRequest) -> Page[ImportMappingRecord]:
        """List what is remembered of files, the newest first."""
        return ImportMappingService.of_caller(context(), query.book_id).page(query.page, **query.filters)


@mappings.route("/<id:mapping_id>")
class OneImportMapping(Resource):
    @operation("personal:read", One(ImportMappingSchema), query=BookQuery, errors=(404,))
    def get(self, query: BookChoice, mapping_id: int) -> ImportMappingRecord:
        """Something that is remembered of files."""
        return ImportMappingService.of_row(context(), mapping_id, query.get("book_id")).get(mapping_id)

    @operation(
        "personal:write", One(ImportMappingSchema), query=BookQuery, body=changes(ImportMappingSchema), errors=(404,)
    )
    def put(self, query: BookChoice, mapping_id: int, body: MappingChanges) -> ImportMapping:
        """Change the columns of a kind of files, or the account of a number."""
        return ImportMappingService.of_row(context(), mapping_id, query.get("book_id")).update(mapping_id, **body)

    @operation("personal:write", Message("Mapping deleted"), query=BookQuery, errors=(404,))
    def delete(self, query: BookChoice, mapping_id: int) -> None:
        """Forget it."""
        ImportMappingService.of_row(context(), mapping_id, query.get("book_id")).delete(mapping_id)
