"""Services of payments."""

from app.suites.fresco.payments.service.bulk import BulkRequest, BulkService
from app.suites.fresco.payments.service.changing import PlanChangeService
from app.suites.fresco.payments.service.credits import CreditService, RefundValues
from app.suites.fresco.payments.service.differences import DifferenceService
from app.suites.fresco.payments.service.generating import GenerationRequest, GenerationService
from app.suites.fresco.payments.service.importing import PaymentImporter
from app.suites.fresco.payments.service.loading import LoadService
from app.suites.fresco.payments.service.payments import (
    PaymentService,
    PaymentValues,
    PaymentWithReceipts,
    without_receipts,
)
from app.suites.fresco.payments.service.planned import PlannedService
from app.suites.fresco.payments.service.reading import PaymentReader
from app.suites.fresco.payments.service.receipts import ReceiptOf, ReceiptService, ReceiptsOf, ReceiptValues

__all__ = [
    "BulkRequest",
    "BulkService",
    "CreditService",
    "DifferenceService",
    "GenerationRequest",
    "GenerationService",
    "LoadService",
    "PaymentImporter",
    "PaymentReader",
    "PaymentService",
    "PaymentValues",
    "PaymentWithReceipts",
    "PlanChangeService",
    "PlannedService",
    "ReceiptOf",
    "ReceiptService",
    "ReceiptValues",
    "ReceiptsOf",
    "RefundValues",
    "without_receipts",
]
