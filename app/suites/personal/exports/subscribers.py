"""Handlers of the events of imports."""

from typing import Any

from app.infra.context import Context, Subscription
from app.suites.personal.books.service import caller_access
from app.suites.personal.exports.schemas import book_document
from app.suites.personal.exports.service import DocumentImport
from app.suites.personal.imports.events import BookDocumentGiven


def bring_document(context: Context, event: BookDocumentGiven) -> None:
    """Bring the document of a book into another, of which the caller is an owner."""
    document = book_document(event.content)
    event.counts.update(DocumentImport(caller_access(context, event.book_id)).bring(document))


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (Subscription(BookDocumentGiven, bring_document),)
