"""What happens to payments by itself."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from app.domains.payments.service import GenerationService, PaymentService
from app.infra.context import Context
from app.infra.scheduler import Daily, Job


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain."""
    horizon = timedelta(days=config["PAYMENT_HORIZON_DAYS"])

    def mark_overdue(context: Context, today: date) -> Mapping[str, Any]:
        service = PaymentService(context)
        return {"payments": service.mark_overdue(today)}

    def generate_payments(context: Context, today: date) -> Mapping[str, Any]:
        service = GenerationService(context)
        return service.generate_due(today=today, horizon=horizon)

    return (
        Job(
            "mark-overdue",
            "Turn unpaid payments of earlier days overdue",
            mark_overdue,
            Daily(config["MARK_OVERDUE_AT"]),
        ),
        Job(
            "generate-payments",
            "Make the payments that the plans of active projects ask for",
            generate_payments,
            Daily(config["GENERATE_PAYMENTS_AT"]),
        ),
    )
