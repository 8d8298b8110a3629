"""Scheduled jobs of privacy."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.infra.context import Context
from app.infra.scheduler import Daily, Job
from app.suites.personal.privacy.service import purge_archives


def _purge(context: Context, today: date) -> Mapping[str, object]:
    return purge_archives(context, today)


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain."""
    description = "Remove archives of people's data after 7 days"
    return (Job("purge-archives", description, _purge, Daily(config["PURGE_EXPIRED_AT"])),)
