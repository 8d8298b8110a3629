"""/budgets of the suite."""

from app.kernel.paging import Page
from app.suites.personal.books.schemas import BookChoice, BookListRequest, BookQuery
from app.suites.personal.budgets.rules.limits import Apply
from app.suites.personal.budgets.schemas.limits import (
    BudgetChangeQuery,
    BudgetListQuery,
    BudgetSchema,
    BudgetTotalsSchema,
    ChangedBudgetSchema,
    OneBudgetSchema,
)
from app.suites.personal.budgets.service import BudgetChanges, BudgetItem, BudgetService, NewBudget
from app.web.api import Namespace, Resource, changes, operation
from app.web.changed_responses import OneWithFigures
from app.web.context import context
from app.web.responses import Listed, Message

namespace = Namespace("budgets", path="/budgets")
ONE = OneWithFigures(OneBudgetSchema)


class Applying(BookChoice, total=False):
    """The book, and the first period that gets another amount."""

    apply: Apply


@namespace.route("")
class Budgets(Resource):
    @operation(
        "personal:read",
        Listed(BudgetSchema, BudgetTotalsSchema, title="Presupuestos"),
        query=BudgetListQuery,
        errors=(404,),
    )
    def get(self, query: BookListRequest) -> Page[BudgetItem]:
        """List the budgets of a book, each with its period of a day, by default today, and the sums of all."""
        return BudgetService.of_caller(context(), query.book_id).page(query.page, **query.filters)

    @operation("personal:write", ONE, query=BookQuery, body=OneBudgetSchema, status=201, errors=(404, 409))
    def post(self, query: BookChoice, body: NewBudget) -> BudgetItem:
        """Make a budget of categories with all below them, or of all expenses if it names none."""
        return BudgetService.of_caller(context(), query.get("book_id")).create(**body)


@namespace.route("/<id:budget_id>")
class OneBudget(Resource):
    @operation("personal:read", ONE, query=BookQuery, errors=(404,))
    def get(self, query: BookChoice, budget_id: int) -> BudgetItem:
        """One budget with its last twelve periods, and spending of the current one by category."""
        return BudgetService.of_row(context(), budget_id, query.get("book_id")).get(budget_id)

    @operation("personal:write", ONE, query=BudgetChangeQuery, body=changes(ChangedBudgetSchema), errors=(404, 409))
    def put(self, query: Applying, budget_id: int, body: BudgetChanges) -> BudgetItem:
        """Change the fields of a budget that are sent.

        Another amount is that of the current period and all after it; with `apply` of the next ones, or of all.
        """
        if "apply" in query:
            body = {"apply": query["apply"], **body}
        return BudgetService.of_row(context(), budget_id, query.get("book_id")).update(budget_id, **body)

    @operation("personal:write", Message("Budget deleted"), query=BookQuery, errors=(404,))
    def delete(self, query: BookChoice, budget_id: int) -> None:
        """Delete a budget with its history; transactions stay as they are."""
        BudgetService.of_row(context(), budget_id, query.get("book_id")).delete(budget_id)
