"""Services of payees, tags, rules, and categories that are found for transactions."""

from app.suites.personal.payees_rules.rules.lines import Categorised, Portion, Uncategorised
from app.suites.personal.payees_rules.service.categorising import CategorisingService
from app.suites.personal.payees_rules.service.learning import LearningService
from app.suites.personal.payees_rules.service.payees import NewPayee, PayeeChanges, PayeeItem, PayeeService
from app.suites.personal.payees_rules.service.rules import NewRule, RuleChanges, RuleService
from app.suites.personal.payees_rules.service.running import Applied, Preview, RuleRunner
from app.suites.personal.payees_rules.service.tags import TagService

__all__ = [
    "Applied",
    "Categorised",
    "CategorisingService",
    "LearningService",
    "NewPayee",
    "NewRule",
    "PayeeChanges",
    "PayeeItem",
    "PayeeService",
    "Portion",
    "Preview",
    "RuleChanges",
    "RuleRunner",
    "RuleService",
    "TagService",
    "Uncategorised",
]
