"""Services of files."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import IO, TypedDict

from app.core.files.models import StoredFile, StoredFileRecord
from app.core.files.repository import FileRepository
from app.core.files.rules import display_name, ending_of, is_ours, kind_for, name_problem, shown_inline
from app.infra import clock
from app.infra.contents import content_problem
from app.infra.context import Context
from app.infra.fair_lock import FairLock, LockFull
from app.infra.storage import FileStorage
from app.infra.virus_scan import VirusScan
from app.kernel.batches import batched
from app.kernel.errors import Conflict, Invalid, NotFound, TooLarge, Unavailable
from app.kernel.files import JudgedFile, SentFile, size_and_sha256

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
    """Stores, reads and deletes files. There is never a row without its content."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.files = FileRepository(context.session)
        self.store = context.storage

    def keep(self, file: JudgedFile) -> StoredFile:
        """Store the content, then the row."""
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
                uploaded_by=self._user_id,
            )
        )

    def attached(self, values: ReceiptValues, given: JudgedFile | None) -> ReceiptValues:
        """Store the given file and return its path as the new `receipt_path`; empty without a file."""
        path = values.get("receipt_path")
        if given is not None and path is not None:
            raise Invalid.field(given.part, "Give a file or a receipt_path, not both.")
        if given is None:
            return {}  # the foreign key ensures that a given path was uploaded
        return {"receipt_path": self.keep(given).path}

    @property
    def _user_id(self) -> int | None:
        return self.context.identity.user_id if self.context.identity else None

    def get(self, file_id: int) -> StoredFileRecord:
        """Name, type and size of a file."""
        return self.files.get(file_id)

    def download(self, file_id: int) -> Download:
        """Get a file by its id, to be sent."""
        file = self.files.get(file_id)
        return Download(file, shown_inline(file.content_type), self.store)

    def download_path(self, path: str) -> Download:
        """Get a file by its path, to be sent."""
        file = self.files.of_path(path)
        if file is None:
            raise NotFound("There is no such file.")
        return Download(file, shown_inline(file.content_type), self.store)

    def release(self, path: str | None) -> None:
        """Delete a file that a row no longer refers to, unless another row does.

        During a backup only its row goes at once, and the bytes with the daily sweep.
        """
        if path is not None and self.files.remove_unreferenced(path) and self.files.bytes_may_go():
            self.files.after_commit(lambda: self.store.delete(path))

    def sweep(self) -> dict[str, int]:
        """Delete contents older than a day without a row: leftovers of crashes."""
        if not self.files.bytes_may_go():
            raise Conflict("A backup is being taken: its files stay until it is done.", code="backup_running")
        limit = clock.now() - STRAY_AFTER
        old = (path for path, saved in self.store.listing() if saved < limit and is_ours(path))
        removed = 0
        for paths in batched(old, 1000):
            for path in set(paths) - self.files.known_among(paths):
                self.store.delete(path)
                removed += 1
        return {"removed": removed}

    def every(self) -> Iterator[StoredFile]:
        """All stored files."""
        return self.files.every()

    def violations(self) -> list[str]:
        """Messages about rows whose content is missing or damaged."""
        return [problem for file in self.every() if (problem := self._broken(file))]

    def _broken(self, file: StoredFile) -> str | None:
        try:
            # One byte more than its size, to notice a longer file.
            stored = size_and_sha256(self.store.read(file.path, 0, file.size + 1))
        except FileNotFoundError:
            return f"file {file.id} has no content"
        return None if stored == (file.size, file.sha256) else f"file {file.id} is not as it was uploaded"
