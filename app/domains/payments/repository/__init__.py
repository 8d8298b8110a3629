"""Repositories of payments."""

from app.domains.payments.repository.loading import LoadRepository
from app.domains.payments.repository.payments import PaymentRepository, Progress

__all__ = ["LoadRepository", "PaymentRepository", "Progress"]
