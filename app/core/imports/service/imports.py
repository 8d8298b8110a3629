"""Previewing, committing and taking back imports."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from app.core.imports.events import ImportUndoing
from app.core.imports.models import Import, ImportRecord
from app.core.imports.repository import ImportFilter, ImportRepository
from app.core.imports.rules import (
    ImportMode,
    ImportState,
    LeftReason,
    LineState,
    closed_days,
    days_of,
    line_state,
    mark_duplicates,
    problems_of,
)
from app.core.imports.service.importer import Importer
from app.core.periods.service import PeriodService
from app.infra.context import Context
from app.kernel.errors import Conflict, Forbidden, Invalid
from app.kernel.paging import Page, PageRequest, Sort
from app.kernel.periods import FIRST_DAY
from app.kernel.rows import EnteredFile, EnteredRow, Errors, Values

NEWEST_FIRST = (Sort("id", descending=True),)


class Line(NamedTuple):
    """A row of the file: what it is, and the record that it made or is."""

    row: int
    state: LineState
    id: int | None
    duplicate_of: int | None
    repeats: int | None
    values: Values | None
    errors: Errors | None


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """Rows of a file: those that an import made or, as a preview, would make."""

    id: int | None
    kind: str
    mode: ImportMode
    state: ImportState | None
    file_name: str
    rows: int
    created: int
    duplicates: int
    invalid: int
    ignored_columns: tuple[str, ...]
    lines: list[Line]

    @property
    def refusal(self) -> Invalid | None:
        """The errors by row and field, if the import failed."""
        if self.state is not ImportState.FAILED:
            return None
        wrong = {str(line.row): line.errors for line in self.lines if line.errors}
        message = f"{self.invalid} of {self.rows} rows have errors; nothing was imported (import {self.id})."
        return Invalid(message, code="import_failed", errors={"rows": wrong})


class Left(NamedTuple):
    """A record that an import made and that stays."""

    row: int
    id: int
    reason: LeftReason


class Undone(NamedTuple):
    """Result of taking an import back."""

    message: str
    removed: int
    left: list[Left]


class ImportService:
    """Imports files of rows, all or nothing, and takes them back."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.imports = ImportRepository(context.session)

    def get(self, import_id: int) -> ImportRecord:
        """One import."""
        return self.imports.get(import_id)

    def page(
        self, request: PageRequest, *, kind: str | None = None, state: ImportState | None = None
    ) -> Page[ImportRecord]:
        """One page of imports, newest first."""
        return self.imports.page(ImportFilter(kind, state), replace(request, sort=request.sort or NEWEST_FIRST))

    def failed_between(self, kinds: Collection[str], first: date, last: date) -> list[ImportRecord]:
        """Imports of these kinds that failed and concern these days: for whoever closes a month."""
        return self.imports.failed_between(kinds, first, last)

    def run(self, importer: Importer, file: EnteredFile, mode: ImportMode) -> ImportOutcome:
        """Preview or commit the rows of a file; one with an error is recorded as failed, and makes nothing."""
        if mode is ImportMode.COMMIT:
            self.imports.lock(importer.kind)
        rows = file.rows
        importer.resolve(rows)
        for row in rows:
            _load(row, file)
        importer.check([row for row in rows if not row.errors])
        valid = [row for row in rows if not row.errors]
        mark_duplicates(valid, importer.key, importer.stored(valid) if valid else {}, once=importer.once)
        self._refuse_closed(importer, [row for row in valid if row.is_new])
        if mode is ImportMode.PREVIEW:
            return _outcome(importer, file, mode, None, {})
        return self._committed(importer, file)

    def undo(self, import_id: int) -> Undone:
        """Take back the records that nobody changed or uses; of a failed import, decide that nothing is missing."""
        found = self.imports.get_for_update(import_id)
        identity = self.context.identity
        if identity is not None and not identity.may(found.permission):
            raise Forbidden(f"Your role lacks {found.permission}.")
        if found.state in {ImportState.FAILED, ImportState.SUPERSEDED}:
            self.imports.change(found, {"state": ImportState.DISMISSED})
            return Undone("Import dismissed", 0, [])
        numbers = self.imports.rows_made(import_id)
        if found.state is not ImportState.COMMITTED and not numbers:
            raise Conflict("The import was taken back already.", code="import_undone")
        event = ImportUndoing(found.kind, list(numbers))
        self.context.publish(event)
        self.imports.forget_rows(import_id, event.left.keys())
        self.imports.change(found, {"state": ImportState.UNDONE})
        left = [Left(number, row_id, event.left[row_id]) for row_id, number in numbers.items() if row_id in event.left]
        removed = len(numbers) - len(left)
        return Undone(f"{removed} of {len(numbers)} records removed", removed, left)

    def _refuse_closed(self, importer: Importer, rows: Sequence[EnteredRow]) -> None:
        """Add errors to rows that would be dated in a closed month."""
        periods = PeriodService(self.context)
        first_open = periods.first_open_day(periods.company_book(), FIRST_DAY) if importer.booked else FIRST_DAY
        for row in rows:
            row.errors |= closed_days(row.values, importer.booked, first_open)

    def _committed(self, importer: Importer, file: EnteredFile) -> ImportOutcome:
        failed = any(row.errors for row in file.rows)
        new = [] if failed else [row for row in file.rows if row.is_new]
        ids = importer.create([row.values for row in new]) if new else []
        made = {row.number: row_id for row, row_id in zip(new, ids, strict=True)}
        state = ImportState.FAILED if failed else ImportState.COMMITTED
        outcome = _outcome(importer, file, ImportMode.COMMIT, state, made)
        stored = self.imports.add(self._record_of(importer, file, outcome))
        if made:
            self.imports.add_rows(stored.id, made)
        if not failed:
            self.imports.supersede(importer.kind, stored.file_name)
        return replace(outcome, id=stored.id)

    def _record_of(self, importer: Importer, file: EnteredFile, outcome: ImportOutcome) -> Import:
        days = [row.values.get(importer.day) or _day_given(row.given.get(importer.day)) for row in file.rows]
        first, last = days_of(days)
        identity = self.context.identity
        return Import(
            kind=importer.kind,
            permission=importer.permission,
            file_name=file.name[:255],
            sha256=file.sha256,
            state=outcome.state,
            rows=outcome.rows,
            created=outcome.created,
            duplicates=outcome.duplicates,
            invalid=outcome.invalid,
            problems=problems_of(file.rows),
            first_day=first,
            last_day=last,
            created_by=None if identity is None else identity.user_id,
        )


