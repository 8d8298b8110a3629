"""Files that rows refer to."""

from typing import Protocol, TypedDict

from app.core.files.models import StoredFile
from app.core.files.rules import NO_FILE
from app.core.files.service.files import Download, FileService
from app.infra.context import Context
from app.kernel.errors import Invalid
from app.kernel.files import UNKNOWN_PATH, JudgedFile


class KeptFile(Protocol):
    """A stored file, as a domain is asked whether the caller may read it."""

    @property
    def id(self) -> int:
        """Its id."""


class ReceiptValues(TypedDict, total=False):
    """The receipt of an income or expense."""

    receipt_path: str | None


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

    def attach_by_id(self, file_id: int, field: str) -> StoredFile:
        """Attach a file as `attach` does, by its id; Invalid, naming the field, where that gives None."""
        found = self._attach(self.files.of_id_for_update(file_id))
        if found is None:
            raise Invalid.field(field, NO_FILE)
        return found

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
