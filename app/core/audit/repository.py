"""Repositories of audit entries, seals and refusals."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ColumnElement, Select, exists, func, insert, literal, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased

from app.core.audit.models import AccessRefusal, AccessRefusalRecord, AuditEntry, AuditEntryRecord, AuditSeal
from app.infra.queries.records import columns_of
from app.infra.queries.repository import Filter, Repository, equal, within
from app.kernel.refusals import Refusal

_DISAGREEING = text("SELECT problem FROM audit_disagreements()")
_SEAL = text("SELECT audit_seal(most => :most)")
_BROKEN = text("SELECT problem FROM audit_seal_disagreements()")


@dataclass(frozen=True, slots=True)
class EntryFilter(Filter):
    """Criteria of audit entries: from `since` on, and before `until`.

    With `extended`, also entries of the rows of that table that the rows of `table` extend.
    """

    table: str | None = None
    extended: str | None = None
    row_id: int | None = None
    user_id: int | None = None
    operation: str | None = None
    domain: str | None = None
    cursor: int | None = None
    """Only entries older than the one of this id."""
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        entry = AuditEntry
        given = equal((entry.row_id, self.row_id), (entry.user_id, self.user_id))
        given += equal((entry.operation, self.operation), (entry.domain, self.domain))
        if self.table is not None:
            given += _of_tables(self.table, self.extended)
        if self.cursor is not None:
            given.append(entry.id < self.cursor)
        given += within(entry.at, self.since, None)
        if self.until is not None:
            given.append(entry.at < self.until)
        return given


def _of_tables(table: str, extended: str | None) -> list[ColumnElement[bool]]:
    if extended is None:
        return equal((AuditEntry.table_name, table))
    extension = aliased(AuditEntry)
    has_one = exists().where(extension.table_name == table, extension.row_id == AuditEntry.row_id)
    # The tables by themselves too, so that an index is used.
    return [AuditEntry.table_name.in_((table, extended)), or_(AuditEntry.table_name == table, has_one)]


class AuditRepository(Repository[AuditEntry, AuditEntryRecord]):
    """Audit entries, newest first by default."""

    model = AuditEntry
    record = AuditEntryRecord

    @classmethod
    def base_query(cls) -> Select[Any]:
        after = func.audit_after(AuditEntry.before, AuditEntry.became, type_=JSON).label("after")
        return select(
            *(column for column in columns_of(cls.record, cls.model.__table__) if column.name != "after"), after
        )

    def changed_by_users(self, tables: Collection[str], ids: Collection[int]) -> set[int]:
        """Ids of rows of these tables that a user changed."""
        entry = AuditEntry
        statement = (
            select(entry.row_id)
            .distinct()
            .where(
                entry.table_name.in_(tables),
                entry.row_id == func.any(literal(list(ids), ARRAY(BigInteger))),
                entry.action == "update",
                entry.user_id.is_not(None),
            )
        )
        return {row_id for row_id in self.session.scalars(statement) if row_id is not None}

    def disagreements(self) -> list[str]:
        """Messages about tables without a trigger, and rows that differ from their last audit entry."""
        return list(self.session.scalars(_DISAGREEING))


class SealRepository:
    """Seals of the audit log; only a function of the database creates them."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def seal(self, most: int) -> int:
        """Seal the next entries, at most `most`; returns their number."""
        return int(self.session.scalar(_SEAL, {"most": most}) or 0)

    def latest(self) -> AuditSeal | None:
        """Newest seal of the chain."""
        return self.session.scalar(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1))

    def find(self, digest: bytes) -> AuditSeal | None:
        """Seal with this digest, or None."""
        return self.session.scalar(select(AuditSeal).where(AuditSeal.digest == digest))

    def count_unsealed(self, since_id: int) -> int:
        """Number of entries with a higher id."""
        return self.session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.id > since_id)) or 0

    def disagreements(self) -> list[str]:
        """Messages about seals that don't match the previous seal or the entries."""
        return list(self.session.scalars(_BROKEN))


@dataclass(frozen=True, slots=True)
class RefusalFilter(Filter):
    """Criteria of refusals: a user name in any case, from `since` on, and before `until`."""

    kind: str | None = None
    user_id: int | None = None
    address: str | None = None
    username: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        row = AccessRefusal
        given = equal((row.kind, self.kind), (row.user_id, self.user_id), (row.address, self.address))
        given += within(row.at, self.since, None)
        if self.username is not None:
            given.append(func.lower(row.username) == func.lower(self.username))
        if self.until is not None:
            given.append(row.at < self.until)
        return given


class RefusalRepository(Repository[AccessRefusal, AccessRefusalRecord]):
    """Refusals."""

    model = AccessRefusal
    record = AccessRefusalRecord

    def insert_all(self, refusals: Sequence[Refusal]) -> None:
        """Store refusals."""
        self.session.execute(insert(AccessRefusal), [asdict(refusal) for refusal in refusals])

    def purge(self) -> int:
        """Delete refusals older than 90 days; the database does not allow to delete others."""
        return int(self.session.scalar(select(func.purge_access_refusals())) or 0)
