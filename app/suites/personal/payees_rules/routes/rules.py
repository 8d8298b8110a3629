"""/rules of the suite."""

from datetime import date
from typing import Any

from app.kernel.paging import Page
from app.suites.personal.books.schemas import BookChoice, BookListRequest, BookQuery
from app.suites.personal.payees_rules.models import RuleRecord
from app.suites.personal.payees_rules.rules.suggesting import Suggestion
from app.suites.personal.payees_rules.schemas import (
    RuleDraftSchema,
    RuleListQuery,
    RulePreviewSchema,
    RuleSchema,
    RuleSuggestionSchema,
    SuggestionListQuery,
)
from app.suites.personal.payees_rules.service import NewRule, Preview, RuleChanges, RuleRunner, RuleService
from app.web.api import Namespace, Resource, changes, operation
from app.web.context import context
from app.web.responses import Computed, Listed, Message, One

rules = Namespace("rules", path="/rules")


@rules.route("")
class Rules(Resource):
    @operation(
        "personal:read", Listed(RuleSchema, title="Reglas"), query=RuleListQuery, errors=(404,), name="listRules"
    )
    def get(self, query: BookListRequest) -> Page[RuleRecord]:
        """List the rules of a book by their positions; those of `pre` apply before those of `normal` and `post`."""
        return RuleService.of_caller(context(), query.book_id).page(query.page, **query.filters)

    @operation(
        "personal:write",
        One(RuleSchema),
        query=BookQuery,
        body=RuleSchema,
        status=201,
        errors=(404, 409),
        name="createRule",
    )
    def post(self, query: BookChoice, body: NewRule) -> RuleRecord:
        """Make a rule, after all others unless its position is given. It applies to what is imported from now on."""
        return RuleService.of_caller(context(), query.get("book_id")).create(**body)


@rules.route("/preview")
class RulePreview(Resource):
    @operation(
        "personal:write",
        Computed(RulePreviewSchema),
        query=BookQuery,
        body=RuleDraftSchema,
        errors=(404,),
        name="previewRule",
    )
    def post(self, query: BookChoice, body: Any) -> Preview:
        """Try a rule, which is not stored, on the transactions since a day; nothing changes."""
        first: date | None = body.pop("first", None)
        runner = RuleRunner.of_caller(context(), query.get("book_id"))
        return runner.preview(runner.rules.draft(body), first)


@rules.route("/suggestions")
class RuleSuggestions(Resource):
    @operation(
        "personal:read",
        Listed(RuleSuggestionSchema, title="Reglas sugeridas"),
        query=SuggestionListQuery,
        errors=(404,),
        name="listRuleSuggestions",
    )
    def get(self, query: BookListRequest) -> Page[Suggestion]:
        """List rules that would repeat what people do by hand: three times and more, and nearly always."""
        return RuleRunner.of_caller(context(), query.book_id).suggestions(query.page)


@rules.route("/<id:rule_id>")
class OneRule(Resource):
    @operation("personal:read", One(RuleSchema), query=BookQuery, errors=(404,), name="getRule")
    def get(self, query: BookChoice, rule_id: int) -> RuleRecord:
        """One rule."""
        return RuleService.of_row(context(), rule_id, query.get("book_id")).get(rule_id)

    @operation(
        "personal:write",
        One(RuleSchema),
        query=BookQuery,
        body=changes(RuleSchema),
        errors=(404, 409),
        name="updateRule",
    )
    def put(self, query: BookChoice, rule_id: int, body: RuleChanges) -> RuleRecord:
        """Change the fields of a rule that are sent; conditions and actions are replaced as a whole."""
        return RuleService.of_row(context(), rule_id, query.get("book_id")).update(rule_id, **body)

    @operation("personal:write", Message("Rule deleted"), query=BookQuery, errors=(404,), name="deleteRule")
    def delete(self, query: BookChoice, rule_id: int) -> None:
        """Delete a rule; what it did stays."""
        RuleService.of_row(context(), rule_id, query.get("book_id")).delete(rule_id)
