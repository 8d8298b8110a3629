"""Scheduled jobs of webhooks."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.core.webhooks.service import SendingService
from app.infra.context import Context
from app.infra.scheduler import Daily, Hourly, Job


def _resume(context: Context, _today: date) -> Mapping[str, Any]:
    return {"webhooks": SendingService(context).begin_all()}


def _purge(context: Context, _today: date) -> Mapping[str, Any]:
    return SendingService(context).purge()


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain."""
    purge = "Remove deliveries of webhooks that ended 30 days ago, and those given up after 90"
    return (
        Job("resume-webhooks", "Send what webhooks still wait for", _resume, Hourly(minute=25)),
        Job("purge-webhooks", purge, _purge, Daily(config["PURGE_EXPIRED_AT"])),
    )
