"""What happens to the audit log and to refusals by itself."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.domains.audit.service import AccessService, SealService
from app.infra import clock
from app.infra.scheduler import Daily, Hourly, Job


def _seal(session: Session, _today: date) -> Mapping[str, Any]:
    return SealService(session).seal()


def _purge_refusals(session: Session, _today: date) -> Mapping[str, Any]:
    return AccessService(session, clock.company_zone()).purge()


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain."""
    old = "Remove failed logins and refused requests older than 90 days"
    return (
        Job("seal-audit", "Seal the audit log, so that later changes of it show", _seal, Hourly(minute=35)),
        Job("purge-refusals", old, _purge_refusals, Daily(config["PURGE_EXPIRED_AT"])),
    )
