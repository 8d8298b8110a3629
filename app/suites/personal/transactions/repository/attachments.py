"""Repository of the files of transactions."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, any_, select

from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.in_book import InBookRepository
from app.infra.queries.repository import Filter, equal
from app.suites.personal.transactions.models import TransactionAttachment, TransactionAttachmentRecord


@dataclass(frozen=True, slots=True)
class AttachmentFilter(Filter):
    """Criteria of files."""

    transaction_id: int

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        return equal((TransactionAttachment.transaction_id, self.transaction_id))


class AttachmentRepository(InBookRepository[TransactionAttachment, TransactionAttachmentRecord]):
    """Files of the transactions of one book."""

    model = TransactionAttachment
    record = TransactionAttachmentRecord

    def files_of(self, transaction_ids: Collection[int]) -> list[int]:
        """Ids of the files of these transactions."""
        found = _files_of(ids=list(transaction_ids), **self.scope_values()).rows(self.session)
        return [file_id for (file_id,) in found]


@cached_query
def _files_of() -> Select[Any]:
    own = TransactionAttachment.__table__.c
    wanted = (AttachmentRepository.scope_condition(), own.transaction_id == any_(parameter("ids", list)))
    return select(own.file_id).where(*wanted).order_by(own.file_id)
