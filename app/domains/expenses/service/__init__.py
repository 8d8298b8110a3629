"""Services of expenses."""

from app.domains.expenses.service.accrued import AccruedService, PaymentRequest
from app.domains.expenses.service.expenses import ExpenseLoader, ExpenseService, ExpenseValues
from app.domains.expenses.service.reading import ExpenseReader
from app.domains.expenses.service.recurring import Occurrence, PreviewRequest, RecurringService, RecurringValues

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
