"""Reading the audit log."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.domains.audit.repository import AuditRepository, EntryFilter
from app.kernel.paging import Page, PageRequest, Sort
from app.kernel.periods import require_order

NEWEST_FIRST = (Sort("id", descending=True),)


class AuditService:
    """What happened, to whom, by whom."""

    def __init__(self, session: Session, zone: ZoneInfo) -> None:
        self.entries = AuditRepository(session)
        self.zone = zone

    def page(self, request: PageRequest, **filters: Any) -> Page[Any]:
        """Entries, newest first."""
        require_order(filters.get("date_from"), filters.get("date_to"))
        since, last = filters.pop("date_from", None), filters.pop("date_to", None)
        asked = EntryFilter(
            **filters,
            since=None if since is None else self._midnight(since),
            until=None if last is None else self._midnight(last + timedelta(days=1)),
        )
        return self.entries.page(asked, replace(request, sort=request.sort or NEWEST_FIRST))

    def _midnight(self, day: date) -> datetime:
        """When the company's day begins."""
        return datetime.combine(day, time.min, self.zone)

    def violations(self) -> list[str]:
        """Where the log and the rows disagree."""
        return self.entries.disagreements()
