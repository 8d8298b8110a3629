"""What happens to the audit log by itself."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.domains.audit.service import SealService
from app.infra.scheduler import Hourly, Job


def _seal(session: Session, _today: date) -> Mapping[str, Any]:
    return SealService(session).seal()


def jobs(_config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain."""
    return (Job("seal-audit", "Seal the audit log, so that later changes of it show", _seal, Hourly(minute=35)),)
