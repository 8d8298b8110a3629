"""Questions about what was recorded."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select, text

from app.domains.audit.models import AuditEntry
from app.infra.repository import Repository
from app.kernel.paging import Page, PageRequest

_DISAGREEING = text("SELECT problem FROM audit_disagreements()")


class AuditRepository(Repository[AuditEntry]):
    """The audit log, newest first unless asked otherwise."""

    model = AuditEntry

    def matching_page(
        self,
        request: PageRequest,
        zone: ZoneInfo,
        *,
        table: str | None = None,
        row_id: int | None = None,
        user_id: int | None = None,
        date_from: date | None = None,
        date_to: date | None = None,
    ) -> Page[AuditEntry]:
        """Entries that match every given filter; days are the company's."""
        statement: Select[AuditEntry] = select(AuditEntry)
        if table is not None:
            statement = statement.where(AuditEntry.table_name == table)
        if row_id is not None:
            statement = statement.where(AuditEntry.row_id == row_id)
        if user_id is not None:
            statement = statement.where(AuditEntry.user_id == user_id)
        if date_from is not None:
            statement = statement.where(AuditEntry.at >= _midnight(date_from, zone))
        if date_to is not None:
            statement = statement.where(AuditEntry.at < _midnight(date_to + timedelta(days=1), zone))
        return self.page(statement, request)

    def disagreements(self) -> list[str]:
        """Tables without a trigger, and rows that are not as the log last recorded them."""
        return list(self.session.scalars(_DISAGREEING))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)
