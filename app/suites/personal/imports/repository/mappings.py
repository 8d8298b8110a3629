"""Repository of what is remembered of files."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.infra.db import require_writable
from app.infra.queries.in_book import InBookRepository
from app.infra.queries.records import columns_of, reader
from app.infra.queries.repository import Filter, equal
from app.suites.personal.imports.models import ImportMapping, ImportMappingRecord
from app.suites.personal.imports.rules.states import MappingKind

MOST = 500
"""Memories that are read for a file, the newest first."""


@dataclass(frozen=True, slots=True)
class MappingFilter(Filter):
    """Criteria of what is remembered."""

    kind: MappingKind | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        return equal((ImportMapping.kind, self.kind))


class ImportMappingRepository(InBookRepository[ImportMapping, ImportMappingRecord]):
    """Memories of the files of one book."""

    model = ImportMapping
    record = ImportMappingRecord

    def newest(self, kind: MappingKind) -> list[ImportMappingRecord]:
        """Memories of a kind, the newest first."""
        table = ImportMapping.__table__
        own = (self.scope_condition(), table.c.kind == kind)
        found = select(*columns_of(ImportMappingRecord, table)).where(*own).order_by(table.c.id.desc()).limit(MOST)
        return reader(ImportMappingRecord)(self.session.execute(found, self.scope_values()))

    def remember(self, kind: MappingKind, signature: str, values: dict[str, object]) -> None:
        """Store a memory, or replace the one of the same signature."""
        self.access.require_writer()
        require_writable(self.session)
        own = {"book_id": self.access.book_id, "kind": kind, "signature": signature, **values}
        statement = upsert(ImportMapping).values(own)
        statement = statement.on_conflict_do_update(
            constraint="uq_import_mappings_signature",
            set_={**values, "version": ImportMapping.version + 1},
            where=ImportMapping.mapping.is_distinct_from(statement.excluded.mapping)
            | ImportMapping.account_id.is_distinct_from(statement.excluded.account_id)
            | ImportMapping.date_format.is_distinct_from(statement.excluded.date_format)
            | ImportMapping.decimal.is_distinct_from(statement.excluded.decimal),
        )
        with self.translated():
            self.session.execute(statement)
