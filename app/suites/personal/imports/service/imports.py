"""Imports of the files of banks: previewing, committing, and taking them back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar, TypedDict, Unpack

from app.core.files.rules import display_name
from app.infra import clock
from app.infra.books import BookAccess
from app.infra.statements import LARGEST_FILE
from app.kernel.errors import Conflict, Invalid
from app.kernel.files import JudgedFile
from app.kernel.paging import Page, PageRequest, Sort
from app.suites.personal.accounts.service import AccountKey, AccountService
from app.suites.personal.books.service import InBookService
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.imports.models import BookImport, BookImportRecord, ImportLineRecord
from app.suites.personal.imports.repository import (
    BookImportRepository,
    ImportFilter,
    ImportLineRepository,
    LineFilter,
)
from app.suites.personal.imports.rules.lines import JUDGED_NOTES, ImportLineState
from app.suites.personal.imports.rules.states import (
    BookImportMode,
    BookImportState,
    Decision,
    Duplicates,
    FileFormat,
    TransferMode,
)
from app.suites.personal.imports.service.committing import MADE, Committing
from app.suites.personal.imports.service.documents import bring_document, is_document
from app.suites.personal.imports.service.drafts import Draft, LineNote
from app.suites.personal.imports.service.lines import ImportLines
from app.suites.personal.imports.service.outcomes import ImportOutcome, PossibleMatch
from app.suites.personal.imports.service.planning import Notes, Planning, counts_of
from app.suites.personal.imports.service.reading import FileOptions, FileReading, FileValues, ReadFile
from app.suites.personal.imports.service.transfers import TransferService
from app.suites.personal.imports.service.undoing import Undoing, Undone
from app.suites.personal.recurring.service import OccurrenceClaiming
from app.suites.personal.transactions.service.writing import TransactionWriter

PREVIEW_DAYS = 7
"""Days after which a preview that nobody commits is forgotten."""
MOST_STORED = 1_000
"""Errors and remarks of an import that are stored."""
MOST_SHOWN = 1_000
"""Rows in the answer of a preview; all of them are at the address of its lines."""
_START = 1_000
"""Bytes by which the document of a book is known."""
_NEWEST_FIRST = (Sort("id", descending=True),)
_BY_ROW = (Sort("number"),)
SAME_FILE = "same_file_other_account"


class ImportFilters(TypedDict, total=False):
    """The criteria of a list of imports."""

    account_id: int
    state: BookImportState


class LineFilters(TypedDict, total=False):
    """The criteria of a list of rows."""

    state: ImportLineState


class LineDecision(TypedDict, total=False):
    """A decision on rows of a preview."""

    rows: list[int]
    decision: Decision | None
    transaction_id: int
    category_id: int | None


_OF_RECORD = tuple(name for name in BookImportRecord._fields if name in ImportOutcome.__annotations__)


class ImportService(InBookService):
    """Previews, commits and takes back imports into a book."""

    model: ClassVar = BookImport

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.imports = BookImportRepository(access)
        self.rows = ImportLineRepository(access)
        self.lines = ImportLines(access)

    def page(self, request: PageRequest, **filters: Unpack[ImportFilters]) -> Page[BookImportRecord]:
        """One page of imports, the newest first."""
        return self.imports.page(ImportFilter(**filters), replace(request, sort=request.sort or _NEWEST_FIRST))

    def get(self, import_id: int) -> BookImportRecord:
        """One import."""
        return self.imports.get(import_id)

    def page_of_lines(
        self, import_id: int, request: PageRequest, **filters: Unpack[LineFilters]
    ) -> Page[ImportLineRecord]:
        """One page of the rows of an import, in their order."""
        self.imports.get(import_id)
        criteria = LineFilter(import_id, filters.get("state"))
        return self.lines.page(criteria, replace(request, sort=request.sort or _BY_ROW))

    def bring(self, file: JudgedFile, values: FileValues) -> ImportOutcome:
        """Import a file at once, or keep its rows as a preview."""
        self.access.require_writer()
        file.content.seek(0)
        start = file.content.read(_START)
        if is_document(start, values):
            return bring_document(self.access, start + file.content.read(), values)
        content = start + file.content.read(LARGEST_FILE + 1 - _START)
        found = FileReading(self.access).read(content, values)
        options = values.get("options", {})
        row = self._new(file, found, options)
        if options.get("mode", BookImportMode.COMMIT) is BookImportMode.COMMIT:
            return self._committed(row, found.drafts, found.accounts, is_stored=False)
        self.imports.forget_previews(clock.now() - timedelta(PREVIEW_DAYS))
        self._judge(row, found.drafts, found.accounts)
        self.imports.add(row)
        self.lines.insert(row.id, found.drafts, is_known=False)
        return self._outcome(row, found.drafts, with_lines=True)

    def commit(self, import_id: int) -> ImportOutcome:
        """Bring the rows of a preview into the book, as people decided."""
        row = self._preview(import_id)
        drafts = [Draft.of_record(line) for line in self.lines.of_import(import_id)]
        accounts = AccountService(self.access)
        known = {account_id: accounts.key(account_id) for account_id in {draft.account_id for draft in drafts}}
        if any(one.is_closed for one in known.values()):
            raise Conflict("The account is closed.", code="account_closed")
        return self._committed(row, drafts, known, is_stored=True)

    def decide(self, import_id: int, decision: LineDecision) -> int:
        """Decide on rows of a preview; returns how many."""
        self._preview(import_id)
        rows, values = decision["rows"], dict(decision)
        values.pop("rows")
        transaction_id = decision.get("transaction_id")
        if transaction_id is not None:
            values.pop("transaction_id")
            if decision.get("decision") is not Decision.MATCH or len(rows) != 1:
                raise Invalid.field("transaction_id", "Is for the match of one row.")
            self._require_leg(import_id, rows, transaction_id)
            values["candidate_id"] = transaction_id
        if not values:
            raise Invalid("The request is not valid.", errors={"decision": ["A decision or a category is needed."]})
        self._check_category(decision.get("category_id"))
        missing = self.rows.missing(import_id, rows)
        if missing:
            raise Invalid("The request is not valid.", errors={"rows": [f"{missing[0]} is no row of the import."]})
        if decision.get("decision") is Decision.MATCH and transaction_id is None:
            self._require_candidates(import_id, rows)
        return self.rows.decide(import_id, rows, values)

    def undo(self, import_id: int, *, force: bool = False) -> Undone:
        """Take an import back, or forget a preview."""
        row = self.imports.get_for_update(import_id)
        if row.state is BookImportState.PREVIEW:
            self.imports.delete(row)
            return Undone("Preview deleted", 0, 0, 0, [])
        if row.state is BookImportState.UNDONE and not self.lines.of_import(import_id):
            raise Conflict("The import was taken back already.", code="import_undone")
        return Undoing(self.access).undo(row, force=force)

    def _preview(self, import_id: int) -> BookImport:
        row = self.imports.get_for_update(import_id)
        if row.state is not BookImportState.PREVIEW:
            raise Conflict("The import is no preview any more.", code="import_committed")
        return row

    def _require_leg(self, import_id: int, rows: Sequence[int], transaction_id: int) -> None:
        """Invalid unless the entry is of the account of the rows."""
        [entry] = TransactionWriter(self.access).stored([transaction_id])
        if not {leg.account_id for leg in entry.legs} >= self.rows.accounts_of(import_id, rows):
            raise Invalid.field("transaction_id", "Is of another account.")

    def _check_category(self, category_id: int | None) -> None:
        if category_id is not None:
            CategoryService(self.access).get(category_id)

    def _require_candidates(self, import_id: int, rows: Sequence[int]) -> None:
        lacking = self.rows.without_candidate(import_id, rows)
        if lacking:
            raise Invalid.field("transaction_id", f"Row {lacking[0]} has no entry that it may be; name one.")

    def _new(self, file: JudgedFile, found: ReadFile, options: FileOptions) -> BookImport:
        days = [draft.date for draft in found.drafts]
        parsed = found.parsed
        account_id = next(iter(found.accounts)) if len(found.accounts) == 1 else None
        warnings = list(found.warnings)
        if account_id is not None and self.imports.has_file(file.sha256, account_id):
            warnings.append(SAME_FILE)
        return BookImport(
            book_id=self.access.book_id,
            account_id=account_id,
            state=BookImportState.PREVIEW,
            file_name=display_name(file.name)[:255],
            sha256=file.sha256,
            format=parsed.format,
            encoding=parsed.encoding[:40],
            date_format=parsed.date_format[:20],
            decimal=parsed.decimal[:1],
            keep=options.get("duplicates", Duplicates.SKIP),
            match_transfers=options.get("match_transfers", TransferMode.AUTO),
            run_rules=options.get("run_rules", True),
            rows=len(found.drafts) + len(found.errors) + len(parsed.notes),
            ignored=len(parsed.notes),
            invalid=len(found.errors),
            errors=sorted(found.errors, key=lambda one: one["row"])[:MOST_STORED],
            notes=[{"row": one.row, "code": one.code.value} for one in parsed.notes][:MOST_STORED],
            warnings=warnings,
            first_day=min(days, default=None),
            last_day=max(days, default=None),
            created_by=self.access.user_id,
        )

    def _judge(self, row: BookImport, drafts: Sequence[Draft], accounts: Mapping[int, AccountKey]) -> None:
        notes = Planning(self.access).judge(drafts, accounts, row.keep)
        known = [LineNote(row=one["row"], code=one["code"]) for one in row.notes if one["code"] not in JUDGED_NOTES]
        row.notes = [{**one} for one in _by_row([*known, *notes])[:MOST_STORED]]
        _count(row, drafts)

    def _committed(
        self, row: BookImport, drafts: Sequence[Draft], accounts: Mapping[int, AccountKey], *, is_stored: bool
    ) -> ImportOutcome:
        """Commit the rows of a file, one import at a time for each account."""
        self.imports.lock_accounts(accounts)
        OccurrenceClaiming(self.access).lock(accounts)
        self._judge(row, drafts, accounts)
        known = AccountService(self.access).open_keys() | dict(accounts)
        committed = Committing(self.access).commit(drafts, known, run_rules=row.run_rules)
        row.categorised, row.made_payees = committed
        _count(row, drafts)
        row.state = BookImportState.COMMITTED
        self.imports.add(row)
        if is_stored:
            self.lines.set_decided(row.id, drafts)
        else:
            self.lines.insert(row.id, drafts, is_known=True)
        self._merge_transfers(row, drafts)
        return self._outcome(row, drafts)

    def _merge_transfers(self, row: BookImport, drafts: Sequence[Draft]) -> None:
        made = [draft.transaction_id for draft in drafts if draft.state in MADE and draft.transaction_id is not None]
        if row.match_transfers is TransferMode.AUTO and row.first_day is not None and row.last_day is not None:
            transfers = TransferService(self.access)
            self.imports.change(row, {"transfers": transfers.merge_new(made, row.first_day, row.last_day)})

    def _outcome(self, row: BookImport, drafts: Sequence[Draft], *, with_lines: bool = False) -> ImportOutcome:
        possible = [
            PossibleMatch(draft.number, draft.transaction_id, draft.candidate_id, draft.score)
            for draft in drafts
            if draft.state is ImportLineState.POSSIBLE
        ]
        lines = None
        if with_lines:
            request = PageRequest(1, MOST_SHOWN, _BY_ROW)
            lines = list(self.lines.page(LineFilter(row.id), request).items)
        stored = self.imports.get(row.id)
        shown: dict[str, Any] = {name: getattr(stored, name) for name in _OF_RECORD}
        shown["format"] = FileFormat(stored.format.value)
        return ImportOutcome(import_id=row.id, possible=possible[:MOST_SHOWN], lines=lines, **shown)


def _count(row: BookImport, drafts: Sequence[Draft]) -> None:
    for name, number in counts_of(drafts).items():
        setattr(row, name, number)


def _by_row(notes: Notes) -> Notes:
    return sorted(notes, key=lambda one: one["row"])
