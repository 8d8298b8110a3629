"""Scheduled jobs of the audit log and of recorded refusals."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.core.audit.service import AccessService, SealService
from app.infra.context import Context
from app.infra.scheduler import Daily, Hourly, Job


def _seal(context: Context, _today: date) -> Mapping[str, object]:
    return SealService(context).seal()


def _purge_refusals(context: Context, _today: date) -> Mapping[str, object]:
    return AccessService(context).purge()


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain."""
    old = "Remove failed logins and refused requests older than 90 days"
    return (
        Job("seal-audit", "Seal the audit log, so that later changes are detected", _seal, Hourly(minute=35)),
        Job("purge-refusals", old, _purge_refusals, Daily(config["PURGE_EXPIRED_AT"])),
    )
