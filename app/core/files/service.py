"""Services of files."""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import IO, TypedDict

from app.core.files.models import StoredFile, StoredFileRecord
from app.core.files.repository import FileRepository
from app.core.files.rules import NO_FILE, display_name, ending_of, is_ours, kind_for, name_problem, shown_inline
from app.infra import clock
from app.infra.contents import content_problem
from app.infra.context import Context
from app.infra.fair_lock import FairLock, LockFull
from app.infra.file_access import COMPANY_FILES, works_here
from app.infra.storage import FileStorage
from app.infra.virus_scan import VirusScan
from app.kernel.batches import batched
from app.kernel.errors import Conflict, Invalid, NotFound, TooLarge, Unavailable
from app.kernel.files import UNKNOWN_PATH, JudgedFile, SentFile, size_and_sha256

STRAY_AFTER = timedelta(days=1)
MOST_AT_ONCE = 3
"""Files in a process: one that is checked, and two that wait."""
WAIT_SECONDS = 10
_PIECE = 256 * 1024


class ReceiptValues(TypedDict, total=False):
    """The receipt of an income or expense."""

    receipt_path: str | None


@dataclass(frozen=True)
class Download:
    """A file to be sent."""

    file: StoredFile | StoredFileRecord
    inline: bool
    store: FileStorage

    def read(self, start: int, length: int) -> Iterator[bytes]:
        """Read a range of the content; NotFound if it is missing."""
        try:
            return self.store.read(self.file.path, start, length)
        except FileNotFoundError:
            raise NotFound(f"The content of file {self.file.id} is not there.") from None


class FileJudge:
    """Checks uploaded files, one at a time in a process, for its callers in turn; a few may wait.

    It needs no database, and is called before the request's transaction begins.
    """

    def __init__(self, largest: int, virus_scan: VirusScan | None = None) -> None:
        self.largest = largest
        self.virus_scan = virus_scan
        self.turns = FairLock(MOST_AT_ONCE)

    def judge(self, given: SentFile, caller: str) -> JudgedFile:
        """Check the file; raises Invalid naming the form's part, or Unavailable if too many wait."""
        content_type = _type_by_name(given)
        try:
            with self.turns.hold(caller, WAIT_SECONDS):
                return self._judged(given, content_type)
        except LockFull:
            raise Unavailable("Other files are being checked; try again.", code="busy", retry_after=1) from None

    def _judged(self, given: SentFile, content_type: str) -> JudgedFile:
        size, digest = self._measured(given.content)
        problem = content_problem(content_type, given.content)
        if problem is None and self.virus_scan is not None and self.virus_scan.refuses(given.content):
            problem = "The virus scanner refuses this file."
        if problem is not None:
            raise Invalid.field(given.part, problem)
        return JudgedFile(given.part, given.name, given.content, content_type, size, digest)

    def _measured(self, content: IO[bytes]) -> tuple[int, str]:
        content.seek(0)
        size, digest = size_and_sha256(iter(partial(content.read, _PIECE), b""))
        if size > self.largest:  # by less than the allowance for the other parts of a form
            raise TooLarge(f"A file may have at most {self.largest // 1024 // 1024} MB.")
        return size, digest


def _type_by_name(given: SentFile) -> str:
    """Media type by the name's extension; raises Invalid if the name or its kind is not accepted."""
    kind = kind_for(ending_of(given.name))
    problem = name_problem(given.name)
    if kind is None or problem is not None:
        raise Invalid.field(given.part, problem or "This kind of file is not taken.")
    return kind.content_type


