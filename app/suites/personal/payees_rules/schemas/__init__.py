"""Schemas of payees, tags and rules."""

from app.suites.personal.payees_rules.schemas.payees import (
    PayeeListQuery,
    PayeeMergeSchema,
    PayeeSchema,
    TagListQuery,
    TagSchema,
)
from app.suites.personal.payees_rules.schemas.rules import (
    AppliedRuleSchema,
    PersonalRuleDraftSchema,
    PersonalRuleListQuery,
    PersonalRulePreviewSchema,
    PersonalRuleSchema,
    PersonalRuleSuggestionSchema,
    RuleApplicationSchema,
    SuggestionListQuery,
)

__all__ = [
    "AppliedRuleSchema",
    "PayeeListQuery",
    "PayeeMergeSchema",
    "PayeeSchema",
    "PersonalRuleDraftSchema",
    "PersonalRuleListQuery",
    "PersonalRulePreviewSchema",
    "PersonalRuleSchema",
    "PersonalRuleSuggestionSchema",
    "RuleApplicationSchema",
    "SuggestionListQuery",
    "TagListQuery",
    "TagSchema",
]
