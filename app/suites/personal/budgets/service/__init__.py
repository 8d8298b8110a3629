"""Services of budgets, envelopes, targets and templates."""

from app.suites.personal.budgets.service.alerts import ALERT, AlertService, judge_after
from app.suites.personal.budgets.service.budgeted import budgeted_by_category
from app.suites.personal.budgets.service.envelopes import ChangedMonth, EnvelopeService, MonthView, NewAssignment
from app.suites.personal.budgets.service.limits import (
    BudgetChanges,
    BudgetFilters,
    BudgetItem,
    BudgetService,
    NewBudget,
)
from app.suites.personal.budgets.service.targets import (
    NewTarget,
    TargetApplier,
    TargetChanges,
    TargetItem,
    TargetService,
)
from app.suites.personal.budgets.service.templates import AppliedTemplate, NewItem, ShownTemplate, TemplateService
from app.suites.personal.budgets.service.tracking import current_periods

__all__ = [
    "ALERT",
    "AlertService",
    "AppliedTemplate",
    "BudgetChanges",
    "BudgetFilters",
    "BudgetItem",
    "BudgetService",
    "ChangedMonth",
    "EnvelopeService",
    "MonthView",
    "NewAssignment",
    "NewBudget",
    "NewItem",
    "NewTarget",
    "ShownTemplate",
    "TargetApplier",
    "TargetChanges",
    "TargetItem",
    "TargetService",
    "TemplateService",
    "budgeted_by_category",
    "current_periods",
    "judge_after",
]
