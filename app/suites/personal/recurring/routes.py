"""/recurring of the suite."""

from datetime import date
from typing import TypedDict

from app.kernel.paging import Page
from app.suites.personal.books.schemas import BookChoice, BookListRequest, BookQuery
from app.suites.personal.recurring.models import Scheduled
from app.suites.personal.recurring.schemas import (
    OccurrencePostingSchema,
    OccurrenceSkipSchema,
    RecurringTransactionListQuery,
    RecurringTransactionSchema,
    UpcomingTransactionListQuery,
    UpcomingTransactionSchema,
)
from app.suites.personal.recurring.service import (
    NewRecurring,
    Posting,
    RecurringChanges,
    RecurringItem,
    RecurringReader,
    RecurringService,
)
from app.web.api import Namespace, Resource, changes, operation
from app.web.changed_responses import OneWithFigures
from app.web.context import context
from app.web.responses import Listed, Message

namespace = Namespace("recurring", path="/recurring")
ONE = OneWithFigures(RecurringTransactionSchema)


class Skipped(TypedDict, total=False):
    """The day of the occurrence that is left out."""

    date: date


def service(recurring_id: int, query: BookChoice) -> RecurringService:
    """The service in the book that a recurring transaction is in."""
    return RecurringService.of_row(context(), recurring_id, query.get("book_id"))


def shown(changed: RecurringService, recurring_id: int) -> RecurringItem:
    """The recurring transaction after a change."""
    return RecurringReader(changed.access).get(recurring_id)


@namespace.route("")
class RecurringTransactions(Resource):
    @operation(
        "personal:read",
        Listed(RecurringTransactionSchema, title="Recurrentes"),
        query=RecurringTransactionListQuery,
        errors=(404,),
        name="listRecurring",
    )
    def get(self, query: BookListRequest) -> Page[RecurringItem]:
        """List the recurring transactions of a book with their next dates, those that are due first first."""
        return RecurringReader.of_caller(context(), query.book_id).page(query.page, **query.filters)

    @operation(
        "personal:write",
        ONE,
        query=BookQuery,
        body=RecurringTransactionSchema,
        status=201,
        errors=(404, 409),
        name="createRecurring",
    )
    def post(self, query: BookChoice, body: NewRecurring) -> RecurringItem:
        """Make a recurring transaction; one that starts in the past begins there, and is made up for every hour."""
        made = RecurringService.of_caller(context(), query.get("book_id"))
        return shown(made, made.create(**body))


@namespace.route("/upcoming")
class UpcomingTransactions(Resource):
    @operation(
        "personal:read",
        Listed(UpcomingTransactionSchema, title="Próximos movimientos"),
        query=UpcomingTransactionListQuery,
        errors=(404,),
        name="listUpcoming",
    )
    def get(self, query: BookListRequest) -> Page[Scheduled]:
        """List the occurrences of all recurring transactions that are still to come, by default of thirty days."""
        return RecurringReader.of_caller(context(), query.book_id).upcoming(query.page, **query.filters)


@namespace.route("/<id:recurring_id>")
class OneRecurringTransaction(Resource):
    @operation("personal:read", ONE, query=BookQuery, errors=(404,), name="getRecurring")
    def get(self, query: BookChoice, recurring_id: int) -> RecurringItem:
        """One recurring transaction with its next twelve dates and what it costs in a year."""
        return RecurringReader.of_row(context(), recurring_id, query.get("book_id")).get(recurring_id)

    @operation(
        "personal:write",
        ONE,
        query=BookQuery,
        body=changes(RecurringTransactionSchema),
        errors=(404, 409),
        name="updateRecurring",
    )
    def put(self, query: BookChoice, recurring_id: int, body: RecurringChanges) -> RecurringItem:
        """Change the fields that are sent, also those of `transaction_data`; what was entered stays as it is.

        Another calendar begins after the last occurrence that was entered.
        """
        changed = service(recurring_id, query)
        changed.update(recurring_id, **body)
        return shown(changed, recurring_id)

    @operation(
        "personal:write",
        Message("Recurring transaction deleted"),
        query=BookQuery,
        errors=(404,),
        name="deleteRecurring",
    )
    def delete(self, query: BookChoice, recurring_id: int) -> None:
        """Delete a recurring transaction; the transactions that it made stay."""
        service(recurring_id, query).delete(recurring_id)


@namespace.route("/<id:recurring_id>/skip")
class SkippedOccurrence(Resource):
    @operation(
        "personal:write",
        ONE,
        query=BookQuery,
        body=OccurrenceSkipSchema,
        status=200,
        errors=(404, 409),
        name="skipRecurring",
    )
    def post(self, query: BookChoice, recurring_id: int, body: Skipped) -> RecurringItem:
        """Leave out the next occurrence, or that of a day."""
        changed = service(recurring_id, query)
        changed.skip(recurring_id, body.get("date"))
        return shown(changed, recurring_id)


@namespace.route("/<id:recurring_id>/post")
class PostedOccurrence(Resource):
    @operation(
        "personal:write",
        ONE,
        query=BookQuery,
        body=OccurrencePostingSchema,
        status=200,
        errors=(404, 409),
        name="postRecurring",
    )
    def post(self, query: BookChoice, recurring_id: int, body: Posting) -> RecurringItem:
        """Enter the next occurrence now: on its own day, or today if that is later."""
        changed = service(recurring_id, query)
        changed.post(recurring_id, **body)
        return shown(changed, recurring_id)


@namespace.route("/<id:recurring_id>/pause")
class PausedRecurring(Resource):
    @operation("personal:write", ONE, query=BookQuery, status=200, errors=(404,), name="pauseRecurring")
    def post(self, query: BookChoice, recurring_id: int) -> RecurringItem:
        """Enter nothing until it is resumed."""
        changed = service(recurring_id, query)
        changed.pause(recurring_id)
        return shown(changed, recurring_id)


@namespace.route("/<id:recurring_id>/resume")
class ResumedRecurring(Resource):
    @operation("personal:write", ONE, query=BookQuery, status=200, errors=(404,), name="resumeRecurring")
    def post(self, query: BookChoice, recurring_id: int) -> RecurringItem:
        """Go on; what fell due in the pause is not made up for."""
        changed = service(recurring_id, query)
        changed.resume(recurring_id)
        return shown(changed, recurring_id)
