"""Services of payments."""

from app.suites.fresco.payments.service.changing import PlanChangeService
from app.suites.fresco.payments.service.generating import GenerationRequest, GenerationService
from app.suites.fresco.payments.service.loading import LoadService
from app.suites.fresco.payments.service.payments import PaymentService, PaymentValues
from app.suites.fresco.payments.service.planned import PlannedService
from app.suites.fresco.payments.service.reading import PaymentReader

__all__ = [
    "GenerationRequest",
    "GenerationService",
    "LoadService",
    "PaymentReader",
    "PaymentService",
    "PaymentValues",
    "PlanChangeService",
    "PlannedService",
]
