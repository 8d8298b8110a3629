"""What happens to the daily sums by itself."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.domains.cashflow.service import DailySumService
from app.infra.scheduler import Daily, Job


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain."""

    def fold(session: Session, _today: date) -> Mapping[str, Any]:
        return {"rows": DailySumService(session).fold()}

    description = "Fold the daily sums of movements, so that reports stay fast"
    return (Job("fold-sums", description, fold, Daily(config["FOLD_SUMS_AT"])),)
