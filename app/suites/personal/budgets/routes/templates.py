"""/budget-templates of the suite."""

from decimal import Decimal
from typing import TypedDict

from app.kernel.paging import Page
from app.kernel.periods import Month
from app.suites.personal.books.schemas import BookChoice, BookListRequest, BookQuery
from app.suites.personal.budgets.schemas.templates import (
    AppliedTemplateSchema,
    ApplyTemplateSchema,
    BudgetTemplateListQuery,
    BudgetTemplateSchema,
)
from app.suites.personal.budgets.service import AppliedTemplate, NewItem, ShownTemplate, TemplateService
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.responses import Computed, Listed, Message, One

namespace = Namespace("budget-templates", path="/budget-templates")


class NewTemplate(TypedDict):
    """A name, and amounts or shares of the income by category."""

    name: str
    items: list[NewItem]


class Applying(TypedDict):
    """A month, and its income."""

    month: Month
    income: Decimal | None
    dry_run: bool


@namespace.route("")
class BudgetTemplates(Resource):
    @operation(
        "personal:read",
        Listed(BudgetTemplateSchema, title="Plantillas de presupuesto"),
        query=BudgetTemplateListQuery,
        errors=(404,),
    )
    def get(self, query: BookListRequest) -> Page[ShownTemplate]:
        """List the built-in templates, then those of a book."""
        return TemplateService.of_caller(context(), query.book_id).page(query.page)

    @operation(
        "personal:write",
        One(BudgetTemplateSchema),
        query=BookQuery,
        body=BudgetTemplateSchema,
        status=201,
        errors=(404, 409),
    )
    def post(self, query: BookChoice, body: NewTemplate) -> ShownTemplate:
        """Make a template of amounts, and of shares of the income, by category."""
        return TemplateService.of_caller(context(), query.get("book_id")).create(body["name"], body["items"])


@namespace.route("/<id:template_id>")
class OneBudgetTemplate(Resource):
    @operation("personal:write", Message("Budget template deleted"), query=BookQuery, errors=(404,))
    def delete(self, query: BookChoice, template_id: int) -> None:
        """Delete a template of a book; what was made of it stays."""
        TemplateService.of_row(context(), template_id, query.get("book_id")).delete(template_id)


@namespace.route("/<string:template_id>/apply")
class TemplateApplied(Resource):
    @operation(
        "personal:write",
        Computed(AppliedTemplateSchema),
        query=BookQuery,
        body=ApplyTemplateSchema,
        errors=(404, 409),
        name="applyBudgetTemplate",
    )
    def post(self, query: BookChoice, template_id: str, body: Applying) -> AppliedTemplate:
        """Make monthly budgets from a month on, or assign its money in a book of envelopes.

        The built-in ones are `50-30-20`, `zero-based-starter` and `from-history`.
        """
        service = TemplateService.of_caller(context(), query.get("book_id"))
        return service.apply(template_id, body["month"], body["income"], dry_run=body["dry_run"])
