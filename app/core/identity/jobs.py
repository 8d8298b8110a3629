"""Scheduled jobs of sessions."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from app.core.identity import service
from app.infra.context import Context
from app.infra.scheduler import Daily, Job

ERASE_AT = time(4, 20)


def purge_expired(context: Context, _today: date) -> Mapping[str, object]:
    """Delete expired sessions, login attempts and idempotency keys."""
    return service.purge_expired(context)


def erase_accounts(context: Context, today: date) -> Mapping[str, object]:
    """Erase the accounts whose users want that, and did not take it back."""
    return service.ErasureService(context).erase_due(today)


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain."""
    description = "Remove old sessions, login attempts and idempotency keys"
    return (
        Job("purge-expired", description, purge_expired, Daily(config["PURGE_EXPIRED_AT"])),
        Job("erase-accounts", "Erase accounts whose users want that", erase_accounts, Daily(ERASE_AT)),
    )