class FileService:
    """Stores and reads files. There is never a row without its content."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.files = FileRepository(context.session)
        self.store = context.storage

    def upload(self, file: JudgedFile) -> StoredFile:
        """Store a file that is attached to nothing yet."""
        return self._keep(file)

    def download(self, file_id: int) -> Download:
        """Get a file by its id, to be sent, if the caller may read it."""
        return self._download(self.files.get(file_id))

    def download_path(self, path: str) -> Download:
        """Get a file by its path, to be sent, if the caller may read it."""
        return self._download(self.files.of_path(path))

    def may_read(self, file: StoredFile | StoredFileRecord) -> bool:
        """Whether the caller may read a file.

        Of one that is attached, the domain decides to which it is attached. All else is read by its uploader, and the
        company's by those who work there.
        """
        identity = self.context.identity
        if file.domain is not None:
            reads = self.context.settings.file_readers.get(file.domain)
            return reads is not None and reads(self.context, file)
        if identity is not None and file.uploaded_by == identity.user_id:
            return True
        return file.by_company and COMPANY_FILES(self.context, file)

    def sweep(self) -> dict[str, int]:
        """Delete the private files of deleted users, and contents older than a day without a row: leftovers."""
        if not self.files.bytes_may_go():
            raise Conflict("A backup is being taken: its files stay until it is done.", code="backup_running")
        self.files.remove_left_behind()
        limit = clock.now() - STRAY_AFTER
        old = (path for path, saved in self.store.listing() if saved < limit and is_ours(path))
        removed = 0
        for paths in batched(old, 1000):
            for path in set(paths) - self.files.known_among(paths):
                self.store.delete(path)
                removed += 1
        return {"removed": removed}

    def of_person(self, user_id: int, book_ids: Collection[int]) -> list[StoredFile]:
        """Files of books, which the caller must have checked, and those that a user uploaded for nobody else."""
        return self.files.of_person(user_id, book_ids)

    def release_book(self, book_id: int) -> int:
        """Delete all files of a book whose rows are gone; returns their number."""
        return self._release_all(self.files.delete_of_book(book_id))

    def erase_own(self, user_id: int) -> int:
        """Delete the files that a user uploaded for nobody else; returns their number."""
        return self._release_all(self.files.remove_own(user_id))

    def _release_all(self, paths: list[str]) -> int:
        """Delete contents after the commit; during a backup they go with the daily sweep."""
        if paths and self.files.bytes_may_go():
            self.files.after_commit(lambda: self._delete_all(paths))
        return len(paths)

    def _delete_all(self, paths: list[str]) -> None:
        for path in paths:
            self.store.delete(path)

    def every(self) -> Iterator[StoredFile]:
        """All stored files."""
        return self.files.every()

    def violations(self) -> list[str]:
        """Messages about rows whose content is missing or damaged."""
        return [problem for file in self.every() if (problem := self._broken(file))]

    def _keep(self, file: JudgedFile, domain: str | None = None, book_id: int | None = None) -> StoredFile:
        """Store the content, then the row."""
        identity = self.context.identity
        by_company = identity is None or works_here(identity)
        if book_id is not None or not by_company:
            self._check_quota(file.size)
        path = f"{self.context.clock.today():%Y/%m}/{uuid.uuid4().hex}{ending_of(file.name)}"
        file.content.seek(0)
        self.store.save(path, file.content)
        return self.files.add(
            StoredFile(
                path=path,
                original_name=display_name(file.name),
                content_type=file.content_type,
                size=file.size,
                sha256=file.sha256,
                uploaded_by=identity.user_id if identity else None,
                by_company=by_company,
                book_id=book_id,
                domain=domain,
            )
        )

    def _check_quota(self, size: int) -> None:
        """Raise TooLarge if the caller's own files would have more bytes than a user's may have."""
        identity, quota = self.context.identity, self.context.settings.person_quota_bytes
        if identity is None:
            return
        self.files.lock_own(identity.user_id)  # so that uploads at the same time count each other
        if self.files.size_of_own(identity.user_id) + size > quota:
            message = f"Your files may have {quota // 1024 // 1024} MB together."
            raise TooLarge(message, code="quota_exceeded")

    def _download(self, file: StoredFile | StoredFileRecord | None) -> Download:
        if file is None or not self.may_read(file):
            raise NotFound(NO_FILE)
        return self._sent(file)

    def _sent(self, file: StoredFile | StoredFileRecord) -> Download:
        return Download(file, shown_inline(file.content_type), self.store)

    def _broken(self, file: StoredFile) -> str | None:
        try:
            # One byte more than its size, to notice a longer file.
            stored = size_and_sha256(self.store.read(file.path, 0, file.size + 1))
        except FileNotFoundError:
            return f"file {file.id} has no content"
        return None if stored == (file.size, file.sha256) else f"file {file.id} is not as it was uploaded"


class AttachedFiles(FileService):
    """Files that rows of one domain refer to: stored or attached with them, and released with them.

    The domain's manifest says who may read them: `may_read_file`. Those of a book are its user's own.
    """

    def __init__(self, context: Context, domain: str, book_id: int | None = None) -> None:
        super().__init__(context)
        self.domain = domain
        self.book_id = book_id

    def keep(self, file: JudgedFile) -> StoredFile:
        """Store a file for a row."""
        return self._keep(file, self.domain, self.book_id)

    def attached(self, values: ReceiptValues, given: JudgedFile | None, current: str | None = None) -> ReceiptValues:
        """Store the given file and return its path as the new `receipt_path`; empty without a file.

        A path that is given instead of a file must be `current`, that of the row, or of a file that `attach` accepts.
        """
        path = values.get("receipt_path")
        if given is not None and path is not None:
            raise Invalid.field(given.part, "Give a file or a receipt_path, not both.")
        if given is not None:
            return {"receipt_path": self.keep(given).path}
        if path != current:
            self.attach_receipt(path)
        return {}

    def attach_receipt(self, path: str | None) -> None:
        """Attach the file of a `receipt_path`, if there is one; raises Invalid where `attach` does not accept it."""
        if path is not None and self.attach(path) is None:
            raise Invalid.field("receipt_path", UNKNOWN_PATH)

    def attach(self, path: str) -> StoredFile | None:
        """Attach a file that was uploaded before; None if the caller may not read it, or it is not for this book.

        One that is attached already stays with the domain that it was attached to first.
        """
        return self._attach(self.files.of_path_for_update(path))

    def attach_by_id(self, file_id: int) -> StoredFile | None:
        """Attach a file as `attach` does, by its id."""
        return self._attach(self.files.of_id_for_update(file_id))

    def download_attached(self, file_id: int) -> Download:
        """Get the file of a row that the caller may see, whoever may read the domain's other files."""
        return self._sent(self.files.get(file_id))

    def release(self, path: str | None) -> None:
        """Delete a file that a row no longer refers to, unless another row does.

        During a backup only its row goes at once, and the bytes with the daily sweep.
        """
        if path is not None and self.files.remove_unreferenced(path) and self.files.bytes_may_go():
            self.files.after_commit(lambda: self.store.delete(path))

    def release_replaced(self, before: str | None, after: str | None) -> None:
        """Release the file that a row referred to before its change, unless it still does."""
        if after != before:
            self.release(before)

    def release_by_id(self, file_id: int) -> None:
        """Delete a file as `release` does, by its id."""
        self.release(self.files.get(file_id).path)

    def _attach(self, file: StoredFile | None) -> StoredFile | None:
        if file is None or not (self.context.identity is None or self.may_read(file)):
            return None
        if file.domain is None:
            return self._given(file)
        return file if file.book_id == self.book_id else None

    def _given(self, file: StoredFile) -> StoredFile | None:
        """The file, which becomes the domain's; into a book goes only what its uploader brings."""
        identity = self.context.identity
        if self.book_id is not None:
            if identity is None or file.uploaded_by != identity.user_id:
                return None
            if file.by_company:
                self._check_quota(file.size)
        return self.files.change(file, {"domain": self.domain, "book_id": self.book_id})
