"""Repositories of payments."""

from app.suites.fresco.payments.repository.credits import (
    INSUFFICIENT,
    CreditFilter,
    CreditRepository,
    RefundRepository,
)
from app.suites.fresco.payments.repository.invoices import TAKEN, InvoiceNumberRepository, SharedNumber
from app.suites.fresco.payments.repository.loading import LoadRepository
from app.suites.fresco.payments.repository.payments import KnownPayment, PaymentRepository, Progress
from app.suites.fresco.payments.repository.receipts import ReceiptRepository

__all__ = [
    "INSUFFICIENT",
    "TAKEN",
    "CreditFilter",
    "CreditRepository",
    "InvoiceNumberRepository",
    "KnownPayment",
    "LoadRepository",
    "PaymentRepository",
    "Progress",
    "ReceiptRepository",
    "RefundRepository",
    "SharedNumber",
]
