"""Schemas of payees, tags and rules."""

from app.suites.personal.payees_rules.schemas.payees import (
    PayeeListQuery,
    PayeeMergeSchema,
    PayeeSchema,
    TagListQuery,
    TagSchema,
)
from app.suites.personal.payees_rules.schemas.rules import (
    RuleDraftSchema,
    RuleListQuery,
    RulePreviewSchema,
    RuleSchema,
    RuleSuggestionSchema,
    SuggestionListQuery,
)

__all__ = [
    "PayeeListQuery",
    "PayeeMergeSchema",
    "PayeeSchema",
    "RuleDraftSchema",
    "RuleListQuery",
    "RulePreviewSchema",
    "RuleSchema",
    "RuleSuggestionSchema",
    "SuggestionListQuery",
    "TagListQuery",
    "TagSchema",
]
