"""Repositories of payments."""

from app.suites.fresco.payments.repository.loading import LoadRepository
from app.suites.fresco.payments.repository.payments import PaymentRepository, Progress

__all__ = ["LoadRepository", "PaymentRepository", "Progress"]
