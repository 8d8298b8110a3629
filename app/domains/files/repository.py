"""Questions about stored files."""

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.domains.files.models import StoredFile, StoredFileRecord
from app.infra.backup import removals
from app.infra.db import on_commit
from app.infra.queries.repository import Repository


class FileRepository(Repository[StoredFile, StoredFileRecord]):
    """Stored files."""

    model = StoredFile
    record = StoredFileRecord

    def of_path(self, path: str) -> StoredFile | None:
        """The file of that path, or None."""
        return self.session.scalar(select(StoredFile).where(StoredFile.path == path))

    def remove_unreferenced(self, path: str) -> bool:
        """Remove the row unless something refers to it; the foreign keys know."""
        try:
            # A savepoint of the connection: the end of one of the session's would set off what is to follow the commit.
            with self.session.connection().begin_nested():
                gone = delete(StoredFile).where(StoredFile.path == path).returning(StoredFile.id)
                return self.session.scalar(gone) is not None
        except IntegrityError:
            return False

    def after_commit(self, action: Callable[[], None]) -> None:
        """Do this once the transaction is committed, and not at all if it is taken back."""
        on_commit(self.session, action)

    def bytes_may_go(self) -> bool:
        """Whether this transaction may remove bytes once it is committed: a backup may need them still."""
        return removals.may_remove(self.session)

    def known_among(self, paths: Sequence[str]) -> set[str]:
        """Which of these paths have a row."""
        return set(self.session.scalars(select(StoredFile.path).where(StoredFile.path.in_(paths))))

    def every(self) -> Iterator[StoredFile]:
        """All files, without loading them all at once."""
        yield from self.session.scalars(select(StoredFile).order_by(StoredFile.id).execution_options(yield_per=1000))
