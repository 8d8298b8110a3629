"""Recording of changes of transactions, so that they can be undone."""

from collections.abc import Sequence

from app.infra.books import BookAccess
from app.infra.queries.bulk import Row
from app.suites.personal.transactions.models import ChangeSet
from app.suites.personal.transactions.repository import ChangedTransactionRepository, ChangeSetRepository
from app.suites.personal.transactions.rules import Change, ChangeOrigin
from app.suites.personal.transactions.service.encrypting import TransactionCipher
from app.suites.personal.transactions.service.states import as_json
from app.suites.personal.transactions.service.writing import Stored


class ChangeRecorder:
    """Records changes that are undone together; the first one makes the change set."""

    def __init__(self, access: BookAccess, origin: ChangeOrigin, label: str | None = None) -> None:
        self.access = access
        self.origin = origin
        self.label = label
        self.change_set_id: int | None = None
        """Id of the change set; None as long as nothing was changed."""
        self._sets = ChangeSetRepository(access)
        self._parts = ChangedTransactionRepository(access)
        self._cipher = TransactionCipher(access)

    def record_creations(self, transaction_ids: Sequence[int]) -> None:
        """Record transactions that were just entered."""
        created: list[Row] = [
            {"transaction_id": one, "change": Change.CREATED, "before": None, "version_after": 1}
            for one in transaction_ids
        ]
        self._record(created)

    def record_changes(self, before: Sequence[Stored]) -> None:
        """Record transactions, as they were, each of which was just changed once."""
        self._record([self._row(one, Change.CHANGED, one.record.version + 1) for one in before])

    def record_deletions(self, before: Sequence[Stored]) -> None:
        """Record transactions that are deleted."""
        self._record([self._row(one, Change.DELETED, None) for one in before])

    def _record(self, rows: Sequence[Row]) -> None:
        if not rows:
            return
        change_set_id = self._opened()
        self._parts.put_many([{"change_set_id": change_set_id, **row} for row in rows])
        counts = self._parts.counts(change_set_id)
        numbers = {change.value: counts.get(change, 0) for change in Change}
        self._sets.change(self._sets.get_for_update(change_set_id), numbers)

    def _opened(self) -> int:
        if self.change_set_id is None:
            made = ChangeSet(
                book_id=self.access.book_id, origin=self.origin, label=self.label, created_by=self.access.user_id
            )
            self.change_set_id = self._sets.add(made).id
        return self.change_set_id

    def _row(self, stored: Stored, change: Change, version_after: int | None) -> Row:
        transaction_id = stored.record.id
        before = as_json(stored.record, stored.state, stored.legs)
        return {
            "transaction_id": transaction_id,
            "change": change,
            "before": self._cipher.encrypted_change(transaction_id, before),
            "version_after": version_after,
        }
