"""Jobs around sessions."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from app.domains.auth.service import FailureLimits, SessionService
from app.infra import clock
from app.infra.scheduler import Daily, Job


def purge_expired(session: Session, _today: date) -> Mapping[str, Any]:
    """Remove sessions, failed logins and idempotency keys that are of no more use."""
    limits = FailureLimits(0, 0, 0)
    service = SessionService(session, current_app.extensions["passwords"], limits)
    return service.purge_expired(clock.now())


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain."""
    description = "Remove old sessions, failed logins and idempotency keys"
    return (Job("purge-expired", description, purge_expired, Daily(config["PURGE_EXPIRED_AT"])),)
