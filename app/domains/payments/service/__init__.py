"""The verbs of payments."""

from app.domains.payments.service.generating import GenerationService
from app.domains.payments.service.loading import LoadService
from app.domains.payments.service.payments import PaymentService
from app.domains.payments.service.reading import PaymentReader

__all__ = ["GenerationService", "LoadService", "PaymentReader", "PaymentService"]
