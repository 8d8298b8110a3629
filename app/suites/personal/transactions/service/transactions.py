"""Transactions: entering, changing and deleting them one by one."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar, TypedDict, Unpack

from app.infra.books import BookAccess
from app.kernel.errors import Conflict
from app.suites.personal.books.service import InBookService
from app.suites.personal.transactions.models import Transaction
from app.suites.personal.transactions.repository import TransactionRepository
from app.suites.personal.transactions.rules import TransactionType
from app.suites.personal.transactions.service.states import UNSET, NewTransaction, TransactionChanges, changed, plain
from app.suites.personal.transactions.service.writing import Changing, Draft, TransactionWriter


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
        self.writer = TransactionWriter(access)
        self.resolver = self.writer.resolver

    def create(self, *, move_opening: bool = False, **values: Unpack[NewTransaction]) -> int:
        """Enter a transaction and return its id; without an account it is of the first open one."""
        self.access.require_writer()
        [made] = self.writer.insert([self.new(values, move_opening=move_opening)])
        return made

    def create_many(self, values: Sequence[NewTransaction]) -> list[int]:
        """Enter transactions by a few statements, and return their ids in their order."""
        self.access.require_writer()
        return self.writer.insert([self.new(one) for one in values])

    def new(self, values: NewTransaction, *, move_opening: bool = False) -> Draft:
        """A new transaction as it is to be stored; without an account it is of the first open one."""
        given: TransactionChanges = {**UNSET, **values}
        if given.get("account_id") is None:
            given["account_id"] = self.writer.resolver.first_account()
        status = given.pop("status", None)
        return self.writer.draft(plain(given), status=status, move_opening=move_opening)

    def update(
        self,
        transaction_id: int,
        *,
        unlock: bool = False,
        move_opening: bool = False,
        **changes: Unpack[TransactionChanges],
    ) -> None:
        """Change the given values; what was reconciled keeps its money, unless it is unlocked."""
        known = self.writer.stored_one(transaction_id)
        status = changes.pop("status", None)
        after = changed(known.state, changes)
        draft = self.writer.draft(after, known, status=status, unlock=unlock, move_opening=move_opening)
        self.writer.update([Changing(known, draft)])

    def delete(self, transaction_id: int, *, unlock: bool = False) -> None:
        """Delete a transaction, both sides of a transfer at once."""
        self.writer.delete([self.writer.stored_one(transaction_id)], unlock=unlock)

    def duplicate(self, transaction_id: int, day: date | None = None) -> int:
        """Enter a copy on a day, by default today, and return its id."""
        state = self.writer.stored_one(transaction_id).state
        state.pop("position")
        not_copied: TransactionChanges = {
            "external_id": None,
            "to_date": None,
            "recurring_id": None,
            "occurrence": None,
            "counterpart_id": None,
        }
        copy: NewTransaction = {**state, **not_copied, "date": day or self.access.today}
        return self.create(**copy)

    def refund(self, transaction_id: int, **values: Unpack[Refund]) -> int:
        """Enter the refund of an expense, in its category, and return its id."""
        known = self.writer.stored_one(transaction_id)
        row = known.record
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
            refund["splits"] = known.state["splits"]
        return self.create(**refund)