def _load(row: EnteredRow, file: EnteredFile) -> None:
    """Load a row by its shape; what a name could not be resolved to is not also missing."""
    before = dict(row.errors)
    values, errors = file.load(row.given)
    named = {f"{name.removesuffix('_name').removesuffix('_tax_id')}_id" for name in before.keys() | row.names.keys()}
    row.errors = before | {name: found for name, found in errors.items() if name not in named | before.keys()}
    row.values = {} if row.errors else values


def _outcome(
    importer: Importer, file: EnteredFile, mode: ImportMode, state: ImportState | None, made: dict[int, int]
) -> ImportOutcome:
    states = [line_state(row) for row in file.rows]
    invalid = states.count(LineState.INVALID)
    return ImportOutcome(
        id=None,
        kind=importer.kind,
        mode=mode,
        state=state,
        file_name=file.name,
        rows=len(states),
        created=0 if state is not None and invalid else states.count(LineState.NEW),
        duplicates=states.count(LineState.DUPLICATE),
        invalid=invalid,
        ignored_columns=file.ignored,
        lines=_lines(file.rows, states, made),
    )


def _lines(rows: Sequence[EnteredRow], states: Sequence[LineState], made: dict[int, int]) -> list[Line]:
    return [
        Line(
            row.number,
            state,
            made.get(row.number),
            row.duplicate_of,
            row.repeats,
            row.values if state is LineState.NEW else None,
            row.errors or None,
        )
        for row, state in zip(rows, states, strict=True)
    ]


def _day_given(text: object) -> date | None:
    """The day of a row that has an error elsewhere."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
