"""Services of expenses."""

from app.suites.fresco.expenses.service.accrued import AccruedService
from app.suites.fresco.expenses.service.bills import BillService, BillValues, PaymentRequest
from app.suites.fresco.expenses.service.bulk import BulkRequest, BulkService
from app.suites.fresco.expenses.service.categories import CategoryService
from app.suites.fresco.expenses.service.expenses import ExpenseLoader, ExpenseService, ExpenseValues
from app.suites.fresco.expenses.service.importing import ExpenseImporter
from app.suites.fresco.expenses.service.reading import ExpenseReader
from app.suites.fresco.expenses.service.recurring import Occurrence, PreviewRequest, RecurringService, RecurringValues

__all__ = [
    "AccruedService",
    "BillService",
    "BillValues",
    "BulkRequest",
    "BulkService",
    "CategoryService",
    "ExpenseImporter",
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
