"""Repository of imports."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, ColumnElement, Integer, delete, func, insert, literal, or_, select, update

from app.core.imports.models import Import, ImportedRow, ImportRecord
from app.core.imports.rules import ImportState
from app.infra.locks import lock_key
from app.infra.queries.bulk import rows_of
from app.infra.queries.records import reader
from app.infra.queries.repository import Filter, Repository, equal


@dataclass(frozen=True, slots=True)
class ImportFilter(Filter):
    """Criteria of imports."""

    kind: str | None = None
    state: ImportState | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        return equal((Import.kind, self.kind), (Import.state, self.state))


class ImportRepository(Repository[Import, ImportRecord]):
    """Imports, and the records that they made."""

    model = Import
    record = ImportRecord

    def lock(self, kind: str) -> None:
        """Wait for other imports of this kind: of a file sent twice, the second must find the rows of the first."""
        self.session.execute(select(func.pg_advisory_xact_lock(lock_key(f"import-{kind}"))))

    def add_rows(self, import_id: int, ids: Mapping[int, int]) -> None:
        """Store the ids of the records that were made, by the number of their row, in one statement."""
        source = rows_of(
            {"number": (Integer(), list(ids.keys())), "row_id": (BigInteger(), list(ids.values()))},
        )
        made = select(literal(import_id, BigInteger), source.c.number, source.c.row_id)
        self.session.execute(insert(ImportedRow).from_select(["import_id", "number", "row_id"], made))

    def rows_made(self, import_id: int) -> dict[int, int]:
        """Numbers of the rows of the file by the id of the record, of those that were not taken back."""
        rows = select(ImportedRow.row_id, ImportedRow.number).where(ImportedRow.import_id == import_id)
        return {row.row_id: row.number for row in self.session.execute(rows.order_by(ImportedRow.number))}

    def forget_rows(self, import_id: int, kept: Collection[int]) -> None:
        """Delete the rows of an import, but for those of records that stay."""
        gone = [ImportedRow.import_id == import_id, ImportedRow.row_id.not_in(kept)]
        self.session.execute(delete(ImportedRow).where(*gone), execution_options={"synchronize_session": False})

    def supersede(self, kind: str, file_name: str) -> None:
        """Mark the failed imports of files of this name as superseded."""
        statement = (
            update(Import)
            .where(Import.kind == kind, Import.file_name == file_name, Import.state == ImportState.FAILED)
            .values(state=ImportState.SUPERSEDED, version=Import.version + 1)
        )
        self.session.execute(statement, execution_options={"synchronize_session": False})

    def failed_between(self, kinds: Collection[str], first: date, last: date) -> list[ImportRecord]:
        """Failed imports with rows between these days, or with no day that could be read; by id."""
        within = or_(Import.first_day.is_(None), (Import.first_day <= last) & (Import.last_day >= first))
        failed = self.base_query().where(Import.state == ImportState.FAILED, Import.kind.in_(kinds), within)
        return reader(ImportRecord)(self.session.execute(failed.order_by(Import.id)))
