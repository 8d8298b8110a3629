"""Repositories of payments."""

from app.suites.fresco.payments.repository.credits import (
    INSUFFICIENT,
    CreditFilter,
    CreditRepository,
    RefundRepository,
)
from app.suites.fresco.payments.repository.loading import LoadRepository
from app.suites.fresco.payments.repository.payments import KnownPayment, PaymentRepository, Progress
from app.suites.fresco.payments.repository.receipts import ReceiptRepository

__all__ = [
    "INSUFFICIENT",
    "CreditFilter",
    "CreditRepository",
    "KnownPayment",
    "LoadRepository",
    "PaymentRepository",
    "Progress",
    "ReceiptRepository",
    "RefundRepository",
]
