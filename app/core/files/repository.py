"""Repository of stored files."""

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.core.files.models import StoredFile, StoredFileRecord
from app.infra.backup import removals
from app.infra.db import on_commit
from app.infra.queries.repository import Repository


class FileRepository(Repository[StoredFile, StoredFileRecord]):
    """Stored files."""

    model = StoredFile
    record = StoredFileRecord

    def of_path(self, path: str) -> StoredFile | None:
        """File with that path, or None."""
        return self.session.scalar(select(StoredFile).where(StoredFile.path == path))

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
