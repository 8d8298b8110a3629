"""Queries of reports beyond movements: payment plans as of a day."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.domains.audit.models import AuditEntry
from app.domains.projects.models import PaymentPlan
from app.infra.queries.cached import cached_query, parameter


class ReportQueries:
    """Read-only queries of reports."""

    def __init__(self, session: Session, zone: ZoneInfo) -> None:
        self.session = session
        self.zone = zone

    def plans_before_change(self, day: date) -> dict[int, Mapping[str, Any]]:
        """By project, the plan as it was at the end of the day, of those that were changed since."""
        since = datetime.combine(day + timedelta(days=1), time.min, self.zone).astimezone(UTC)
        found = [before for (before,) in _plans_before(since=since).rows(self.session)]
        return {before["project_id"]: before for before in found if before is not None}


@cached_query
def _plans_before() -> Select[Any]:
    entry = AuditEntry
    changed = (entry.table_name == PaymentPlan.__tablename__, entry.action == "update")
    since = entry.at >= parameter("since", datetime)
    return select(entry.before).ext(distinct_on(entry.row_id)).where(*changed, since).order_by(entry.row_id, entry.id)
