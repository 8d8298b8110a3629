"""Stored files: keeping, reading and deleting them."""

import uuid
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import IO, NamedTuple

from app.core.files.models import StoredFile, StoredFileRecord
from app.core.files.repository import FileRepository
from app.core.files.rules import NO_FILE, display_name, ending_of, is_ours, shown_inline
from app.core.files.service.contents import ContentStore, Unsealed
from app.infra import clock
from app.infra.context import Context
from app.infra.file_access import COMPANY_FILES, works_here
from app.infra.segments import SegmentCipher, temporary
from app.infra.storage import FileStorage
from app.kernel.batches import batched
from app.kernel.errors import Conflict, NotFound, TooLarge, Unavailable
from app.kernel.files import JudgedFile, size_and_sha256

STRAY_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Download:
    """A file to be sent."""

    file: StoredFile | StoredFileRecord
    inline: bool
    store: FileStorage
    cipher: SegmentCipher | None = None
    """Decrypts a content that is encrypted."""

    def read(self, start: int, length: int) -> Iterator[bytes]:
        """Read a range of the content; NotFound if it is missing."""
        read = partial(self.store.read, self.file.path)
        try:
            return read(start, length) if self.cipher is None else self.cipher.decrypted(read, start, length)
        except FileNotFoundError:
            raise NotFound(f"The content of file {self.file.id} is not there.") from None


class Encrypted(NamedTuple):
    """Number of files that were encrypted, and the keys of those that could not be read."""

    done: int
    kept: set[int]


class FileService:
    """Stores and reads files. There is never a row without its content."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.files = FileRepository(context.session)
        self.store = context.storage
        self.contents = ContentStore(context)

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

    def opened(self, file: StoredFile) -> Download:
        """A file of a book, which the caller must have checked, or one of the user's own, to be read."""
        return self._sent(file)

    def encrypt_book(self, book_id: int, key_id: int | None) -> Encrypted:
        """Encrypt the files of a book that are not of this key, which is the one that encrypts.

        What can't be read stays as it is, with its key.
        """
        done, kept = 0, set[int]()
        for file in self.files.of_book(book_id):
            if file.key_id is not None and file.key_id == key_id:
                continue
            try:
                self._encrypt(file)
                done += 1
            except (NotFound, Unavailable):
                kept |= set() if file.key_id is None else {file.key_id}
        return Encrypted(done, kept)

    def unreadable(self, book_id: int, most: int) -> list[str]:
        """Messages about the first encrypted files of a book whose content can't be decrypted."""
        problems = []
        for file in [one for one in self.files.of_book(book_id) if one.key_id is not None][:most]:
            try:
                b"".join(self._sent(file).read(0, 1))
            except NotFound:
                continue  # a missing content is told of elsewhere
            except Unavailable:
                problems.append(f"file {file.id} can't be decrypted")
        return problems

    def _encrypt(self, file: StoredFile) -> None:
        """Store the content of a file of a book once more, encrypted by the key that encrypts now."""
        before, path = file.path, self._new_path(ending_of(file.path))
        with ExitStack() as resources:
            content: IO[bytes] = resources.enter_context(temporary())
            for piece in self._sent(file).read(0, file.size):
                content.write(piece)
            content.seek(0)
            digest, key_id = self.contents.save(
                path, content, Unsealed(file.size, file.sha256, file.domain, file.book_id)
            )
        self.files.change(file, {"path": path, "sha256": digest, "key_id": key_id})
        self._release_all([before])

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
        path = self._new_path(ending_of(file.name))
        file.content.seek(0)
        digest, key_id = self.contents.save(path, file.content, Unsealed(file.size, file.sha256, domain, book_id))
        return self.files.add(
            StoredFile(
                path=path,
                original_name=display_name(file.name),
                content_type=file.content_type,
                size=file.size,
                sha256=digest,
                key_id=key_id,
                uploaded_by=identity.user_id if identity else None,
                by_company=by_company,
                book_id=book_id,
                domain=domain,
            )
        )

    def _new_path(self, ending: str) -> str:
        return f"{self.context.clock.today():%Y/%m}/{uuid.uuid4().hex}{ending}"

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
        return Download(file, shown_inline(file.content_type), self.store, self.contents.cipher(file))

    def _broken(self, file: StoredFile) -> str | None:
        try:
            # One byte more than its size, to notice a longer file.
            stored = size_and_sha256(self.store.read(file.path, 0, file.stored_size + 1))
        except FileNotFoundError:
            return f"file {file.id} has no content"
        return None if stored == (file.stored_size, file.sha256) else f"file {file.id} is not as it was uploaded"
