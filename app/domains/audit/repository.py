"""Questions about what was recorded."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, Select, func, select, text

from app.domains.audit.models import AuditEntry
from app.infra.repository import Filter, Repository, equal, within

_DISAGREEING = text("SELECT problem FROM audit_disagreements()")


@dataclass(frozen=True, slots=True)
class EntryFilter(Filter):
    """Which entries are meant; the instants are from the first, and before the last."""

    table: str | None = None
    row_id: int | None = None
    user_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        entry = AuditEntry
        given = equal((entry.table_name, self.table), (entry.row_id, self.row_id), (entry.user_id, self.user_id))
        given += within(entry.at, self.since, None)
        if self.until is not None:
            given.append(entry.at < self.until)
        return given


class AuditRepository(Repository[AuditEntry]):
    """The audit log, newest first unless asked otherwise."""

    model = AuditEntry

    @classmethod
    def shown(cls) -> Select[Any]:
        after = func.audit_after(AuditEntry.before, AuditEntry.became, type_=JSON).label("after")
        return select(*(column for column in AuditEntry.__table__.c if column.name != "after"), after)

    def disagreements(self) -> list[str]:
        """Tables without a trigger, and rows that are not as the log last recorded them."""
        return list(self.session.scalars(_DISAGREEING))
