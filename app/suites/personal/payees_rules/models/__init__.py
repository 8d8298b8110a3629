"""Tables of rules and of what is learned, and records of payees and tags."""

from app.suites.personal.payees_rules.models.learned import (
    LearnedCategory,
    LearnedCategoryRecord,
    LearnedToken,
    TokenRecord,
)
from app.suites.personal.payees_rules.models.payees import PayeeRecord, PayeeUse, TagUse
from app.suites.personal.payees_rules.models.rules import Rule, RuleRecord

__all__ = [
    "LearnedCategory",
    "LearnedCategoryRecord",
    "LearnedToken",
    "PayeeRecord",
    "PayeeUse",
    "Rule",
    "RuleRecord",
    "TagUse",
    "TokenRecord",
]
