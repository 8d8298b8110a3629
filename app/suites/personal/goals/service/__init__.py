"""Services of goals and of plans that pay off debts."""

from app.suites.personal.goals.service.automatic import contribute_due
from app.suites.personal.goals.service.debts import DebtPlan, DebtPlanService, PlanValues
from app.suites.personal.goals.service.goals import REACHED, GoalService, judge_after
from app.suites.personal.goals.service.reading import GoalItem, GoalProgress, GoalReader
from app.suites.personal.goals.service.totals import financial_goals_total
from app.suites.personal.goals.service.values import GoalChanges, NewContribution, NewGoal

__all__ = [
    "REACHED",
    "DebtPlan",
    "DebtPlanService",
    "GoalChanges",
    "GoalItem",
    "GoalProgress",
    "GoalReader",
    "GoalService",
    "NewContribution",
    "NewGoal",
    "PlanValues",
    "contribute_due",
    "financial_goals_total",
    "judge_after",
]
