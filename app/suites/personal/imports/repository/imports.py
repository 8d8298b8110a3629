"""Repository of imports."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from psycopg2.errorcodes import LOCK_NOT_AVAILABLE
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import OperationalError

from app.infra.locks import lock_key
from app.infra.queries.in_book import InBookRepository
from app.infra.queries.repository import Filter, equal
from app.kernel.errors import Conflict
from app.suites.personal.imports.models import BookImport, BookImportRecord
from app.suites.personal.imports.rules.states import BookImportState

LOCK_SECONDS = 30
STATEMENT_SECONDS = 60
"""Limit of each statement of an import, which waits for another and then stores many rows."""


@dataclass(frozen=True, slots=True)
class ImportFilter(Filter):
    """Criteria of imports."""

    account_id: int | None = None
    state: BookImportState | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        return equal((BookImport.account_id, self.account_id), (BookImport.state, self.state))


class BookImportRepository(InBookRepository[BookImport, BookImportRecord]):
    """Imports of one book."""

    model = BookImport
    record = BookImportRecord

    def lock_accounts(self, account_ids: Iterable[int]) -> None:
        """Wait for other imports into these accounts; Conflict if they take too long."""
        with _impatient():
            self.session.execute(
                select(
                    func.set_config("lock_timeout", f"{LOCK_SECONDS}s", True),
                    func.set_config("statement_timeout", f"{STATEMENT_SECONDS}s", True),
                )
            )
            for account_id in sorted(account_ids):
                self.session.execute(
                    select(func.pg_advisory_xact_lock(lock_key(f"import-{self.access.book_id}-{account_id}")))
                )

    def has_file(self, sha256: str, other_than: int) -> bool:
        """Whether this file was brought into another account of the book."""
        same = (BookImport.sha256 == sha256, BookImport.state == BookImportState.COMMITTED)
        other = (BookImport.account_id.is_distinct_from(other_than), self.scope_condition())
        found = select(select(BookImport.id).where(*same, *other).exists())
        return bool(self.session.scalar(found, self.scope_values()))

    def forget_previews(self, before: datetime) -> None:
        """Delete previews that nobody committed for long."""
        self.delete_where(BookImport.state == BookImportState.PREVIEW, BookImport.created_at < before)


@contextmanager
def _impatient() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if getattr(error.orig, "pgcode", None) != LOCK_NOT_AVAILABLE:
            raise
        raise Conflict("Another file is being imported into the account.", code="import_running") from error
