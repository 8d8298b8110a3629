"""Confirming entries by rows of statements, and taking that back."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from app.infra.books import BookAccess
from app.kernel.errors import Conflict, Invalid
from app.suites.personal.transactions.rules import TransactionStatus, TransactionType
from app.suites.personal.transactions.service import TransactionChanges
from app.suites.personal.transactions.service.writing import Changing, Stored, TransactionWriter

_READ: Mapping[str, Any] = {
    "date": date.fromisoformat,
    "to_date": date.fromisoformat,
    "amount": Decimal,
    "type": TransactionType,
}


class Confirmation(NamedTuple):
    """A row that confirms an entry in the account of one of its legs."""

    transaction_id: int
    account_id: int
    date: date
    amount: Decimal
    """Signed."""
    description: str | None
    is_pending: bool = False


class Unconfirmation(NamedTuple):
    """A confirmation that is taken back: the values before, and the row's."""

    transaction_id: int
    account_id: int
    before: str


class TransactionConfirming:
    """Confirms the entries of one book."""

    def __init__(self, access: BookAccess) -> None:
        self.writer = TransactionWriter(access)

    def confirm(self, confirmations: Iterable[Confirmation]) -> dict[int, str]:
        """Let entries take the bank's day and amount and count as cleared; returns the values that they had, as JSON.

        What a person said of them stays, and one that was reconciled stays as it is.
        """
        wanted = {one.transaction_id: one for one in confirmations}
        if not wanted:
            return {}
        before: dict[int, str] = {}
        changing = []
        for stored in self.writer.stored(wanted.keys()):
            one = wanted[stored.record.id]
            status = _status(stored, one.account_id)
            values = {} if status is TransactionStatus.RECONCILED else _confirmed(stored, one)
            changed = self._changing(stored, values, one.account_id, status, _as_confirmed(status, one.is_pending))
            was = {name: dict(stored.state).get(name) for name in values}
            now = {name: dict(changed.draft.state).get(name) for name in values}
            before[stored.record.id] = json.dumps({"was": was, "now": now, "status": status}, default=str)
            changing.append(changed)
        self.writer.update(changing)
        return before

    def unconfirm(self, unconfirmations: Iterable[Unconfirmation]) -> None:
        """Give entries the values back that they had, where nobody changed them since."""
        wanted = {one.transaction_id: one for one in unconfirmations}
        if not wanted:
            return
        changing = []
        for stored in self.writer.stored(wanted.keys()):
            one = wanted[stored.record.id]
            kept = json.loads(one.before)
            current = json.loads(json.dumps(dict(stored.state), default=str))
            values: Any = {
                name: _READ[name](value) if name in _READ and value is not None else value
                for name, value in kept["was"].items()
                if _same(current.get(name), kept["now"].get(name))
            }
            status = TransactionStatus(kept["status"]) if kept["status"] else TransactionStatus.CLEARED
            changing.append(self._changing(stored, values, one.account_id, _status(stored, one.account_id), status))
        self.writer.update(changing)

    def versions(self, transaction_ids: Collection[int]) -> dict[int, int]:
        """Versions of those of the entries that exist."""
        return self.writer.transactions.existing(transaction_ids) if transaction_ids else {}

    def _changing(
        self,
        stored: Stored,
        values: TransactionChanges,
        account_id: int,
        before: TransactionStatus | None,
        status: TransactionStatus,
    ) -> Changing:
        """The entry with these values, or as it is where they do not fit it, and the status of the leg."""
        state: TransactionChanges = {**stored.state, **values}
        try:
            draft = self.writer.draft(state, stored)
        except (Invalid, Conflict):
            draft = self.writer.draft(stored.state, stored, unlock=True)
        statuses = {**draft.statuses}
        if before is not TransactionStatus.RECONCILED and account_id in statuses:
            statuses[account_id] = status
        return Changing(stored, replace(draft, statuses=statuses))


def _status(stored: Stored, account_id: int) -> TransactionStatus | None:
    return next((leg.status for leg in stored.legs if leg.account_id == account_id), None)


def _as_confirmed(status: TransactionStatus | None, is_pending: bool) -> TransactionStatus:
    if status is not None and is_pending:
        return status
    return TransactionStatus.CLEARED


def _confirmed(stored: Stored, one: Confirmation) -> TransactionChanges:
    """The values that the row gives an entry."""
    state, values = stored.state, TransactionChanges()
    if one.account_id == stored.record.account_id:
        values["date"] = one.date
        if state["type"] is TransactionType.TRANSFER and state["to_date"] is None and one.date != state["date"]:
            values["to_date"] = state["date"]  # the other side keeps its day
    elif one.account_id == stored.record.to_account_id:
        values["to_date"] = one.date
    is_plain = not state["splits"] and state["type"] is not TransactionType.TRANSFER
    if is_plain and (one.amount > 0) == _gains(stored):
        values["amount"] = abs(one.amount)
    if one.description and not state.get("description"):
        values["description"] = one.description
    return values


def _gains(stored: Stored) -> bool:
    return stored.state["type"] is TransactionType.INCOME or stored.state["is_refund"]


def _same(one: object, other: object) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        try:
            return Decimal(one) == Decimal(other)
        except ArithmeticError:
            return one == other
    return one == other
