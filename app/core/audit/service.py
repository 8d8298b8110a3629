"""Reading the audit log, and sealing it; recording and reading refusals."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TypedDict, Unpack
from zoneinfo import ZoneInfo

from app.core.audit.models import AccessRefusalRecord, AuditEntryRecord, AuditSeal
from app.core.audit.repository import (
    AuditRepository,
    EntryFilter,
    RefusalFilter,
    RefusalRepository,
    SealRepository,
)
from app.infra import origins
from app.infra.audit_events import record_event
from app.infra.context import Context
from app.infra.db import act_as, extended_table
from app.infra.origins import Origin
from app.kernel.errors import Invalid
from app.kernel.paging import Page, PageRequest, Sort
from app.kernel.periods import require_order
from app.kernel.refusals import Refusal, RefusalKind

NEWEST_FIRST = (Sort("id", descending=True),)


class EntryFilters(TypedDict, total=False):
    """The criteria of a list of audit entries, besides its days."""

    table: str
    row_id: int
    user_id: int
    operation: str
    domain: str
    cursor: int


class RefusalFilters(TypedDict, total=False):
    """The criteria of a list of refusals, besides its days."""

    kind: str
    user_id: int
    address: str
    username: str


class SealHead(TypedDict, total=False):
    """The last sealed entry, the digest of the chain, and when it was sealed; empty without a seal."""

    until: int
    digest: str
    sealed_at: str


class SealResult(SealHead):
    """Number of entries that were sealed, and the head of the chain."""

    entries: int


class AuditService:
    """Reads the audit log."""

    def __init__(self, context: Context) -> None:
        self.entries = AuditRepository(context.session)
        self.zone = context.clock.zone

    def page(
        self,
        request: PageRequest,
        *,
        date_from: date | None = None,
        date_to: date | None = None,
        **filters: Unpack[EntryFilters],
    ) -> Page[AuditEntryRecord]:
        """Entries, newest first; those of a table with the entries of the rows that it extends.

        With a cursor there are only older ones, and no other order.
        """
        if "cursor" in filters and request.sort:
            raise Invalid.field("sort", "With a cursor the newest come first.")
        since, until = _instants(date_from, date_to, self.zone)
        extended = extended_table(filters["table"]) if "table" in filters else None
        criteria = EntryFilter(**filters, extended=extended, since=since, until=until)
        return self.entries.page(criteria, replace(request, sort=request.sort or NEWEST_FIRST))

    def changed_by_users(self, tables: Collection[str], ids: Collection[int]) -> set[int]:
        """Those of the ids whose row in one of the tables a user changed after it was made."""
        return self.entries.changed_by_users(tables, ids) if ids else set()

    def violations(self) -> list[str]:
        """Messages about differences between the log and the rows."""
        return self.entries.disagreements()


class SealService:
    """Seals the audit log in a hash chain, and checks it against heads that are kept elsewhere."""

    def __init__(self, context: Context) -> None:
        self.seals = SealRepository(context.session)

    def seal(self, most: int = 100_000) -> SealResult:
        """Seal all entries that no running transaction can still precede; returns the new head."""
        entries = 0
        while sealed := self.seals.seal(most):
            entries += sealed
        return {"entries": entries, **self.head()}

    def head(self) -> SealHead:
        """Last sealed entry, digest and time of the newest seal; empty without a seal."""
        latest = self.seals.latest()
        return {} if latest is None else _words(latest)

    def count_unsealed(self) -> int:
        """Number of entries that are not sealed yet."""
        latest = self.seals.latest()
        return self.seals.count_unsealed(latest.until_id if latest else 0)

    def violations(self, kept: Sequence[str] = ()) -> list[str]:
        """Messages about breaks of the chain, and heads kept elsewhere that are missing in it."""
        lost = [head for head in kept if self.seals.find(bytes.fromhex(head)) is None]
        return self.seals.disagreements() + [
            f"the audit log has no seal {head}: it was truncated or recreated" for head in lost
        ]


def _words(seal: AuditSeal) -> SealHead:
    return {"until": seal.until_id, "digest": seal.digest.hex(), "sealed_at": f"{seal.sealed_at:%Y-%m-%dT%H:%M:%SZ}"}


class AccessService:
    """Failed logins and refused requests."""

    def __init__(self, context: Context) -> None:
        self.session = context.session
        self.refusals = RefusalRepository(context.session)
        self.zone = context.clock.zone

    def record(self, refusals: Sequence[Refusal]) -> None:
        """Store refusals; those of a known user are in the audit log, too."""
        self.refusals.insert_all(refusals)
        for one in refusals:
            if one.kind is RefusalKind.FORBIDDEN:
                self._record(one)

    def page(
        self,
        request: PageRequest,
        *,
        date_from: date | None = None,
        date_to: date | None = None,
        **filters: Unpack[RefusalFilters],
    ) -> Page[AccessRefusalRecord]:
        """Refusals, newest first."""
        since, until = _instants(date_from, date_to, self.zone)
        criteria = RefusalFilter(**filters, since=since, until=until)
        return self.refusals.page(criteria, replace(request, sort=request.sort or NEWEST_FIRST))

    def _record(self, refusal: Refusal) -> None:
        """Record a refusal with its own actor and client: it may be one of earlier minutes."""
        session = self.session
        with origins.acting(Origin(None, None, None, refusal.address, refusal.user_agent)):
            act_as(session, user_id=refusal.user_id, request_id=refusal.request_id)
            detail = {"method": refusal.method, "path": refusal.path, "reason": refusal.code, "times": refusal.times}
            record_event(session, "refused", "users", refusal.user_id, detail)

    def purge(self) -> dict[str, int]:
        """Delete refusals older than 90 days."""
        return {"access_refusals": self.refusals.purge()}


def _instants(first: date | None, last: date | None, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """Start of the first day and end of the last one, as times."""
    require_order(first, last)
    since = None if first is None else _midnight(first, zone)
    return since, None if last is None else _midnight(last + timedelta(days=1), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)
