"""Services of expenses."""

from app.suites.fresco.expenses.service.accrued import AccruedService, PaymentRequest
from app.suites.fresco.expenses.service.expenses import ExpenseLoader, ExpenseService, ExpenseValues
from app.suites.fresco.expenses.service.reading import ExpenseReader
from app.suites.fresco.expenses.service.recurring import Occurrence, PreviewRequest, RecurringService, RecurringValues

__all__ = [
    "AccruedService",
    "ExpenseLoader",
    "ExpenseReader",
    "ExpenseService",
    "ExpenseValues",
    "Occurrence",
    "PaymentRequest",
    "PreviewRequest",
    "RecurringService",
    "RecurringValues",
]
