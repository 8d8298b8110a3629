"""Changes of many transactions by a few statements, which can be undone."""

from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar, NamedTuple, TypedDict

from app.infra.books import BookAccess
from app.kernel.errors import Conflict, DomainError, Invalid
from app.suites.personal.books.service import InBookService
from app.suites.personal.transactions.models import Transaction
from app.suites.personal.transactions.queries import TransactionFilter, TransactionQueries
from app.suites.personal.transactions.repository import TransactionRepository
from app.suites.personal.transactions.rules import MOST_IN_BULK, ChangeOrigin
from app.suites.personal.transactions.service.reading import TransactionFilters, TransactionReader
from app.suites.personal.transactions.service.recording import ChangeRecorder
from app.suites.personal.transactions.service.resolving import SplitValues
from app.suites.personal.transactions.service.states import NewTransaction, TransactionChanges, changed
from app.suites.personal.transactions.service.transactions import TransactionService
from app.suites.personal.transactions.service.writing import Changing, Stored, TransactionWriter, require_not_reconciled


class BulkChanges(TransactionChanges, total=False):
    """Values that many transactions get."""

    add_tags: list[str]
    remove_tags: list[str]


class BulkRequest(TypedDict, total=False):
    """Transactions, by their ids or by a filter, and the changes of all of them; or their deletion."""

    ids: list[int]
    filter: TransactionFilters
    changes: BulkChanges
    delete: bool


class RowProblem(NamedTuple):
    """Why a transaction was not changed."""

    id: int
    code: str
    text: str


class BulkResult(NamedTuple):
    """Numbers of transactions that were changed, and those that could not be."""

    matched: int
    changed: int
    unchanged: int
    deleted: int
    errors: list[RowProblem]
    change_set: int | None
    """None if nothing was changed."""


class BulkService(InBookService):
    """Creates, changes and deletes many transactions of a book at once.

    What does not fit one transaction leaves that one as it is, and is listed. Several calls with the same `recorder`
    are undone together.
    """

    model: ClassVar = Transaction

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.writer = TransactionWriter(access)

    def apply(self, request: BulkRequest, *, unlock: bool = False) -> BulkResult:
        """Change or delete transactions as a request says."""
        if ("ids" in request) is ("filter" in request):
            raise Invalid.field("ids", "Either ids or a filter.")
        if ("changes" in request) is ("delete" in request) or request.get("delete") is False:
            raise Invalid.field("changes", "Either changes, or `delete` as true.")
        reader = TransactionReader(self.access)
        ids = request["ids"] if "ids" in request else self.matching(reader.criteria(request["filter"]))
        recorder = ChangeRecorder(self.access, ChangeOrigin.BULK)
        if "changes" in request:
            return self.change_all(ids, request["changes"], recorder, unlock=unlock)
        return self.delete(ids, recorder, unlock=unlock)

    def matching(self, criteria: TransactionFilter) -> list[int]:
        """Ids of all transactions that match; Invalid if there are too many for one request."""
        found = TransactionQueries(self.access.session, self.access.book_id).ids(criteria, MOST_IN_BULK + 1)
        if len(found) > MOST_IN_BULK:
            raise Invalid(
                f"More than {MOST_IN_BULK:,} transactions match.",
                code="too_many",
                errors={"filter": [f"Matches more than {MOST_IN_BULK:,} transactions."]},
            )
        return found

    def change_all(
        self, ids: Collection[int], changes: BulkChanges, recorder: ChangeRecorder, *, unlock: bool = False
    ) -> BulkResult:
        """Make the same changes of all these transactions."""
        return self.change(dict.fromkeys(ids, changes), recorder, unlock=unlock)

    def change(
        self, changes: Mapping[int, BulkChanges], recorder: ChangeRecorder, *, unlock: bool = False
    ) -> BulkResult:
        """Change transactions, each by its own values; NotFound names those that do not exist."""
        self.access.require_writer()
        errors: list[RowProblem] = []
        changing: list[Changing] = []
        for one in self.writer.stored(changes.keys()):
            try:
                changing.append(self._changing(one, changes[one.record.id], unlock))
            except (Invalid, Conflict) as error:
                errors.append(_problem(one.record.id, error))
        done = set(self.writer.update(changing))
        recorder.record_changes([one.stored for one in changing if one.stored.record.id in done])
        unchanged = len(changing) - len(done)
        return BulkResult(len(changes), len(done), unchanged, 0, errors, recorder.change_set_id)

    def delete(self, ids: Collection[int], recorder: ChangeRecorder, *, unlock: bool = False) -> BulkResult:
        """Delete transactions; those that were reconciled stay, unless they are unlocked."""
        self.access.require_writer()
        errors: list[RowProblem] = []
        going: list[Stored] = []
        for one in self.writer.stored(ids):
            try:
                if not unlock:
                    require_not_reconciled(one)
                going.append(one)
            except Conflict as error:
                errors.append(_problem(one.record.id, error))
        recorder.record_deletions(going)
        self.writer.delete(going, unlock=True)
        return BulkResult(len(ids), 0, 0, len(going), errors, recorder.change_set_id)

    def create(self, values: Sequence[NewTransaction], recorder: ChangeRecorder) -> list[int]:
        """Enter transactions and return their ids, in their order; what does not fit refuses all of them."""
        self.access.require_writer()
        service = TransactionService(self.access)
        service.writer = self.writer
        ids = self.writer.insert([service.new(one) for one in values])
        recorder.record_creations(ids)
        return ids

    def move_category(self, category_id: int, move_to: int | None) -> None:
        """Give another category, or none, all that is of one; nobody undoes that."""
        found = self.writer.stored(TransactionRepository(self.access).of_category(category_id))
        self.writer.update([self._changing(one, _moved(one, category_id, move_to), unlock=True) for one in found])

    def _changing(self, known: Stored, given: BulkChanges, unlock: bool) -> Changing:
        changes: BulkChanges = {**given}
        status = changes.pop("status", None)
        added, removed = changes.pop("add_tags", []), changes.pop("remove_tags", [])
        if added or removed:
            tags = changes.get("tags", known.state["tags"])
            changes["tags"] = list(dict.fromkeys(tag for tag in [*tags, *added] if tag not in removed))
        after = changed(known.state, changes)
        return Changing(known, self.writer.draft(after, known, status=status, unlock=unlock))


def _problem(transaction_id: int, error: DomainError) -> RowProblem:
    texts = [text for found in error.errors.values() if isinstance(found, list) for text in found]
    return RowProblem(transaction_id, error.code, str(texts[0]) if texts else error.message)


def _moved(known: Stored, category_id: int, move_to: int | None) -> BulkChanges:
    """The values of a transaction with one category in place of another."""
    state, changes = known.state, BulkChanges()
    if any(split.get("category_id") == category_id for split in state["splits"]):
        changes["splits"] = [_split_moved(split, category_id, move_to) for split in state["splits"]]
    if state["category_id"] == category_id:
        source = None if move_to is None else state["category_source"]
        changes |= {"category_id": move_to, "category_source": source}
    if state["budget_category_id"] == category_id:
        changes["budget_category_id"] = move_to
    return changes


def _split_moved(split: SplitValues, category_id: int, move_to: int | None) -> SplitValues:
    return {**split, "category_id": move_to} if split.get("category_id") == category_id else split
