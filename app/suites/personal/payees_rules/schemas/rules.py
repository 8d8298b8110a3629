"""Schemas of rules."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.suites.personal.books.schemas import BookListQuery
from app.suites.personal.payees_rules.rules.actions import LONGEST_NOTE, MOST_ACTIONS, MOST_PORTIONS, ActionType
from app.suites.personal.payees_rules.rules.conditions import MOST_CONDITIONS, RuleField, RuleOp
from app.suites.personal.payees_rules.rules.engine import RuleMatch, RuleStage
from app.suites.personal.payees_rules.rules.values import LARGEST_ID, MOST_VALUES
from app.web.fields import Day, Derived, EnumByValue, Flag, Instant, Text, Whole
from app.web.query import SortBy
from app.web.schema import ResourceSchema, WholeItems

_CONDITIONS: dict[str, Any] = {
    "attribute": "conditions",
    "data_key": "conditions",  # schemas have a method of this name
    "required": True,
    "validate": validate.Length(max=MOST_CONDITIONS),
}
_SINGLE: list[dict[str, Any]] = [
    {"type": "string", "maxLength": LONGEST_NOTE},
    {"type": "number", "minimum": 0, "maximum": LARGEST_ID},
]


def _listed(most: int, other: dict[str, Any]) -> dict[str, Any]:
    """A list of single values or others."""
    return {"type": "array", "maxItems": most, "items": {"anyOf": [*_SINGLE, other]}}


class JsonField(Derived, fields.Field[Any]):
    """A value of several forms, which the service tells apart."""

    def derive(self, value: Any) -> Any:
        return value


class RuleConditionSchema(ResourceSchema):
    """A condition on a field; texts are compared without case and accents, amounts without sign."""

    field = EnumByValue(RuleField, required=True)
    op = EnumByValue(RuleOp, required=True)
    value = JsonField(
        required=True,
        metadata={"anyOf": [*_SINGLE, _listed(MOST_VALUES, {"type": "null"})]},
    )


class RuleActionSchema(ResourceSchema):
    """A change of a transaction."""

    type = EnumByValue(ActionType, required=True, type_name="RuleActionType")
    value = JsonField(
        allow_none=True,
        metadata={
            "anyOf": [
                *_SINGLE,
                {"type": "boolean"},
                _listed(MOST_PORTIONS, {"type": "object"}),
                {"type": "null"},
            ]
        },
    )


class RuleValues(ResourceSchema):
    """Fields of rules, stored or tried."""

    name = Text(200, allow_none=True)
    stage = EnumByValue(RuleStage)
    position = Whole()
    match = EnumByValue(RuleMatch)
    terms = WholeItems(fields.Nested(RuleConditionSchema), **_CONDITIONS)
    actions = WholeItems(fields.Nested(RuleActionSchema), required=True, validate=validate.Length(max=MOST_ACTIONS))
    stop = Flag()
    is_active = Flag()


class PersonalRuleSchema(RuleValues):
    """Conditions on transactions, and the changes that are made where they hold."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    created_by = fields.Integer(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()
    version = fields.Integer(dump_only=True)


class PersonalRuleListQuery(BookListQuery):
    """Query of the list of rules."""

    sort = SortBy("position", "name", "created_at")
    stage = EnumByValue(RuleStage)
    is_active = Flag()


class SuggestionListQuery(BookListQuery):
    """Query of the list of suggested rules."""


class PersonalRuleDraftSchema(RuleValues):
    """A rule that is tried, and the first day of the transactions that it is tried on."""

    first = Day(data_key="from", allow_none=True)


class PortionSchema(Schema):
    """A part of an amount."""

    amount = fields.Decimal(dump_only=True)
    category_id = fields.Integer(dump_only=True, allow_none=True)
    notes = fields.String(dump_only=True, allow_none=True)
    tags = fields.List(fields.String(), dump_only=True)


class DifferenceSchema(Schema):
    """Changes of a transaction by a rule; null is no change."""

    transaction_id = fields.Integer(dump_only=True)
    date = fields.Date(dump_only=True)
    signed_amount = fields.Decimal(dump_only=True)
    account_id = fields.Integer(dump_only=True)
    description = fields.String(dump_only=True, allow_none=True)
    category_id = fields.Integer(dump_only=True, allow_none=True)
    splits = fields.List(fields.Nested(PortionSchema), dump_only=True)
    transfer_to_account_id = fields.Integer(dump_only=True, allow_none=True)
    payee_id = fields.Integer(dump_only=True, allow_none=True)
    payee_name = fields.String(dump_only=True, allow_none=True)
    tags = fields.List(fields.String(), dump_only=True, allow_none=True)
    notes = fields.String(dump_only=True, allow_none=True)
    exclude_from_reports = fields.Boolean(dump_only=True, allow_none=True)


class PersonalRulePreviewSchema(Schema):
    """Transactions that a rule is about, and those that it would change, of which the newest are shown."""

    matched = fields.Integer(dump_only=True)
    changed = fields.Integer(dump_only=True)
    items = fields.List(fields.Nested(DifferenceSchema), dump_only=True)
    stopped = fields.Boolean(dump_only=True)


class RuleApplicationSchema(ResourceSchema):
    """The first day of the transactions that a rule is applied to, and whether they are only counted."""

    first = Day(data_key="from", allow_none=True)
    dry_run = Flag()


class RuleProblemSchema(Schema):
    """Reason for which a transaction was not changed."""

    id = fields.Integer(dump_only=True)
    code = fields.String(dump_only=True)
    text = fields.String(dump_only=True)


class AppliedRuleSchema(Schema):
    """Transactions that a rule is about, and those that it changed, or would change with `dry_run`."""

    matched = fields.Integer(dump_only=True)
    changed = fields.Integer(dump_only=True)
    change_set = fields.Integer(dump_only=True, allow_none=True)
    errors = WholeItems(fields.Nested(RuleProblemSchema), dump_only=True)
    more = fields.Boolean(dump_only=True)
    stopped = fields.Boolean(dump_only=True)


class PersonalRuleSuggestionSchema(Schema):
    """A rule that would repeat what people do by hand."""

    condition = fields.Nested(RuleConditionSchema, dump_only=True)
    action = fields.Nested(RuleActionSchema, dump_only=True)
    category_id = fields.Integer(dump_only=True)
    payee_id = fields.Integer(dump_only=True, allow_none=True)
    times = fields.Integer(dump_only=True)
    share = fields.Float(dump_only=True)
    example = fields.String(dump_only=True)
