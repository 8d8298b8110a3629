"""Repository of stored files."""

from collections.abc import Callable, Collection, Iterator, Sequence

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.exc import IntegrityError

from app.core.files.models import StoredFile, StoredFileRecord
from app.core.files.rules import NO_FILE
from app.infra.backup import removals
from app.infra.db import on_commit
from app.infra.locks import lock_key
from app.infra.queries.repository import Repository
from app.kernel.errors import NotFound

_IS_OWN = ~StoredFile.by_company | StoredFile.book_id.is_not(None)
"""Condition of files that are not the company's."""


class FileRepository(Repository[StoredFile, StoredFileRecord]):
    """Stored files."""

    model = StoredFile
    record = StoredFileRecord

    def of_path(self, path: str) -> StoredFile | None:
        """File with that path, or None."""
        return self.session.scalar(select(StoredFile).where(StoredFile.path == path))

    def of_path_for_update(self, path: str) -> StoredFile | None:
        """Lock the file with that path; None if there is none."""
        return self._locked(StoredFile.path == path)

    def of_id_for_update(self, file_id: int) -> StoredFile | None:
        """Lock the file with that id; None if there is none."""
        return self._locked(StoredFile.id == file_id)

    def lock_own(self, user_id: int) -> None:
        """Make uploads of a user's own files wait for each other, until the end of the transaction."""
        self.session.execute(select(func.pg_advisory_xact_lock(lock_key(f"files-{user_id}"))))

    def size_of_own(self, user_id: int) -> int:
        """Bytes of the files that a user uploaded, besides the company's."""
        own = (StoredFile.uploaded_by == user_id, _IS_OWN)
        return self.session.scalar(select(func.coalesce(func.sum(StoredFile.size), 0)).where(*own)) or 0

    def remove_left_behind(self) -> int:
        """Delete the rows of files that belonged to a deleted user alone; returns their number."""
        nobodys = (StoredFile.uploaded_by.is_(None), ~StoredFile.by_company, StoredFile.domain.is_(None))
        return self.delete_where(*nobodys)

    def of_person(self, user_id: int, book_ids: Collection[int]) -> list[StoredFile]:
        """Files of books, and those that a user uploaded for nobody else."""
        own = and_(StoredFile.uploaded_by == user_id, ~StoredFile.by_company, StoredFile.book_id.is_(None))
        found = select(StoredFile).where(or_(StoredFile.book_id.in_(book_ids), own)).order_by(StoredFile.id)
        return list(self.session.scalars(found))

    def of_book(self, book_id: int) -> list[StoredFile]:
        """Files of a book."""
        found = select(StoredFile).where(StoredFile.book_id == book_id).order_by(StoredFile.id)
        return list(self.session.scalars(found))

    def delete_of_book(self, book_id: int) -> list[str]:
        """Delete the rows of a book, and return the paths of their contents."""
        gone = delete(StoredFile).where(StoredFile.book_id == book_id).returning(StoredFile.path)
        return list(self.session.scalars(gone))

    def remove_own(self, user_id: int) -> list[str]:
        """Delete the rows of the files that a user uploaded for nobody else; returns their paths."""
        own = (StoredFile.uploaded_by == user_id, ~StoredFile.by_company, StoredFile.book_id.is_(None))
        gone = delete(StoredFile).where(*own, StoredFile.domain.is_(None)).returning(StoredFile.path)
        return list(self.session.scalars(gone, execution_options={"synchronize_session": False}))

    def remove_unreferenced(self, path: str) -> bool:
        """Delete the row, unless a foreign key refers to it."""
        try:
            # A savepoint of the connection: one of the session would trigger the actions after the commit.
            with self.session.connection().begin_nested():
                gone = delete(StoredFile).where(StoredFile.path == path).returning(StoredFile.id)
                return self.session.scalar(gone) is not None
        except IntegrityError:
            return False

    def after_commit(self, action: Callable[[], None]) -> None:
        """Call the action after the commit; a rollback drops it."""
        on_commit(self.session, action)

    def bytes_may_go(self) -> bool:
        """Whether contents may be deleted after this transaction; a running backup may need them."""
        return removals.may_remove(self.session)

    def known_among(self, paths: Sequence[str]) -> set[str]:
        """The paths that have a row."""
        return set(self.session.scalars(select(StoredFile.path).where(StoredFile.path.in_(paths))))

    def every(self) -> Iterator[StoredFile]:
        """All files, streamed."""
        yield from self.session.scalars(select(StoredFile).order_by(StoredFile.id).execution_options(yield_per=1000))

    def _locked(self, condition: ColumnElement[bool]) -> StoredFile | None:
        found = select(StoredFile).where(condition).with_for_update(key_share=True)
        return self.session.scalar(found, execution_options={"populate_existing": True})

    def _not_found(self, _row_id: int) -> NotFound:
        return NotFound(NO_FILE)
