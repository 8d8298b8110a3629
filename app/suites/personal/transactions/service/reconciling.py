"""Comparing accounts with the statements of the bank."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import ClassVar, TypedDict, Unpack

from app.core.ledger.rules import NewEntry, NewLine
from app.infra import clock
from app.infra.books import BookAccess
from app.infra.queries.records import Item
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.money import Currency, in_digits, require_digits, without_zeros
from app.kernel.paging import Page, PageRequest, Sort
from app.suites.personal.accounts.rules import SystemAccount
from app.suites.personal.accounts.service import AccountService, SystemAccounts
from app.suites.personal.books.service import BookLedger, InBookService
from app.suites.personal.transactions.models import Reconciliation, ReconciliationRecord
from app.suites.personal.transactions.repository import (
    LegRepository,
    ReconciledTransactionRepository,
    ReconciliationFilter,
    ReconciliationRepository,
)
from app.suites.personal.transactions.rules import TransactionStatus

RECONCILIATION = "reconciliation"
"""Source of the entry that makes a balance that of the statement."""
_NEWEST_FIRST = (Sort("statement_date", descending=True),)


class NewReconciliation(TypedDict):
    """A statement."""

    statement_date: date
    statement_balance: Decimal


class ReconciliationChanges(TypedDict, total=False):
    """Changes of a comparison: transactions that the statement has, or has not; and whether it is finished."""

    statement_date: date
    statement_balance: Decimal
    add: list[int]
    remove: list[int]
    finish: bool
    adjust: bool


ReconciliationItem = Item[ReconciliationRecord]


class ReconciliationService(InBookService):
    """Compares the accounts of a book with statements; the addresses start with the account."""

    model: ClassVar = AccountService.model

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.reconciliations = ReconciliationRepository(access)
        self.shown = ReconciledTransactionRepository(access)
        self.legs = LegRepository(access)
        self.accounts = AccountService(access)
        self.ledger = BookLedger(access)

    def page(self, account_id: int, request: PageRequest) -> Page[ReconciliationItem]:
        """One page of the comparisons of an account, the newest first."""
        self.accounts.key(account_id)
        ordered = replace(request, sort=request.sort or _NEWEST_FIRST)
        found = self.reconciliations.page(ReconciliationFilter(account_id), ordered)
        return Page(self._items(list(found.items)), found.total, request)

    def get(self, account_id: int, reconciliation_id: int) -> ReconciliationItem:
        """One comparison of an account."""
        found = self.reconciliations.get_below(reconciliation_id, account_id=account_id)
        return self._items([found])[0]

    def create(self, account_id: int, **values: Unpack[NewReconciliation]) -> ReconciliationItem:
        """Begin to compare an account with a statement; Conflict while another one is open."""
        self.access.require_writer()
        key = self.accounts.key(account_id)
        require_digits(values["statement_balance"], key.currency, "statement_balance")
        self._check_day(account_id, values["statement_date"], 0)
        made = Reconciliation(
            book_id=self.access.book_id, account_id=account_id, created_by=self.access.user_id, **values
        )
        return self.get(account_id, self.reconciliations.add(made).id)

    def update(
        self, account_id: int, reconciliation_id: int, **changes: Unpack[ReconciliationChanges]
    ) -> ReconciliationItem:
        """Change a comparison, and finish it: Conflict `difference` if there is one that is not to be entered."""
        row = self._locked(account_id, reconciliation_id)
        if row.finished_at is not None:
            raise Conflict("It is finished; delete it to compare anew.", code="reconciliation_finished")
        self._restate(row, changes)
        known = set(self.shown.of([row.id]).get(row.id, []))
        added = set(changes.get("add", ())) - known
        self._check_shown(account_id, added)
        self.shown.remove(row.id, known & set(changes.get("remove", ())))
        self.shown.add_many(row.id, sorted(added))
        if added or known & set(changes.get("remove", ())):
            self.reconciliations.change(row, {"updated_at": clock.now()})
        if changes.get("finish"):
            self._finish(row, adjust=changes.get("adjust", False))
        return self.get(account_id, reconciliation_id)

    def delete(self, account_id: int, reconciliation_id: int) -> None:
        """Delete a comparison; of the finished ones only the last, whose transactions are unlocked."""
        row = self._locked(account_id, reconciliation_id)
        if row.finished_at is not None:
            last = self.reconciliations.last_finished(account_id)
            if last is None or last.id != row.id:
                raise Conflict("Only the last one of an account can be deleted.", code="not_the_last")
            self.shown.set_status(account_id, self._ids(row.id), TransactionStatus.CLEARED)
            entry_id = self.ledger.find(RECONCILIATION, str(row.id))
            if entry_id is not None:
                self.ledger.delete([entry_id])
            before = self.reconciliations.last_finished(account_id, apart=row.id)
            self.accounts.set_reconciled_through(account_id, None if before is None else before.statement_date)
        self.reconciliations.delete(row)

    def _finish(self, row: Reconciliation, *, adjust: bool) -> None:
        record = self.reconciliations.get(row.id)
        difference = self._difference(record)
        if difference and not adjust:
            shown = str(without_zeros(difference))
            text = f"The statement and what was chosen differ by {shown}."
            raise Conflict(text, code="difference", errors={"difference": [shown]})
        if difference:
            self._adjust(record.account_id, record.id, record.statement_date, difference)
        self.shown.set_status(row.account_id, self._ids(row.id), TransactionStatus.RECONCILED)
        self.reconciliations.change(row, {"finished_at": clock.now(), "adjustment": difference})
        self.accounts.set_reconciled_through(row.account_id, row.statement_date)

    def _adjust(self, account_id: int, reconciliation_id: int, day: date, difference: Decimal) -> None:
        """Enter what the account lacks, as neither income nor expense."""
        currency = self.accounts.key(account_id).currency.value
        equity = SystemAccounts(self.access).id_of(SystemAccount.RECONCILIATION)
        amounts = ((account_id, difference), (equity, -difference))
        lines = tuple(NewLine(account_id=one, amount=amount, currency=currency) for one, amount in amounts)
        key = str(reconciliation_id)
        self.ledger.post(NewEntry(date=day, source=RECONCILIATION, source_key=key, lines=lines))

    def enter_adjustment(self, account_id: int, reconciliation_id: int, day: date, adjustment: Decimal) -> None:
        """Enter what an account lacked at a comparison that was brought with its book."""
        self.access.require_writer()
        require_digits(adjustment, self.accounts.key(account_id).currency, "adjustment")
        self._adjust(account_id, reconciliation_id, day, adjustment)

    def _restate(self, row: Reconciliation, changes: ReconciliationChanges) -> None:
        """Change what the statement says."""
        own: dict[str, object] = {}
        if "statement_balance" in changes:
            currency = self.accounts.key(row.account_id).currency
            require_digits(changes["statement_balance"], currency, "statement_balance")
            own["statement_balance"] = changes["statement_balance"]
        if "statement_date" in changes:
            self._check_day(row.account_id, changes["statement_date"], row.id)
            own["statement_date"] = changes["statement_date"]
        if own:
            self.reconciliations.change(row, own)

    def _check_day(self, account_id: int, day: date, apart: int) -> None:
        last = self.reconciliations.last_finished(account_id, apart=apart)
        if last is not None and day <= last.statement_date:
            raise Invalid.field("statement_date", f"Must be after {last.statement_date}, the last statement.")

    def _check_shown(self, account_id: int, transaction_ids: Collection[int]) -> None:
        """NotFound for transactions that the account does not show, Conflict for one that was compared already."""
        found = self.legs.of(transaction_ids) if transaction_ids else {}
        status = {one: leg.status for one, legs in found.items() for leg in legs if leg.account_id == account_id}
        missing = sorted(set(transaction_ids) - status.keys())
        if missing:
            errors = {str(one): ["The account does not have it."] for one in missing}
            raise NotFound(f"{len(missing)} of the ids do not exist.", errors={"add": errors})
        done = sorted(one for one, found_status in status.items() if found_status is TransactionStatus.RECONCILED)
        if done:
            errors = {str(one): ["It was reconciled already."] for one in done}
            raise Conflict("Some were reconciled already.", code="reconciled", errors={"add": errors})

    def _locked(self, account_id: int, reconciliation_id: int) -> Reconciliation:
        return self.reconciliations.get_below_for_update(reconciliation_id, account_id=account_id)

    def _ids(self, reconciliation_id: int) -> list[int]:
        return self.shown.of([reconciliation_id]).get(reconciliation_id, [])

    def _difference(self, record: ReconciliationRecord) -> Decimal:
        """Difference between the statement and what it has of the account."""
        found = self.accounts.balances([record.account_id], record.statement_date)
        balance = found.get(record.account_id, Decimal(0)) - self.reconciliations.uncounted(record)
        return record.statement_balance - balance

    def _items(self, records: Sequence[ReconciliationRecord]) -> list[ReconciliationItem]:
        """Comparisons with their transactions and differences, of which finished ones have none."""
        shown = self.shown.of([one.id for one in records]) if records else {}
        found = []
        for one in records:
            currency = self.accounts.key(one.account_id).currency
            difference = Decimal(0) if one.finished_at else self._difference(one)
            figures = {"difference": in_digits(difference, currency), "transaction_ids": shown.get(one.id, [])}
            found.append(Item(_in_digits(one, currency), figures))
        return found


def _in_digits(one: ReconciliationRecord, currency: Currency) -> ReconciliationRecord:
    balance, adjustment = in_digits(one.statement_balance, currency), in_digits(one.adjustment, currency)
    return one._replace(statement_balance=balance, adjustment=adjustment)
