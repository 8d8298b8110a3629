"""Tables of budgets: limits, envelopes, targets, templates."""

from app.suites.personal.budgets.models.envelopes import (
    Assignment,
    AssignmentRecord,
    MonthNote,
    MonthNoteRecord,
    StoredNote,
)
from app.suites.personal.budgets.models.limits import (
    Budget,
    BudgetAlert,
    BudgetAlertRecord,
    BudgetAmount,
    BudgetAmountRecord,
    BudgetCategory,
    BudgetCategoryRecord,
    BudgetedAccount,
    BudgetedAccountRecord,
    BudgetRecord,
)
from app.suites.personal.budgets.models.targets import Target, TargetRecord
from app.suites.personal.budgets.models.templates import (
    BudgetTemplate,
    BudgetTemplateRecord,
    TemplateItem,
    TemplateItemRecord,
)

__all__ = [
    "Assignment",
    "AssignmentRecord",
    "Budget",
    "BudgetAlert",
    "BudgetAlertRecord",
    "BudgetAmount",
    "BudgetAmountRecord",
    "BudgetCategory",
    "BudgetCategoryRecord",
    "BudgetRecord",
    "BudgetTemplate",
    "BudgetTemplateRecord",
    "BudgetedAccount",
    "BudgetedAccountRecord",
    "MonthNote",
    "MonthNoteRecord",
    "StoredNote",
    "Target",
    "TargetRecord",
    "TemplateItem",
    "TemplateItemRecord",
]
