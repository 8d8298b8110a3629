"""Repositories of payments."""

from app.suites.fresco.payments.repository.loading import LoadRepository
from app.suites.fresco.payments.repository.payments import KnownPayment, PaymentRepository, Progress
from app.suites.fresco.payments.repository.receipts import ReceiptRepository

__all__ = ["KnownPayment", "LoadRepository", "PaymentRepository", "Progress", "ReceiptRepository"]
