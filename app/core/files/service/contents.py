"""Contents of files, encrypted by the keys of books where their domain has such keys."""

from contextlib import ExitStack
from typing import IO, NamedTuple

from app.core.files.models import StoredFile, StoredFileRecord
from app.infra.context import Context
from app.infra.data_keys import unreadable
from app.infra.segments import FileKeys, SegmentCipher


class Unsealed(NamedTuple):
    """A content before it is stored: its size and digest, and where it belongs."""

    size: int
    sha256: str
    domain: str | None
    book_id: int | None


class ContentStore:
    """Stores contents, and finds the ciphers of those that are encrypted."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.storage

    def save(self, path: str, content: IO[bytes], given: Unsealed) -> tuple[str, int | None]:
        """Store a content, of a book encrypted; returns the digest of the stored bytes, and the id of the key."""
        keys = self._keys(given.domain, given.book_id)
        if keys is None or given.book_id is None:
            self.store.save(path, content)
            return given.sha256, None
        key = keys.writing_key()
        cipher = SegmentCipher(key, path=path, book_id=given.book_id, size=given.size)
        with ExitStack() as resources:
            sealed = cipher.encrypted(content, resources)
            self.store.save(path, sealed.content)
        return sealed.sha256, key.key_id

    def _keys(self, domain: str | None, book_id: int | None) -> FileKeys | None:
        """The keys of the book of a file; None where its domain has none."""
        find = self.context.settings.file_keys.get(domain or "")
        if find is None or book_id is None:
            return None
        keys: FileKeys = find(self.context, book_id)
        return keys

    def cipher(self, file: StoredFile | StoredFileRecord) -> SegmentCipher | None:
        if file.key_id is None or file.book_id is None:
            return None
        keys = self._keys(file.domain, file.book_id)
        if keys is None:
            raise unreadable()
        return SegmentCipher(keys.key(file.key_id), path=file.path, book_id=file.book_id, size=file.size)
