"""/envelopes of the suite."""

from decimal import Decimal
from typing import TypedDict

from app.kernel.errors import NotFound
from app.kernel.periods import Month
from app.suites.personal.books.schemas import BookChoice, BookQuery
from app.suites.personal.budgets.rules.applying import Mode
from app.suites.personal.budgets.schemas.envelopes import (
    ApplyTargetsSchema,
    ChangedEnvelopesSchema,
    CloseSchema,
    CopySchema,
    CoverSchema,
    EnvelopeMonthSchema,
    MonthPlanSchema,
    MoveSchema,
)
from app.suites.personal.budgets.service import (
    ChangedMonth,
    EnvelopeService,
    MonthView,
    NewAssignment,
    TargetApplier,
)
from app.web.api import Namespace, Resource, operation
from app.web.changed_responses import OneWithFigures
from app.web.context import context

namespace = Namespace("envelopes", path="/envelopes")
SHOWN = OneWithFigures(EnvelopeMonthSchema)
CHANGED = OneWithFigures(ChangedEnvelopesSchema)
FIRST, LAST = Month(1900, 3), Month(2200, 10)


class MonthPlan(TypedDict, total=False):
    """Assignments of a month, the money that is held, and a note."""

    assignments: list[NewAssignment]
    held: Decimal
    note: str | None


class Move(TypedDict):
    """Money to move between two envelopes."""

    source: int | None
    target: int | None
    amount: Decimal


class Cover(TypedDict):
    """An overspent envelope, and the one that pays."""

    source: int | None
    target: int
    amount: Decimal | None


class Copy(TypedDict):
    """The month to copy from."""

    source: Month
    mode: Mode
    dry_run: bool


class Apply(TypedDict):
    """The way in which targets change what is assigned already."""

    mode: Mode
    dry_run: bool


class Close(TypedDict):
    """End of a month."""

    dry_run: bool


def service(query: BookChoice, month: Month) -> EnvelopeService:
    """The service in the book of a request; NotFound for a month far away."""
    if not FIRST <= month <= LAST:
        raise NotFound(f"Months are from {FIRST} to {LAST}.")
    return EnvelopeService.of_caller(context(), query.get("book_id"))


@namespace.route("/<month:month>")
class OneMonth(Resource):
    @operation(
        "personal:read", OneWithFigures(EnvelopeMonthSchema), query=BookQuery, errors=(404, 409), name="getEnvelopes"
    )
    def get(self, query: BookChoice, month: Month) -> MonthView:
        """The envelopes of a month of the book: money to assign, categories, and payments of cards."""
        return service(query, month).get(month)

    @operation(
        "personal:write", CHANGED, query=BookQuery, body=MonthPlanSchema, errors=(404, 409), name="assignEnvelopes"
    )
    def put(self, query: BookChoice, month: Month, body: MonthPlan) -> ChangedMonth:
        """Assign money to categories and cards, and hold some for the next month: all of the list, or nothing.

        Assigning more than there is, is not refused: `free` is below zero then.
        """
        return service(query, month).assign(month, **body)


@namespace.route("/<month:month>/move")
class Moved(Resource):
    @operation(
        "personal:write", CHANGED, query=BookQuery, body=MoveSchema, errors=(404, 409), name="moveBetweenEnvelopes"
    )
    def post(self, query: BookChoice, month: Month, body: Move) -> ChangedMonth:
        """Move money from one envelope to another; null is the money that is not assigned."""
        return service(query, month).move(month, body["amount"], body["source"], body["target"])


@namespace.route("/<month:month>/cover")
class Covered(Resource):
    @operation("personal:write", CHANGED, query=BookQuery, body=CoverSchema, errors=(404, 409), name="coverEnvelope")
    def post(self, query: BookChoice, month: Month, body: Cover) -> ChangedMonth:
        """Move to an overspent envelope the money that it lacks; 409 `nothing_to_cover` if it lacks none."""
        return service(query, month).cover(month, body["target"], body["source"], body["amount"])


@namespace.route("/<month:month>/copy")
class Copied(Resource):
    @operation("personal:write", CHANGED, query=BookQuery, body=CopySchema, errors=(404, 409), name="copyEnvelopes")
    def post(self, query: BookChoice, month: Month, body: Copy) -> ChangedMonth:
        """Assign as in another month: `fill` raises and never lowers, `overwrite` replaces all."""
        return service(query, month).copy(month, body["source"], body["mode"], dry_run=body["dry_run"])


@namespace.route("/<month:month>/apply-targets")
class TargetsApplied(Resource):
    @operation(
        "personal:write", CHANGED, query=BookQuery, body=ApplyTargetsSchema, errors=(404, 409), name="applyTargets"
    )
    def post(self, query: BookChoice, month: Month, body: Apply) -> ChangedMonth:
        """Assign by the targets; those that can't be met are in `errors`, and the others are applied."""
        envelopes = service(query, month)
        return TargetApplier(envelopes).apply(month, body["mode"], dry_run=body["dry_run"])


@namespace.route("/<month:month>/close")
class Closed(Resource):
    @operation("personal:write", CHANGED, query=BookQuery, body=CloseSchema, errors=(404, 409), name="closeEnvelopes")
    def post(self, query: BookChoice, month: Month, body: Close) -> ChangedMonth:
        """End a month: sources give back what is left in them, overspent envelopes are filled, sinks share the rest.

        Sources are categories with a target `source`, sinks those with a target `remainder`, by its weight.
        """
        envelopes = service(query, month)
        return TargetApplier(envelopes).close(month, dry_run=body["dry_run"])
