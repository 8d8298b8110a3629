"""Rows of imports, whose texts are stored encrypted."""

from collections.abc import Sequence

from app.infra.books import BookAccess
from app.infra.queries.bulk import Row
from app.kernel.paging import Page, PageRequest
from app.suites.personal.books.service import BookCipher
from app.suites.personal.imports.models import ImportLineRecord
from app.suites.personal.imports.repository import ImportLineRepository, LineFilter
from app.suites.personal.imports.service.drafts import Draft

_TABLE = "import_lines"


class ImportLines:
    """Reads and stores the rows of the imports of one book; raw text, notes and values before are encrypted."""

    def __init__(self, access: BookAccess) -> None:
        self.rows = ImportLineRepository(access)
        self.cipher = BookCipher(access)

    def of_import(self, import_id: int) -> list[ImportLineRecord]:
        """All rows of an import, in their order."""
        return [self._readable(one) for one in self.rows.of_import(import_id)]

    def page(self, criteria: LineFilter, request: PageRequest) -> Page[ImportLineRecord]:
        """One page of rows."""
        found = self.rows.page(criteria, request)
        return Page(map(self._readable, found.items), found.total, request)

    def insert(self, import_id: int, drafts: Sequence[Draft], *, is_known: bool) -> None:
        """Store the rows of an import."""
        if drafts:
            ids = self.rows.reserve_ids(len(drafts))
            rows = [self._row(row_id, draft) for row_id, draft in zip(ids, drafts, strict=True)]
            self.rows.insert_many(import_id, rows, is_known=is_known)

    def set_decided(self, import_id: int, drafts: Sequence[Draft]) -> None:
        """Store what was made of rows that are there."""
        decided = [{**one.as_row(), "before": self._encrypted(one.line_id, "before", one.before)} for one in drafts]
        self.rows.set_decided(import_id, decided)

    def _row(self, row_id: int, draft: Draft) -> Row:
        row = draft.as_row()
        texts = {"text": draft.text, "notes": draft.notes or None, "before": draft.before}
        return {"id": row_id, **row, **{name: self._encrypted(row_id, name, text) for name, text in texts.items()}}

    def _encrypted(self, row_id: int | None, column: str, text: str | None) -> str | None:
        return None if row_id is None else self.cipher.encrypt_optional(_TABLE, column, row_id, text)

    def _readable(self, line: ImportLineRecord) -> ImportLineRecord:
        return line._replace(
            text=self.cipher.decrypt(_TABLE, "text", line.id, line.text),
            notes=self.cipher.decrypt_optional(_TABLE, "notes", line.id, line.notes),
            before=self.cipher.decrypt_optional(_TABLE, "before", line.id, line.before),
        )
