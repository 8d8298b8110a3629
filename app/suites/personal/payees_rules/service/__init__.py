"""Services of payees, tags, and categories that are found for transactions."""

from app.suites.personal.payees_rules.service.categorising import Categorised, CategorisingService, Uncategorised
from app.suites.personal.payees_rules.service.learning import LearningService
from app.suites.personal.payees_rules.service.payees import NewPayee, PayeeChanges, PayeeItem, PayeeService
from app.suites.personal.payees_rules.service.tags import TagService

__all__ = [
    "Categorised",
    "CategorisingService",
    "LearningService",
    "NewPayee",
    "PayeeChanges",
    "PayeeItem",
    "PayeeService",
    "TagService",
    "Uncategorised",
]
