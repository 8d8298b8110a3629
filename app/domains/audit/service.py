"""Reading the audit log."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.domains.audit.models import AuditEntry
from app.domains.audit.repository import AuditRepository
from app.kernel.paging import Page, PageRequest, Sort
from app.kernel.periods import require_order

NEWEST_FIRST = (Sort("id", descending=True),)


class AuditService:
    """What happened, to whom, by whom."""

    def __init__(self, session: Session, zone: ZoneInfo) -> None:
        self.entries = AuditRepository(session)
        self.zone = zone

    def page(self, request: PageRequest, **filters: Any) -> Page[AuditEntry]:
        """Entries, newest first."""
        require_order(filters.get("date_from"), filters.get("date_to"))
        ordered = PageRequest(request.page, request.per_page, request.sort or NEWEST_FIRST)
        return self.entries.matching_page(ordered, self.zone, **filters)

    def violations(self) -> list[str]:
        """Where the log and the rows disagree."""
        return self.entries.disagreements()
