"""Transactions: entering, changing and deleting them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar, TypedDict, Unpack

from app.core.ledger.rules import NewEntry
from app.infra.books import BookAccess
from app.kernel.errors import Conflict
from app.suites.personal.accounts.rules import SystemAccount
from app.suites.personal.accounts.service import SystemAccounts
from app.suites.personal.books.service import BookLedger, InBookService
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.transactions.events import TransactionsChanged
from app.suites.personal.transactions.models import (
    LegRecord,
    SplitRecord,
    Transaction,
    TransactionLeg,
    TransactionRecord,
    TransactionSplit,
)
from app.suites.personal.transactions.repository import LegRepository, SplitRepository, TransactionRepository
from app.suites.personal.transactions.rules import (
    CategorySource,
    Money,
    TransactionStatus,
    TransactionType,
    legs_of,
    lines_of,
)
from app.suites.personal.transactions.service.resolving import MONEY, MoneyValues, Resolver, SplitValues

SOURCE = "transaction"
"""Source of the entries of transactions."""


class TransactionChanges(TypedDict, total=False):
    """The values of a transaction that may change."""

    type: TransactionType
    date: date
    amount: Decimal
    account_id: int
    to_account_id: int | None
    to_amount: Decimal | None
    to_date: date | None
    category_id: int | None
    splits: Sequence[SplitValues]
    is_refund: bool
    exclude_from_reports: bool
    budget_category_id: int | None
    payee_id: int | None
    description: str | None
    payment_method: str | None
    location: str | None
    notes: str | None
    tags: list[str]
    refund_of_id: int | None
    position: int
    status: TransactionStatus
    external_id: str | None
    recurring_id: int | None
    occurrence: int | None
    category_source: CategorySource | None
    confidence: Decimal | None


class NewTransaction(TransactionChanges, total=False):
    """The values of a new transaction, of which it has at least type, amount and date."""


_UNSET: TransactionChanges = {
    "to_account_id": None,
    "to_amount": None,
    "to_date": None,
    "category_id": None,
    "splits": (),
    "is_refund": False,
    "exclude_from_reports": False,
}
"""Values of what a new transaction does not say of its money."""
_PARTS = frozenset({"splits", "status"})
"""Values that are stored in tables of their own."""


class Refund(TypedDict, total=False):
    """The values of a refund that differ from those of the expense."""

    amount: Decimal
    date: date
    account_id: int
    description: str


class TransactionService(InBookService):
    """Enters, changes and deletes the transactions of a book."""

    model: ClassVar = Transaction

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.transactions = TransactionRepository(access)
        self.splits = SplitRepository(access)
        self.legs = LegRepository(access)
        self.ledger = BookLedger(access)
        self.resolver = Resolver(access)
        self.system = SystemAccounts(access)

    def create(self, **values: Unpack[NewTransaction]) -> int:
        """Enter a transaction and return its id; without an account it is of the first open one."""
        self.access.require_writer()
        given: TransactionChanges = {**_UNSET, **values}
        if given.get("account_id") is None:
            given["account_id"] = self.resolver.accounts.first_open().id
        state = _plain(given)
        money = self.resolver.money(_money(state))
        self._check_words(state)
        entry_id = self.ledger.post(self._entry(money)).entry_id
        own = {name: value for name, value in state.items() if name not in _PARTS}
        own.setdefault("position", self.transactions.next_position(money.date))
        if own["category_id"] is not None:
            own.setdefault("category_source", CategorySource.MANUAL)
        row = Transaction(
            id=entry_id,
            book_id=self.access.book_id,
            currency=money.purse.currency,
            is_split=bool(state["splits"]),
            created_by=self.access.user_id,
            **own,
        )
        self.transactions.add(row)
        self._store_parts(row, money, state["splits"], state.get("status"))
        self._publish(money.date)
        return entry_id

    def update(self, transaction_id: int, *, unlock: bool = False, **changes: Unpack[TransactionChanges]) -> None:
        """Change the given values; what was reconciled keeps its money, unless it is unlocked."""
        row = self.transactions.get_for_update(transaction_id)
        before = self._state(row)
        state = _plain({**before, **_of_type(row, changes)})
        moved = _money(state) != _money(before)
        if moved:
            self._require_unlocked(transaction_id, unlock)
        self._check_words(state)
        own = {name: value for name, value in state.items() if name not in _PARTS}
        if state["category_id"] != before["category_id"] and "category_source" not in changes:
            own |= {"category_source": CategorySource.MANUAL if state["category_id"] else None, "confidence": None}
        if not moved:
            self.transactions.change(row, own)
            self._set_status(row, changes)
            return
        money = self.resolver.money(_money(state))
        self.ledger.rewrite(transaction_id, self._entry(money))
        day = row.date
        self.transactions.change(row, {**own, "currency": money.purse.currency, "is_split": bool(state["splits"])})
        self._store_parts(row, money, state["splits"], changes.get("status"))
        self._publish(min(day, money.date))

    def delete(self, transaction_id: int, *, unlock: bool = False) -> None:
        """Delete a transaction, both sides of a transfer at once."""
        row = self.transactions.get_for_update(transaction_id)
        self._require_unlocked(transaction_id, unlock)
        day = row.date
        self.transactions.delete(row)
        self.ledger.delete([transaction_id])
        self._publish(day)

    def duplicate(self, transaction_id: int, day: date | None = None) -> int:
        """Enter a copy on a day, by default today, and return its id."""
        state = self._state(self.transactions.get_for_update(transaction_id))
        state.pop("position")
        not_copied: TransactionChanges = {
            "external_id": None,
            "to_date": None,
            "recurring_id": None,
            "occurrence": None,
        }
        copy: NewTransaction = {**state, **not_copied, "date": day or self.access.today}
        return self.create(**copy)

    def refund(self, transaction_id: int, **values: Unpack[Refund]) -> int:
        """Enter the refund of an expense, in its category, and return its id."""
        row = self.transactions.get_for_update(transaction_id)
        if row.type is not TransactionType.EXPENSE or row.is_refund:
            raise Conflict("Only an expense can be refunded.", code="not_an_expense")
        refund: NewTransaction = {
            "type": TransactionType.EXPENSE,
            "is_refund": True,
            "refund_of_id": transaction_id,
            "amount": values.get("amount", row.amount),
            "date": values.get("date", self.access.today),
            "account_id": values.get("account_id", row.account_id),
            "category_id": row.category_id,
            "description": values.get("description", row.description),
            "payee_id": row.payee_id,
        }
        if row.is_split and refund["amount"] == row.amount:
            refund["splits"] = self._state(row)["splits"]
        return self.create(**refund)

    def move_category(self, category_id: int, move_to: int | None) -> None:
        """Give another category, or none, all that is of one."""
        for transaction_id in self.transactions.of_category(category_id):
            row = self.transactions.get_for_update(transaction_id)
            state = self._state(row)
            splits: list[SplitValues] = [
                {**split, "category_id": move_to} if split.get("category_id") == category_id else split
                for split in state["splits"]
            ]
            changes: TransactionChanges = {"splits": splits} if splits else {"category_id": move_to}
            self.update(transaction_id, unlock=True, **changes)

    def _entry(self, money: Money) -> NewEntry:
        crosses = money.to is not None and money.to.currency != money.purse.currency
        conversion = self.system.id_of(SystemAccount.CONVERSION) if crosses else 0
        lines = lines_of(money, conversion)
        return NewEntry(date=money.date, source=SOURCE, lines=lines, created_by=self.access.user_id)

    def _state(self, row: Transaction) -> TransactionChanges:
        """All values of a stored transaction, as a request would give them."""
        names = TransactionChanges.__annotations__.keys() - _PARTS
        own: TransactionChanges = {name: getattr(row, name) for name in names}  # type: ignore[assignment]  # its keys
        own["splits"] = [_values(one) for one in self.splits.of([row.id]).get(row.id, [])]
        return own

    def _store_parts(
        self, row: Transaction, money: Money, splits: Sequence[SplitValues], status: TransactionStatus | None
    ) -> None:
        """Store splits and legs; each leg keeps the status that it had."""
        book_id = self.access.book_id
        if splits or row.is_split:
            self.splits.replace(
                row.id,
                [
                    TransactionSplit(book_id=book_id, transaction_id=row.id, place=place, **split)
                    for place, split in enumerate(splits, start=1)
                ],
            )
        known = {leg.account_id: leg.status for leg in self.legs.of([row.id]).get(row.id, [])}
        usual = TransactionStatus.PENDING if money.date > self.access.today else TransactionStatus.CLEARED
        self.legs.replace(
            row.id,
            [
                TransactionLeg(
                    book_id=book_id,
                    transaction_id=row.id,
                    account_id=leg.account_id,
                    date=leg.date,
                    position=row.position,
                    amount=leg.amount,
                    status=status or known.get(leg.account_id, usual),
                )
                for leg in legs_of(money, lines_of(money, 0))
            ],
        )

    def _set_status(self, row: Transaction, changes: TransactionChanges) -> None:
        """Set the status and the place of the legs."""
        status, position = changes.get("status"), changes.get("position")
        if status is None and position is None:
            return
        stored = self.legs.of([row.id])[row.id]
        legs = [_leg(self.access.book_id, one, status, position) for one in stored]
        self.legs.replace(row.id, legs)

    def _require_unlocked(self, transaction_id: int, unlock: bool) -> None:
        legs = self.legs.of([transaction_id]).get(transaction_id, [])
        if not unlock and any(leg.status is TransactionStatus.RECONCILED for leg in legs):
            raise Conflict("It was reconciled with a statement; send unlock=true to change it.", code="reconciled")

    def _check_words(self, state: TransactionChanges) -> None:
        envelope, refunded = state.get("budget_category_id"), state.get("refund_of_id")
        if envelope is not None:
            self.resolver.check_category(envelope, CategoryType.EXPENSE, "budget_category_id")
        if refunded is not None:
            self.transactions.get(refunded)

    def _publish(self, day: date) -> None:
        self.context.publish(TransactionsChanged(self.access.book_id, day))


def _money(state: TransactionChanges) -> MoneyValues:
    """The values that decide what money moves."""
    values: MoneyValues = {name: value for name, value in state.items() if name in MONEY}  # type: ignore[assignment]  # its keys
    return values


def _plain(state: TransactionChanges) -> TransactionChanges:
    """The values with a single split of a category as the category itself."""
    splits = list(state["splits"])
    single = len(splits) == 1 and splits[0].get("account_id") is None and state["type"] is not TransactionType.TRANSFER
    if not single or splits[0]["amount"] != state["amount"] or state["category_id"] is not None:
        return {**state, "splits": splits}
    return {**state, "splits": [], "category_id": splits[0].get("category_id")}


def _of_type(row: Transaction, changes: TransactionChanges) -> TransactionChanges:
    """The changes, with the values cleared that the new type does not have."""
    if changes.get("type", row.type) is row.type:
        if changes.get("category_id") is not None and "splits" not in changes:
            return {**changes, "splits": []}
        return {"category_id": None, **changes} if changes.get("splits") else changes
    cleared: TransactionChanges = {"category_id": None, "splits": [], "is_refund": False}
    if row.type is TransactionType.TRANSFER:
        cleared = {**cleared, "to_account_id": None, "to_amount": None, "to_date": None}
    return {**cleared, **changes}


def _values(split: SplitRecord) -> SplitValues:
    values: SplitValues = {name: value for name, value in split._asdict().items() if name != "transaction_id"}  # type: ignore[assignment]  # its keys
    return values


def _leg(book_id: int, leg: LegRecord, status: TransactionStatus | None, position: int | None) -> TransactionLeg:
    values = leg._replace(
        status=leg.status if status is None else status, position=leg.position if position is None else position
    )
    return TransactionLeg(book_id=book_id, **values._asdict())


__all__ = ["NewTransaction", "TransactionChanges", "TransactionRecord", "TransactionService"]
