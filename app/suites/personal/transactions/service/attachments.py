"""Files of transactions, as receipts."""

from typing import ClassVar, Protocol

from app.core.files.service import AttachedFiles
from app.infra.books import BookAccess
from app.infra.context import Context
from app.infra.segments import FileKeys
from app.kernel.errors import Conflict
from app.kernel.files import JudgedFile
from app.kernel.paging import Page, PageRequest
from app.suites.personal.books.service import BookCipher, InBookService, caller_access, may_enter, program_access
from app.suites.personal.transactions.models import Transaction, TransactionAttachment, TransactionAttachmentRecord
from app.suites.personal.transactions.repository import AttachmentFilter, AttachmentRepository, TransactionRepository

DOMAIN = "personal.transactions"
"""Name under which the files are kept."""
MOST_FILES = 20
"""Files of one transaction."""


class AttachmentService(InBookService):
    """Keeps the files of the transactions of a book; the addresses start with the transaction."""

    model: ClassVar = Transaction

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.transactions = TransactionRepository(access)
        self.attachments = AttachmentRepository(access)
        self.files = AttachedFiles(access.context, DOMAIN, access.book_id)

    def page(self, transaction_id: int, request: PageRequest) -> Page[TransactionAttachmentRecord]:
        """One page of the files of a transaction."""
        self.transactions.get(transaction_id)
        return self.attachments.page(AttachmentFilter(transaction_id), request)

    def get(self, transaction_id: int, attachment_id: int) -> TransactionAttachmentRecord:
        """One file of a transaction."""
        return self.attachments.get_below(attachment_id, transaction_id=transaction_id)

    def add(self, transaction_id: int, file: JudgedFile) -> TransactionAttachmentRecord:
        """Attach a file to a transaction."""
        self.transactions.get_for_update(transaction_id)
        if len(self.attachments.files_of([transaction_id])) >= MOST_FILES:
            raise Conflict(f"A transaction has at most {MOST_FILES} files.", code="too_many_files")
        stored = self.files.keep(file)
        made = TransactionAttachment(
            book_id=self.access.book_id,
            transaction_id=transaction_id,
            file_id=stored.id,
            name=stored.original_name,
            content_type=stored.content_type,
            size=stored.size,
            created_by=self.access.user_id,
        )
        return self.attachments.get(self.attachments.add(made).id)

    def delete(self, transaction_id: int, attachment_id: int) -> None:
        """Delete a file of a transaction."""
        row = self.attachments.get_below_for_update(attachment_id, transaction_id=transaction_id)
        file_id = row.file_id
        self.attachments.delete(row)
        self.files.release_by_id(file_id)


class OfBook(Protocol):
    """A file that is in a book, or in none."""

    @property
    def book_id(self) -> int | None:
        """Id of the book."""


def file_keys(context: Context, book_id: int) -> FileKeys:
    """The keys of a book, for the files of its transactions."""
    access = program_access(context, book_id) if context.identity is None else caller_access(context, book_id)
    return BookCipher(access)


def may_read_file(context: Context, file: OfBook) -> bool:
    """Whether the caller is in the book of a file."""
    return file.book_id is not None and may_enter(context, file.book_id)
