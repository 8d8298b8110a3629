"""Repository of what is remembered of files."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.infra.db import require_writable
from app.infra.queries.in_book import InBookRepository
from app.infra.queries.records import columns_of, reader
from app.infra.queries.repository import Filter, equal
from app.suites.personal.imports.models import ImportMapping, ImportMappingRecord, StoredNumber
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

    def numbers(self) -> list[StoredNumber]:
        """The numbers of accounts as they are stored, the newest first."""
        table = ImportMapping.__table__.c
        own = (self.scope_condition(), table.kind == MappingKind.ACCOUNT)
        found = select(table.id, table.signature, table.account_number).where(*own).order_by(table.id.desc())
        return reader(StoredNumber)(self.session.execute(found, self.scope_values()))

    def forget(self, ids: Collection[int]) -> None:
        """Delete memories."""
        self.delete_where(ImportMapping.book_id == self.access.book_id, ImportMapping.id.in_(ids))

    def sign(self, signatures: Mapping[int, str]) -> None:
        """Set other signatures of memories, by their ids; it stays the same memory, with its version."""
        table = ImportMapping.__table__.c
        for row_id, signature in signatures.items():
            own = (table.book_id == self.access.book_id, table.id == row_id)
            self.session.execute(update(ImportMapping).where(*own).values(signature=signature))

    def remember(
        self, kind: MappingKind, signature: str, values: dict[str, object], first: Mapping[str, object] | None = None
    ) -> None:
        """Store a memory, or replace the one of the same signature, which keeps what is given for the `first` time."""
        self.access.require_writer()
        require_writable(self.session)
        own = {"book_id": self.access.book_id, "kind": kind, "signature": signature, **values, **(first or {})}
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
