"""/rules of the suite."""

from datetime import date
from typing import Any, TypedDict

from app.kernel.paging import Page
from app.suites.personal.books.schemas import BookChoice, BookListRequest, BookQuery
from app.suites.personal.payees_rules.models import RuleRecord
from app.suites.personal.payees_rules.rules.suggesting import Suggestion
from app.suites.personal.payees_rules.schemas import (
    AppliedRuleSchema,
    PersonalRuleDraftSchema,
    PersonalRuleListQuery,
    PersonalRulePreviewSchema,
    PersonalRuleSchema,
    PersonalRuleSuggestionSchema,
    RuleApplicationSchema,
    SuggestionListQuery,
)
from app.suites.personal.payees_rules.service import Applied, NewRule, Preview, RuleChanges, RuleRunner, RuleService
from app.web.api import Namespace, Resource, changes, operation
from app.web.context import context
from app.web.responses import Computed, Listed, Message, One

rules = Namespace("rules", path="/rules")


class Application(TypedDict, total=False):
    """The first day, and whether transactions are only counted."""

    first: date | None
    dry_run: bool


@rules.route("")
class Rules(Resource):
    @operation(
        "personal:read",
        Listed(PersonalRuleSchema, title="Reglas"),
        query=PersonalRuleListQuery,
        errors=(404,),
        name="listPersonalRules",
    )
    def get(self, query: BookListRequest) -> Page[RuleRecord]:
        """List the rules of a book by their positions; those of `pre` apply before those of `normal` and `post`."""
        return RuleService.of_caller(context(), query.book_id).page(query.page, **query.filters)

    @operation(
        "personal:write",
        One(PersonalRuleSchema),
        query=BookQuery,
        body=PersonalRuleSchema,
        status=201,
        errors=(404, 409),
        name="createPersonalRule",
    )
    def post(self, query: BookChoice, body: NewRule) -> RuleRecord:
        """Make a rule, after all others unless its position is given. It applies to what is imported from now on."""
        return RuleService.of_caller(context(), query.get("book_id")).create(**body)


@rules.route("/preview")
class RulePreview(Resource):
    @operation(
        "personal:write",
        Computed(PersonalRulePreviewSchema),
        query=BookQuery,
        body=PersonalRuleDraftSchema,
        errors=(404,),
        name="previewPersonalRule",
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
        Listed(PersonalRuleSuggestionSchema, title="Reglas sugeridas"),
        query=SuggestionListQuery,
        errors=(404,),
        name="listPersonalRuleSuggestions",
    )
    def get(self, query: BookListRequest) -> Page[Suggestion]:
        """List rules that would repeat what people do by hand: three times and more, and nearly always."""
        return RuleRunner.of_caller(context(), query.book_id).suggestions(query.page)


@rules.route("/<id:rule_id>")
class OneRule(Resource):
    @operation("personal:read", One(PersonalRuleSchema), query=BookQuery, errors=(404,), name="getPersonalRule")
    def get(self, query: BookChoice, rule_id: int) -> RuleRecord:
        """One rule."""
        return RuleService.of_row(context(), rule_id, query.get("book_id")).get(rule_id)

    @operation(
        "personal:write",
        One(PersonalRuleSchema),
        query=BookQuery,
        body=changes(PersonalRuleSchema),
        errors=(404, 409),
        name="updatePersonalRule",
    )
    def put(self, query: BookChoice, rule_id: int, body: RuleChanges) -> RuleRecord:
        """Change the fields of a rule that are sent; conditions and actions are replaced as a whole."""
        return RuleService.of_row(context(), rule_id, query.get("book_id")).update(rule_id, **body)

    @operation("personal:write", Message("Rule deleted"), query=BookQuery, errors=(404,), name="deletePersonalRule")
    def delete(self, query: BookChoice, rule_id: int) -> None:
        """Delete a rule; what it did stays."""
        RuleService.of_row(context(), rule_id, query.get("book_id")).delete(rule_id)


@rules.route("/<id:rule_id>/apply")
class RuleApplication(Resource):
    @operation(
        "personal:write",
        Computed(AppliedRuleSchema),
        query=BookQuery,
        body=RuleApplicationSchema,
        errors=(404,),
        name="applyPersonalRule",
    )
    def post(self, query: BookChoice, rule_id: int, body: Application) -> Applied:
        """Apply a rule to the transactions that are there, since a day; `change_set` undoes that."""
        runner = RuleRunner.of_row(context(), rule_id, query.get("book_id"))
        return runner.apply(rule_id, body.get("first"), dry_run=body.get("dry_run", False))
