"""Archives of books that are too large for one answer: a task makes them, and they are there for some days."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Protocol

from app.core.files.service import AttachedFiles
from app.core.notifications.rules import Message
from app.core.notifications.service import Teller
from app.infra.books import BookAccess
from app.infra.context import Context
from app.infra.db import act_as, end_reading, every_book, separate_transaction
from app.infra.logs import request_id
from app.infra.tasks import enqueue
from app.kernel.errors import NotFound
from app.kernel.files import JudgedFile
from app.suites.personal.books.service import PersonalBookService, each_book, may_enter, program_access
from app.suites.personal.privacy.models import BookArchive, BookArchiveRecord, ShownArchive
from app.suites.personal.privacy.queries import books_with_ended_archives
from app.suites.personal.privacy.repository import BookArchiveRepository
from app.suites.personal.privacy.rules import ARCHIVE_DUE, ARCHIVE_KEPT, ArchiveState

TASK = "book-archive"
"""The kind of task that makes an archive."""
READY = "archive_ready"
"""The kind of notification about an archive that was made."""
DOMAIN = "personal.privacy"
"""Name under which the files are kept."""


class OfPrivacy(Protocol):
    """A file of this domain."""

    @property
    def id(self) -> int:
        """Id of the file."""

    @property
    def book_id(self) -> int | None:
        """Id of the book."""


class ArchiveService:
    """Archives of one book; it is given the program's access, as viewers have archives, too."""

    def __init__(self, access: BookAccess) -> None:
        self.access = access
        self.context = access.context
        self.archives = BookArchiveRepository(access)
        self.files = AttachedFiles(replace(access.context, identity=None), DOMAIN, access.book_id)

    def request(self, user_id: int) -> BookArchiveRecord:
        """The archive of a person: the one that is there or on its way, or else a task makes one."""
        now = self.context.clock.now()
        found = self.archives.find_of(user_id)
        if found is not None and found.expires_at <= now:
            self.remove(user_id)
        made = self.archives.put(user_id, now, now + ARCHIVE_DUE)
        if made is not None:
            enqueue(self.context.session, TASK, {"archive": made, "book": self.access.book_id}, key=f"{TASK}-{made}")
        found = self.archives.find_of(user_id)
        if found is None:
            raise AssertionError("the archive was stored, or somebody else stored it")
        return found

    def waiting(self, archive_id: int) -> BookArchiveRecord | None:
        """An archive that is still to be made; None if it is made, or gone."""
        try:
            found = self.archives.get(archive_id)
        except NotFound:
            return None
        return found if found.file_id is None else None

    def keep(self, archive_id: int, file: JudgedFile) -> None:
        """Store an archive that was made, unless another run did, and tell its person."""
        row = self.archives.get_for_update(archive_id)
        if row.file_id is not None:
            return
        expires = self.context.clock.now() + ARCHIVE_KEPT
        stored = self.files.keep(file)
        self.archives.change(row, {"file_id": stored.id, "expires_at": expires})
        day = expires.astimezone(self.access.settings.zone)
        body = f"El archivo del libro {self.access.settings.name} se puede descargar hasta el {day:%d/%m/%Y}."
        message = Message(str(row.id), "Tus datos están listos para descargar", body, "/privacy")
        Teller(self.context).tell(READY, message, [row.user_id])

    def remove(self, user_id: int) -> int:
        """Delete the archive of a person; returns how many were there."""
        return self._release(self.archives.delete_of(user_id))

    def end(self, archive_id: int) -> None:
        """Delete an archive before its time."""
        row: BookArchive = self.archives.get_for_update(archive_id)
        file_id = row.file_id
        self.archives.delete(row)
        if file_id is not None:
            self.files.release_by_id(file_id)

    def purge(self) -> Mapping[str, int]:
        """Delete the archives that are over; returns how many."""
        return {"archives": self._release(self.archives.delete_ended(self.context.clock.now()))}

    def _release(self, gone: Iterable[BookArchiveRecord]) -> int:
        removed = list(gone)
        for one in removed:
            if one.file_id is not None:
                self.files.release_by_id(one.file_id)
        return len(removed)


def request_archives(context: Context, user_id: int) -> list[ShownArchive]:
    """Archives of all books of the caller, which tasks make as far as they are not there.

    The request reads only, so they are stored in a transaction of their own.
    """
    end_reading(context.session)
    with separate_transaction() as session:
        act_as(session, user_id=user_id, request_id=request_id.get())
        own = replace(context, session=session)
        books = PersonalBookService(own).list_of(user_id)
        return [_shown(one.name, ArchiveService(program_access(own, one.id)).request(user_id)) for one in books]


def end_archive(context: Context, user_id: int, archive_id: int) -> None:
    """Delete an archive of the caller."""
    for book in PersonalBookService(context).list_of(user_id):
        service = ArchiveService(program_access(context, book.id))
        found = service.archives.find_of(user_id)
        if found is not None and found.id == archive_id:
            service.end(archive_id)
            return
    raise NotFound(f"Archive {archive_id} does not exist.")


def purge_archives(context: Context, today: date) -> dict[str, object]:
    """Delete the archives that are over, with their files; returns the added counts."""
    with every_book(context.session):
        books = books_with_ended_archives(context.session, context.clock.now())
    return each_book(context, today, lambda access: ArchiveService(access).purge(), books) if books else {}


def may_read_file(context: Context, file: OfPrivacy) -> bool:
    """Whether an archive is the caller's, who is still in its book, and not over."""
    identity, book_id = context.identity, file.book_id
    if identity is None or book_id is None or not may_enter(context, book_id):
        return False
    found = BookArchiveRepository(program_access(context, book_id)).find_of(identity.user_id)
    return found is not None and found.file_id == file.id and found.expires_at > context.clock.now()


def _shown(book_name: str, archive: BookArchiveRecord) -> ShownArchive:
    state = ArchiveState.WAITING if archive.file_id is None else ArchiveState.READY
    return ShownArchive(
        archive.id,
        archive.book_id,
        book_name,
        state,
        archive.requested_at,
        archive.expires_at,
        archive.file_id,
    )
