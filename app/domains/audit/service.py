"""Reading the audit log, and sealing it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.domains.audit.models import AuditSeal
from app.domains.audit.repository import AuditRepository, EntryFilter, SealRepository
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


class SealService:
    """The chain of seals over the audit log, and its head, which is to be kept where nobody of here can change it."""

    def __init__(self, session: Session) -> None:
        self.seals = SealRepository(session)

    def seal(self, most: int = 100_000) -> dict[str, Any]:
        """Seal every entry that no writer can still come before; what the head is then."""
        entries = 0
        while sealed := self.seals.seal(most):
            entries += sealed
        return {"entries": entries, **self.head()}

    def head(self) -> dict[str, Any]:
        """Up to which entry the chain reaches, its digest, and when it was sealed; empty if there is none."""
        latest = self.seals.latest()
        return {} if latest is None else _words(latest)

    def count_unsealed(self) -> int:
        """How many entries the chain does not cover yet."""
        latest = self.seals.latest()
        return self.seals.count_unsealed(latest.until_id if latest else 0)

    def violations(self, kept: Sequence[str] = ()) -> list[str]:
        """Where the chain is broken, and which of the heads that were kept elsewhere it no longer has."""
        lost = [head for head in kept if self.seals.find(bytes.fromhex(head)) is None]
        return self.seals.disagreements() + [
            f"the audit log has no seal {head}: it was cut off or made anew" for head in lost
        ]


def _words(seal: AuditSeal) -> dict[str, Any]:
    return {"until": seal.until_id, "digest": seal.digest.hex(), "sealed_at": f"{seal.sealed_at:%Y-%m-%dT%H:%M:%SZ}"}
