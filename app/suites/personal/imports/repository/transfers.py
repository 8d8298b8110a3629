"""Repositories of transfers that were put together of two entries."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.infra.db import require_writable
from app.infra.queries.bulk import Row, insert_rows
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.in_book import InBookRepository
from app.suites.personal.imports.models import (
    RejectedTransfer,
    RejectedTransferRecord,
    TransferMatch,
    TransferMatchRecord,
)


class TransferMatchRepository(InBookRepository[TransferMatch, TransferMatchRecord]):
    """Transfers of one book that were put together."""

    model = TransferMatch
    record = TransferMatchRecord

    def of(self, ids: Collection[int]) -> list[TransferMatchRecord]:
        """Those of which one side had, or the transfer has, one of these ids."""
        return _of(ids=list(ids), **self.scope_values()).all(self.session, TransferMatchRecord) if ids else []

    def insert_many(self, rows: Sequence[Row]) -> None:
        """Store transfers by one statement."""
        self.access.require_writer()
        if rows:
            fixed = {"book_id": self.access.book_id, "created_by": self.access.user_id}
            insert_rows(self.session, self._table, [{**row, **fixed} for row in rows])

    def delete_many(self, ids: Collection[int]) -> None:
        """Forget transfers, which were parted."""
        self.delete_where(TransferMatch.id.in_(ids))


class RejectedTransferRepository(InBookRepository[RejectedTransfer, RejectedTransferRecord]):
    """Pairs of entries of one book that are no transfer."""

    model = RejectedTransfer
    record = RejectedTransferRecord

    def pairs(self, ids: Collection[int]) -> set[tuple[int, int]]:
        """Pairs, the sent one first, of which one side is among these."""
        found = _pairs(ids=list(ids), **self.scope_values()).rows(self.session)
        return {(sent, received) for sent, received in found}

    def reject(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Remember pairs that are no transfer."""
        self.access.require_writer()
        require_writable(self.session)
        rows = [{"book_id": self.access.book_id, "sent_id": sent, "received_id": received} for sent, received in pairs]
        if rows:
            self.session.execute(upsert(RejectedTransfer).values(rows).on_conflict_do_nothing())

    def forget(self, sent_id: int, received_id: int) -> None:
        """Forget that a pair was no transfer."""
        self.delete_where(RejectedTransfer.sent_id == sent_id, RejectedTransfer.received_id == received_id)


@cached_query
def _of() -> Select[Any]:
    own, ids = TransferMatch.__table__.c, parameter("ids", list)
    either = or_(own.transaction_id == func.any(ids), own.received_id == func.any(ids))
    statement = TransferMatchRepository.base_query().where(TransferMatchRepository.scope_condition(), either)
    return statement.order_by(own.id)


@cached_query
def _pairs() -> Select[Any]:
    own, ids = RejectedTransfer.__table__.c, parameter("ids", list)
    either = or_(own.sent_id == func.any(ids), own.received_id == func.any(ids))
    return select(own.sent_id, own.received_id).where(RejectedTransferRepository.scope_condition(), either)
