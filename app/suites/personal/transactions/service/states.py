"""Values of stored transactions, as a request would give them."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypedDict

from app.suites.personal.transactions.models import LegRecord, SplitRecord, Transaction, TransactionRecord
from app.suites.personal.transactions.rules import CategorySource, Leg, TransactionStatus, TransactionType
from app.suites.personal.transactions.service.resolving import MONEY, MoneyValues, SplitValues


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
    counterpart_id: int | None
    paid_by: int | None
    share: Decimal | None
    category_source: CategorySource | None
    confidence: Decimal | None


class NewTransaction(TransactionChanges, total=False):
    """The values of a new transaction, of which it has at least type, amount and date."""


UNSET: TransactionChanges = {
    "to_account_id": None,
    "to_amount": None,
    "to_date": None,
    "category_id": None,
    "splits": (),
    "is_refund": False,
    "exclude_from_reports": False,
}
"""Values of what a new transaction does not say of its money."""
PARTS = frozenset({"splits", "status"})
"""Values that are stored in tables of their own."""
REFERENCES = ("category_id", "budget_category_id", "payee_id", "refund_of_id", "recurring_id")
"""Names of the values that may be of rows which were deleted since."""
OWN = tuple(name for name in TransactionChanges.__annotations__ if name not in PARTS)
"""Names of the values that are stored in the row of a transaction."""


def state_of(row: Transaction | TransactionRecord, splits: Sequence[SplitRecord]) -> TransactionChanges:
    """All values of a stored transaction but its status."""
    own: TransactionChanges = {name: getattr(row, name) for name in OWN}  # type: ignore[assignment]  # its keys
    own["splits"] = [_split_values(one) for one in splits]
    return own


def money_of(state: TransactionChanges) -> MoneyValues:
    """The values that decide what money moves."""
    values: MoneyValues = {name: value for name, value in state.items() if name in MONEY}  # type: ignore[assignment]  # its keys
    return values


def plain(state: TransactionChanges) -> TransactionChanges:
    """The values with a single split of a category as the category itself."""
    splits = [_complete(one) for one in state["splits"]]
    single = len(splits) == 1 and splits[0].get("account_id") is None and state["type"] is not TransactionType.TRANSFER
    if not single or splits[0]["amount"] != state["amount"] or state["category_id"] is not None:
        return {**state, "splits": splits}
    return {**state, "splits": [], "category_id": splits[0].get("category_id")}


def changed(before: TransactionChanges, changes: TransactionChanges) -> TransactionChanges:
    """All values after a change: those that the new type does not have are cleared, and whose category it is.

    A category that is sent is chosen by hand, or confirmed.
    """
    after = plain({**before, **_of_type(before["type"], changes)})
    chosen = "category_id" in changes or after["category_id"] != before["category_id"]
    if chosen and "category_source" not in changes:
        after["category_source"] = CategorySource.MANUAL if after["category_id"] else None
        after["confidence"] = None
    return after


def legs_before(legs: Sequence[LegRecord]) -> list[Leg]:
    """The gains of accounts by a stored transaction."""
    return [Leg(one.account_id, one.date, one.amount) for one in legs]


def as_json(record: TransactionRecord, state: TransactionChanges, legs: Sequence[LegRecord]) -> str:
    """A transaction, to be kept before it is changed."""
    statuses = {str(one.account_id): one.status.value for one in legs}
    row = {"version": record.version, "created_at": record.created_at.isoformat()}
    return json.dumps({**state, "legs": statuses, "row": row}, default=str, ensure_ascii=False)


class Kept(NamedTuple):
    """A transaction that was kept: its values, the statuses of its legs by account, its version and age."""

    state: TransactionChanges
    statuses: dict[int, TransactionStatus]
    version: int
    created_at: datetime


def from_json(text: str) -> Kept:
    """The transaction that was kept."""
    kept: dict[str, Any] = json.loads(text)
    statuses = {int(account): TransactionStatus(one) for account, one in kept.pop("legs").items()}
    row = kept.pop("row")
    splits = [{**one, "amount": Decimal(one["amount"])} for one in kept.pop("splits")]
    read: Mapping[str, Any] = {
        "type": TransactionType,
        "date": date.fromisoformat,
        "amount": Decimal,
        "to_amount": Decimal,
        "to_date": date.fromisoformat,
        "category_source": CategorySource,
        "confidence": Decimal,
        "share": Decimal,
    }
    state: Any = {
        name: read[name](value) if name in read and value is not None else value for name, value in kept.items()
    }
    whole: TransactionChanges = state | {"splits": splits}
    return Kept(whole, statuses, row["version"], datetime.fromisoformat(row["created_at"]))


def _of_type(known: TransactionType, changes: TransactionChanges) -> TransactionChanges:
    """The changes, with the values cleared that the new type does not have."""
    if changes.get("type", known) is known:
        if changes.get("category_id") is not None and "splits" not in changes:
            return {**changes, "splits": []}
        return {"category_id": None, **changes} if changes.get("splits") else changes
    cleared: TransactionChanges = {"category_id": None, "splits": [], "is_refund": False}
    if known is TransactionType.TRANSFER:
        cleared = {**cleared, "to_account_id": None, "to_amount": None, "to_date": None}
    return {**cleared, **changes}


def _split_values(split: SplitRecord) -> SplitValues:
    values: SplitValues = {name: value for name, value in split._asdict().items() if name != "transaction_id"}  # type: ignore[assignment]  # its keys
    return values


def _complete(split: SplitValues) -> SplitValues:
    return {
        "amount": split["amount"],
        "category_id": split.get("category_id"),
        "account_id": split.get("account_id"),
        "notes": split.get("notes"),
        "tags": split.get("tags", []),
    }
