"""Storing transactions with the money that they move: one or many, by a few statements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import NamedTuple

from app.core.files.service import AttachedFiles
from app.core.ledger.rules import NewEntry
from app.infra.books import BookAccess
from app.infra.db.columns import MAX_TAGS
from app.infra.queries.bulk import Row
from app.kernel.errors import Conflict, Invalid, NotFound
from app.suites.personal.accounts.rules import SystemAccount
from app.suites.personal.accounts.service import SystemAccounts
from app.suites.personal.books.service import BookLedger
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.transactions.events import TransactionsChanged
from app.suites.personal.transactions.models import LegRecord, TransactionRecord
from app.suites.personal.transactions.repository import (
    AttachmentRepository,
    LegRepository,
    SplitRepository,
    TransactionRepository,
)
from app.suites.personal.transactions.rules import CategorySource, Leg, Money, TransactionStatus, legs_of, lines_of
from app.suites.personal.transactions.service.choosing import publish_choices
from app.suites.personal.transactions.service.encrypting import TransactionCipher
from app.suites.personal.transactions.service.note_words import NoteIndex, notes_differ
from app.suites.personal.transactions.service.resolving import Resolver
from app.suites.personal.transactions.service.states import OWN, TransactionChanges, legs_before, money_of, state_of

SOURCE = "transaction"
"""Source of the entries of transactions."""
_COLUMNS = frozenset(OWN)
_NEW: Row = {
    "budget_category_id": None,
    "payee_id": None,
    "description": None,
    "payment_method": None,
    "location": None,
    "notes": None,
    "tags": [],
    "refund_of_id": None,
    "external_id": None,
    "recurring_id": None,
    "occurrence": None,
    "counterpart_id": None,
    "paid_by": None,
    "share": None,
    "category_source": None,
    "confidence": None,
}
"""Values of what a new transaction does not say, besides its money."""


class Stored(NamedTuple):
    """A transaction as it is stored."""

    record: TransactionRecord
    state: TransactionChanges
    legs: list[LegRecord]


@dataclass(frozen=True, slots=True)
class Draft:
    """A transaction as it is to be stored."""

    state: TransactionChanges
    money: Money
    entry: NewEntry
    legs: Sequence[Leg]
    statuses: Mapping[int, TransactionStatus]
    """Status of the leg of each account."""
    restored: Row = field(default_factory=dict)
    """Columns that only a transaction gets that was deleted."""


class Changing(NamedTuple):
    """A stored transaction, and what becomes of it."""

    stored: Stored
    draft: Draft


class TransactionWriter:
    """Stores the transactions of one book."""

    def __init__(self, access: BookAccess) -> None:
        self.access = access
        self.transactions = TransactionRepository(access)
        self.splits = SplitRepository(access)
        self.legs = LegRepository(access)
        self.cipher = TransactionCipher(access)
        self.notes = NoteIndex(access)
        self.attachments = AttachmentRepository(access)
        self.files = AttachedFiles(access.context, "personal.transactions", access.book_id)
        self.ledger = BookLedger(access)
        self.resolver = Resolver(access)
        self.system = SystemAccounts(access)
        self._conversion: int | None = None

    def stored(self, ids: Collection[int]) -> list[Stored]:
        """Lock transactions, and read all of them; NotFound names those that do not exist."""
        return self._whole(self.transactions.lock_records(ids))

    def stored_one(self, transaction_id: int) -> Stored:
        """Lock one transaction, once its version was compared with `If-Match`, and read all of it; or NotFound."""
        [found] = self._whole([self.transactions.lock_record(transaction_id)])
        return found

    def _whole(self, records: Sequence[TransactionRecord]) -> list[Stored]:
        split = [one.id for one in records if one.is_split]
        splits = self.cipher.readable_splits(self.splits.of(split)) if split else {}
        legs = self.legs.of([one.id for one in records])
        return [
            Stored(one, state_of(self.cipher.readable(one), splits.get(one.id, [])), legs.get(one.id, []))
            for one in records
        ]

    def draft(
        self,
        state: TransactionChanges,
        known: Stored | None = None,
        *,
        status: TransactionStatus | None = None,
        unlock: bool = False,
        move_opening: bool = False,
    ) -> Draft:
        """A transaction with these values, which are checked; Conflict for money of one that was reconciled.

        With `move_opening` an account that begins later begins on its day.
        """
        money = self.resolver.money(money_of(state))
        lines = lines_of(money, self._conversion_of(money))
        legs = legs_of(money, lines)
        kept = legs_before(known.legs) if known else []
        if move_opening:
            self.resolver.move_openings(legs, kept, self.access.today)
        self.resolver.check_legs(money, legs, kept)
        self._check_words(state, known.state if known else {})
        if known is not None and not unlock:
            _require_unlocked(known, legs, status)
        entry = NewEntry(date=money.date, source=SOURCE, lines=lines, created_by=self.access.user_id)
        return Draft(state, money, entry, legs, self._statuses(money, legs, known, status, unlock))

    def copied(self, state: TransactionChanges, statuses: Mapping[int, TransactionStatus]) -> Draft:
        """A transaction of another book as it was there, whichever day its accounts begin on, closed or not."""
        money = self.resolver.money(money_of(state))
        lines = lines_of(money, self._conversion_of(money))
        legs = legs_of(money, lines)
        self._check_words(state, {})
        entry = NewEntry(date=money.date, source=SOURCE, lines=lines, created_by=self.access.user_id)
        usual = TransactionStatus.CLEARED
        return Draft(state, money, entry, legs, {leg.account_id: statuses.get(leg.account_id, usual) for leg in legs})

    def insert(self, drafts: Sequence[Draft]) -> list[int]:
        """Store new transactions and return their ids, in their order."""
        if not drafts:
            return []
        ids = [posted.entry_id for posted in self.ledger.post_many([one.entry for one in drafts])]
        self._insert(dict(zip(ids, self._placed(drafts), strict=True)))
        return ids

    def restore(self, drafts: Mapping[int, Draft]) -> None:
        """Store transactions that were deleted once more, under the ids that they had."""
        if drafts:
            self.ledger.restore_many({row_id: one.entry for row_id, one in drafts.items()})
            self._insert(drafts)

    def update(self, changing: Sequence[Changing]) -> list[int]:
        """Store changes, and return the ids of the transactions that differ now."""
        differing = [one for one in changing if _differs(one)]
        if not differing:
            return []
        moved = [one for one in differing if money_of(one.draft.state) != money_of(one.stored.state)]
        self.ledger.rewrite_many({one.stored.record.id: one.draft.entry for one in moved})
        self.transactions.update_many([self._changed_row(one) for one in differing])
        self._replace_parts(differing)
        noted = [one for one in differing if notes_differ(one.stored.state, one.draft.state)]
        self.notes.replace({one.stored.record.id: one.draft.state for one in noted})
        self.publish([day for one in moved for day in (one.stored.record.date, one.draft.money.date)])
        publish_choices(self.access, [(one.stored.state, one.draft.state) for one in differing])
        return [one.stored.record.id for one in differing]

    def delete(self, stored: Sequence[Stored], *, unlock: bool = False) -> None:
        """Delete transactions, of transfers both sides; Conflict for one that was reconciled."""
        for one in stored:
            if not unlock:
                require_not_reconciled(one)
        if stored:
            ids = [one.record.id for one in stored]
            files = self.attachments.files_of(ids)
            self.transactions.delete_many(ids)
            for file_id in files:
                self.files.release_by_id(file_id)
            self.ledger.delete(ids)
            self.publish([one.record.date for one in stored])
            publish_choices(self.access, [(one.state, None) for one in stored])

    def publish(self, days: Collection[date]) -> None:
        """Tell other domains that figures from the first of these days on may differ."""
        if days:
            self.access.context.publish(TransactionsChanged(self.access.book_id, min(days)))

    def _insert(self, drafts: Mapping[int, Draft]) -> None:
        made = {"created_by": self.access.user_id}
        rows = [
            {"id": row_id, **self.cipher.encrypted(row_id, {**_NEW, **made, **_row(one), **one.restored})}
            for row_id, one in drafts.items()
        ]
        self.transactions.insert_many(rows)
        split = {row_id: one for row_id, one in drafts.items() if one.state["splits"]}
        if split:
            self.splits.replace_many([], self._split_rows(split))
        self.legs.replace_many([], _leg_rows(drafts))
        self.notes.add({row_id: one.state for row_id, one in drafts.items()})
        self.publish([one.money.date for one in drafts.values()])
        publish_choices(self.access, [(None, one.state) for one in drafts.values()])

    def _changed_row(self, one: Changing) -> Row:
        record = one.stored.record
        return {"id": record.id, **self.cipher.encrypted(record.id, _row(one.draft), record)}

    def _split_rows(self, drafts: Mapping[int, Draft]) -> list[Row]:
        return [self.cipher.encrypted_split(row) for row in _split_rows(drafts)]

    def _replace_parts(self, differing: Sequence[Changing]) -> None:
        drafts = {one.stored.record.id: one.draft for one in differing}
        split = [
            one.stored.record.id for one in differing if list(one.draft.state["splits"]) != one.stored.state["splits"]
        ]
        if split:
            self.splits.replace_many(split, self._split_rows({row_id: drafts[row_id] for row_id in split}))
        legs = [one.stored.record.id for one in differing if _legs_differ(one)]
        if legs:
            self.legs.replace_many(legs, _leg_rows({row_id: drafts[row_id] for row_id in legs}))

    def _placed(self, drafts: Sequence[Draft]) -> list[Draft]:
        """The drafts, each with a place in its day: after all others, unless it says another."""
        days = {one.money.date for one in drafts if "position" not in one.state}
        last = self.transactions.last_positions(days) if days else {}
        places = {day: count(last.get(day, 0) + 1) for day in days}
        return [one if "position" in one.state else _at(one, next(places[one.money.date])) for one in drafts]

    def _conversion_of(self, money: Money) -> int:
        """The system account between two currencies; 0 where there is one currency."""
        if money.to is None or money.to.currency == money.purse.currency:
            return 0
        if self._conversion is None:
            self._conversion = self.system.id_of(SystemAccount.CONVERSION)
        return self._conversion

    def _statuses(
        self,
        money: Money,
        legs: Sequence[Leg],
        known: Stored | None,
        status: TransactionStatus | None,
        unlock: bool,
    ) -> dict[int, TransactionStatus]:
        """Status of each leg: the given one, unless it was reconciled; else the one it had; else by its day."""
        before = {} if known is None else {leg.account_id: leg.status for leg in known.legs}
        usual = TransactionStatus.PENDING if money.date > self.access.today else TransactionStatus.CLEARED
        found = {leg.account_id: before.get(leg.account_id, usual) for leg in legs}
        if status is None:
            return found
        fixed = TransactionStatus.RECONCILED
        return {
            account_id: one if one is fixed and account_id in before and not unlock else status
            for account_id, one in found.items()
        }

    def _check_words(self, state: TransactionChanges, before: TransactionChanges) -> None:
        envelope, refunded, payee = (state.get(name) for name in ("budget_category_id", "refund_of_id", "payee_id"))
        if isinstance(envelope, int) and envelope != before.get("budget_category_id"):
            self.resolver.check_category(envelope, CategoryType.EXPENSE, "budget_category_id")
        if isinstance(refunded, int) and refunded != before.get("refund_of_id"):
            self.transactions.get(refunded)
        if isinstance(payee, int) and payee != before.get("payee_id") and not self.resolver.knows_payee(payee):
            raise NotFound(f"Payee {payee} does not exist.")
        payer = state.get("paid_by")
        if payer is not None and payer != before.get("paid_by") and not self.resolver.knows_member(payer):
            raise Invalid.field("paid_by", "Must be a member of the book.")
        if len(state.get("tags", [])) > MAX_TAGS:
            raise Invalid.field("tags", f"At most {MAX_TAGS}.")


def require_not_reconciled(stored: Stored) -> None:
    """Raise Conflict for a transaction that was compared with a statement."""
    if any(leg.status is TransactionStatus.RECONCILED for leg in stored.legs):
        raise Conflict("It was reconciled with a statement; send unlock=true to change it.", code="reconciled")


def _require_unlocked(stored: Stored, legs: Sequence[Leg], status: TransactionStatus | None) -> None:
    """Raise Conflict if an account would show another amount or day than the statement with which it was compared."""
    fixed = [leg for leg in stored.legs if leg.status is TransactionStatus.RECONCILED]
    own = any(leg.account_id == stored.record.account_id for leg in fixed)
    lowered = own and status not in (None, TransactionStatus.RECONCILED)
    if lowered or any(leg not in legs for leg in legs_before(fixed)):
        require_not_reconciled(stored)


def _row(draft: Draft) -> Row:
    """Columns of the row of a transaction."""
    own = {name: value for name, value in draft.state.items() if name in _COLUMNS}
    source = own.get("category_source")
    if own["category_id"] is not None and source is None:
        own["category_source"] = CategorySource.MANUAL
    return {**own, "currency": draft.money.purse.currency, "is_split": bool(draft.state["splits"])}


def _at(draft: Draft, position: int) -> Draft:
    state: TransactionChanges = {**draft.state, "position": position}
    return Draft(state, draft.money, draft.entry, draft.legs, draft.statuses, draft.restored)


def _split_rows(drafts: Mapping[int, Draft]) -> list[Row]:
    return [
        {
            "transaction_id": row_id,
            "place": place,
            "amount": split["amount"],
            "category_id": split.get("category_id"),
            "account_id": split.get("account_id"),
            "notes": split.get("notes"),
            "tags": split.get("tags", []),
        }
        for row_id, one in drafts.items()
        for place, split in enumerate(one.state["splits"], start=1)
    ]


def _leg_rows(drafts: Mapping[int, Draft]) -> list[Row]:
    return [
        {
            "transaction_id": row_id,
            "account_id": leg.account_id,
            "date": leg.date,
            "position": one.state["position"],
            "amount": leg.amount,
            "status": one.statuses[leg.account_id],
        }
        for row_id, one in drafts.items()
        for leg in one.legs
    ]


def _legs_differ(one: Changing) -> bool:
    """Whether an account shows another amount, day, place or status."""
    position = one.draft.state["position"]
    after = {
        (leg.account_id, leg.date, position, leg.amount, one.draft.statuses[leg.account_id]) for leg in one.draft.legs
    }
    return after != {(leg.account_id, leg.date, leg.position, leg.amount, leg.status) for leg in one.stored.legs}


def _differs(one: Changing) -> bool:
    return one.draft.state != one.stored.state or _legs_differ(one)
