"""Scheduled jobs of payments."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from app.infra.context import Context
from app.infra.scheduler import Daily, Job
from app.suites.fresco.payments.service import GenerationService, PaymentService


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain."""
    horizon = timedelta(days=config["PAYMENT_HORIZON_DAYS"])

    def mark_overdue(context: Context, today: date) -> Mapping[str, object]:
        return {"payments": PaymentService(context).mark_overdue(today)}

    def generate_payments(context: Context, today: date) -> Mapping[str, object]:
        return GenerationService(context).generate_due(today=today, horizon=horizon)

    return (
        Job(
            "mark-overdue",
            "Mark unpaid payments due before today as overdue",
            mark_overdue,
            Daily(config["MARK_OVERDUE_AT"]),
        ),
        Job(
            "generate-payments",
            "Generate the payments due under the plans of active projects",
            generate_payments,
            Daily(config["GENERATE_PAYMENTS_AT"]),
        ),
    )
