"""Changes of many transactions at once: listing and undoing them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple, TypedDict, Unpack

from app.infra import clock
from app.infra.books import BookAccess
from app.kernel.errors import Conflict, refuse_some
from app.kernel.paging import Page, PageRequest, Sort
from app.suites.personal.books.service import InBookService
from app.suites.personal.transactions.models import ChangedTransactionRecord, ChangeSet, ChangeSetRecord
from app.suites.personal.transactions.repository import (
    ChangedTransactionRepository,
    ChangeSetFilter,
    ChangeSetRepository,
)
from app.suites.personal.transactions.rules import Change, ChangeOrigin
from app.suites.personal.transactions.service.states import REFERENCES, Kept, TransactionChanges, from_json
from app.suites.personal.transactions.service.writing import Changing, Draft, Stored, TransactionWriter

_NEWEST_FIRST = (Sort("id", descending=True),)
_CHANGED = "It was changed since."
_DELETED = "It was deleted since."


class ChangeSetFilters(TypedDict, total=False):
    """The criteria of a list of changes."""

    origin: ChangeOrigin


class Since(StrEnum):
    """Treatment of transactions that were changed since: all is refused, they are kept, or undone all the same."""

    REFUSE = "refuse"
    KEEP = "keep"
    FORCE = "force"


class Undone(NamedTuple):
    """Transactions that undoing a change deleted, entered again and changed back, and those that it kept."""

    removed: list[int]
    restored: list[int]
    reverted: list[int]
    kept: list[int]


class ChangeSetService(InBookService):
    """Lists and undoes the changes of many transactions of a book."""

    model: ClassVar = ChangeSet

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.sets = ChangeSetRepository(access)
        self.parts = ChangedTransactionRepository(access)
        self.writer = TransactionWriter(access)

    def page(self, request: PageRequest, **filters: Unpack[ChangeSetFilters]) -> Page[ChangeSetRecord]:
        """One page of changes, the newest first."""
        ordered = replace(request, sort=request.sort or _NEWEST_FIRST)
        return self.sets.page(ChangeSetFilter(**filters), ordered)

    def get(self, change_set_id: int) -> ChangeSetRecord:
        """One change."""
        return self.sets.get(change_set_id)

    def undo(self, change_set_id: int, since: Since = Since.REFUSE) -> Undone:
        """Undo a change; Conflict, with the transactions, if one was changed since, unless those are kept or forced."""
        row = self.sets.get_for_update(change_set_id)
        if row.undone_at is not None:
            raise Conflict("It was undone already.", code="already_undone")
        parts = self.parts.of(change_set_id)
        versions = self.writer.transactions.existing([one.transaction_id for one in parts])
        problems = _problems(parts, versions)
        if since is Since.REFUSE:
            refuse_some(problems, code="changed_since")
        kept = {*problems} if since is Since.KEEP else {one for one in problems if one not in versions}
        going = [one for one in parts if one.transaction_id not in kept]
        removed = self._remove([one for one in going if one.transaction_id in versions], problems.keys())
        restored = self._restore(going)
        reverted = self._revert(going, problems.keys())
        self.sets.change(row, {"undone_at": clock.now()})
        return Undone(removed, restored, reverted, sorted(kept))

    def _remove(self, parts: Sequence[ChangedTransactionRecord], forced: Collection[int]) -> list[int]:
        """Delete what was created."""
        ids = [one.transaction_id for one in parts if one.change is Change.CREATED]
        stored = self.writer.stored(ids) if ids else []
        self.writer.delete([one for one in stored if one.record.id in forced])
        self.writer.delete([one for one in stored if one.record.id not in forced], unlock=True)
        return ids

    def _restore(self, parts: Sequence[ChangedTransactionRecord]) -> list[int]:
        """Enter what was deleted once more."""
        kept = self._kept(parts, Change.DELETED)
        drafts = {row_id: self._draft(one, None, unlock=True, together=kept.keys()) for row_id, one in kept.items()}
        again = {row_id: {"version": one.version + 1, "created_at": one.created_at} for row_id, one in kept.items()}
        self.writer.restore({row_id: replace(one, restored=again[row_id]) for row_id, one in drafts.items()})
        return list(kept)

    def _revert(self, parts: Sequence[ChangedTransactionRecord], forced: Collection[int]) -> list[int]:
        """Give what was changed the values that it had."""
        kept = self._kept(parts, Change.CHANGED)
        stored = self.writer.stored(kept.keys()) if kept else []
        return self.writer.update(
            [Changing(one, self._draft(kept[one.record.id], one, unlock=one.record.id not in forced)) for one in stored]
        )

    def _draft(self, kept: Kept, known: Stored | None, *, unlock: bool, together: Collection[int] = ()) -> Draft:
        """A kept transaction, as it is stored again; a refund may come together with its expense."""
        refunded = kept.state["refund_of_id"]
        alone: TransactionChanges = {**kept.state, "refund_of_id": None} if refunded in together else kept.state
        draft = self.writer.draft(alone, known, unlock=unlock)
        return replace(draft, state=kept.state, statuses={**draft.statuses, **kept.statuses})

    def _kept(self, parts: Sequence[ChangedTransactionRecord], change: Change) -> dict[int, Kept]:
        """Kept transactions, without references to rows that were deleted since, unless they come together."""
        readable = self.writer.cipher.readable_change
        found = {
            one.transaction_id: from_json(readable(one.transaction_id, one.before))
            for one in parts
            if one.change is change and one.before
        }
        asked: dict[str, set[Any]] = {
            name: {dict(one.state)[name] for one in found.values()} - {None} for name in REFERENCES
        }
        split = {part.get("category_id") for one in found.values() for part in one.state["splits"]} - {None}
        asked["category_id"] |= split
        there = {name: self.writer.transactions.references(name, ids) for name, ids in asked.items()}
        there["refund_of_id"] |= found.keys()
        return {row_id: one._replace(state=_known(one.state, there)) for row_id, one in found.items()}


def _known(state: TransactionChanges, there: Mapping[str, Collection[int]]) -> TransactionChanges:
    """The values without references to rows that are not there."""
    given: dict[str, Any] = {**state}
    gone = {name: None for name in REFERENCES if given[name] is not None and given[name] not in there[name]}
    if "category_id" in gone:
        gone |= {"category_source": None, "confidence": None}
    if "recurring_id" in gone:
        gone["occurrence"] = None
    splits = [
        {**one, "category_id": None} if one["category_id"] not in there["category_id"] else one
        for one in state["splits"]
    ]
    found: TransactionChanges = {**given, **gone, "splits": splits}  # type: ignore[typeddict-item]  # its keys
    return found


def _problems(parts: Sequence[ChangedTransactionRecord], versions: Mapping[int, int]) -> dict[int, str]:
    """Messages by the transactions that were changed since, or deleted unless the change had created them."""
    found = {}
    for one in parts:
        version = versions.get(one.transaction_id)
        if version is None and one.change is Change.CHANGED:
            found[one.transaction_id] = _DELETED
        elif version is not None and version != one.version_after:
            found[one.transaction_id] = _CHANGED
    return found
