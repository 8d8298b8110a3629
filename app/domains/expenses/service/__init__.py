"""The verbs of expenses."""

from app.domains.expenses.service.accrued import AccruedService
from app.domains.expenses.service.expenses import ExpenseLoader, ExpenseService
from app.domains.expenses.service.reading import ExpenseReader
from app.domains.expenses.service.recurring import RecurringService

__all__ = ["AccruedService", "ExpenseLoader", "ExpenseReader", "ExpenseService", "RecurringService"]
