"""Digests that were made, and their entries."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import String, delete, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.notifications.models import NotificationDigest, ReportedEntry
from app.infra.queries.bulk import CHUNK, rows_of
from app.kernel.batches import batched


class DigestRepository:
    """Digests that were made, and the keys of the entries that they reported."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def begin(self, kind: str, day: date) -> bool:
        """Begin the digest of a day; False if there is one, made by a run that ended or ends meanwhile."""
        new = insert(NotificationDigest).values(kind=kind, day=day).on_conflict_do_nothing()
        return self.session.execute(new.returning(NotificationDigest.id)).first() is not None

    def record(self, kind: str, keys: Sequence[str], day: date) -> set[str]:
        """Record entries as reported; returns the keys of those that were not before."""
        new: set[str] = set()
        for chunk in batched(sorted(set(keys)), CHUNK):
            given = rows_of({"key": (String(), chunk)})
            rows = select(literal(kind), given.c.key, literal(day))
            statement = insert(ReportedEntry).from_select(["kind", "key", "day"], rows).on_conflict_do_nothing()
            new.update(self.session.scalars(statement.returning(ReportedEntry.key)))
        return new

    def purge(self, before: date) -> int:
        """Forget digests of earlier days, and what they reported; returns the number of rows."""
        gone = (
            delete(NotificationDigest).where(NotificationDigest.day < before).returning(NotificationDigest.id),
            delete(ReportedEntry).where(ReportedEntry.day < before).returning(ReportedEntry.id),
        )
        return sum(len(self.session.scalars(statement).all()) for statement in gone)
