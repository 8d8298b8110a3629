"""Scheduled jobs of notifications."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.core.notifications.service import DigestService
from app.infra.context import Context
from app.infra.notifications import kinds_of_current_app
from app.infra.scheduler import Daily, Job


def _notify(context: Context, today: date) -> Mapping[str, object]:
    return DigestService(context, kinds_of_current_app()).notify(today)


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain."""
    description = "Tell users what became due or overdue, and admins what failed"
    return (Job("notify", description, _notify, Daily(config["NOTIFY_AT"])),)
