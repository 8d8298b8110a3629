"""Services of payments."""

from app.domains.payments.service.generating import GenerationRequest, GenerationService
from app.domains.payments.service.loading import LoadService
from app.domains.payments.service.payments import PaymentService, PaymentValues
from app.domains.payments.service.reading import PaymentReader

__all__ = [
    "GenerationRequest",
    "GenerationService",
    "LoadService",
    "PaymentReader",
    "PaymentService",
    "PaymentValues",
]
