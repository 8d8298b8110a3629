"""Services of budgets, envelopes, targets and templates."""

from app.suites.personal.budgets.service.alerts import ALERT, AlertService, judge_after
from app.suites.personal.budgets.service.limits import (
    BudgetChanges,
    BudgetFilters,
    BudgetItem,
    BudgetService,
    NewBudget,
)

__all__ = [
    "ALERT",
    "AlertService",
    "BudgetChanges",
    "BudgetFilters",
    "BudgetItem",
    "BudgetService",
    "NewBudget",
    "judge_after",
]
