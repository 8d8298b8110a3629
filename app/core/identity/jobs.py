"""Scheduled jobs of sessions."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.core.identity import service
from app.infra.context import Context
from app.infra.scheduler import Daily, Job


def purge_expired(context: Context, _today: date) -> Mapping[str, object]:
    """Delete expired sessions, login attempts and idempotency keys."""
    return service.purge_expired(context)


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain."""
    description = "Remove old sessions, login attempts and idempotency keys"
    return (Job("purge-expired", description, purge_expired, Daily(config["PURGE_EXPIRED_AT"])),)
