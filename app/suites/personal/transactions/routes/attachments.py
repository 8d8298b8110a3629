"""Files of transactions, and contributions between books."""

from app.kernel.files import JudgedFile
from app.kernel.paging import Page
from app.suites.personal.books.schemas import BookChoice, BookListRequest, BookQuery
from app.suites.personal.transactions.models import TransactionAttachmentRecord
from app.suites.personal.transactions.schemas import AttachmentForm, AttachmentListQuery, TransactionAttachmentSchema
from app.suites.personal.transactions.service import AttachmentService
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.responses import Listed, Message, One
from app.web.uploads import Upload

attachments_namespace = Namespace("attachments", path="/transactions/<id:transaction_id>/attachments")


def service(transaction_id: int, book_id: int | None) -> AttachmentService:
    """The service in the book that a transaction is in."""
    return AttachmentService.of_row(context(), transaction_id, book_id)


@attachments_namespace.route("")
class TransactionAttachments(Resource):
    @operation(
        "personal:read",
        Listed(TransactionAttachmentSchema, title="Adjuntos"),
        query=AttachmentListQuery,
        errors=(404,),
        name="listTransactionAttachments",
    )
    def get(self, query: BookListRequest, transaction_id: int) -> Page[TransactionAttachmentRecord]:
        """List the files of a transaction; those who are in the book download them by `file_url`."""
        return service(transaction_id, query.book_id).page(transaction_id, query.page)

    @operation(
        "personal:write",
        One(TransactionAttachmentSchema),
        query=BookQuery,
        body=AttachmentForm,
        upload=Upload("file"),
        status=201,
        errors=(404, 409),
        name="addTransactionAttachment",
    )
    def post(
        self, query: BookChoice, transaction_id: int, body: dict[str, str], file: JudgedFile
    ) -> TransactionAttachmentRecord:
        """Attach a file to a transaction, as a receipt."""
        return service(transaction_id, query.get("book_id")).add(transaction_id, file)


@attachments_namespace.route("/<id:attachment_id>")
class OneTransactionAttachment(Resource):
    @operation(
        "personal:read",
        One(TransactionAttachmentSchema),
        query=BookQuery,
        errors=(404,),
        name="getTransactionAttachment",
    )
    def get(self, query: BookChoice, transaction_id: int, attachment_id: int) -> TransactionAttachmentRecord:
        """One file of a transaction."""
        return service(transaction_id, query.get("book_id")).get(transaction_id, attachment_id)

    @operation(
        "personal:write",
        Message("Attachment deleted"),
        query=BookQuery,
        errors=(404,),
        name="deleteTransactionAttachment",
    )
    def delete(self, query: BookChoice, transaction_id: int, attachment_id: int) -> None:
        """Delete a file of a transaction."""
        service(transaction_id, query.get("book_id")).delete(transaction_id, attachment_id)
