"""Transactions that a category is sought for, and what is found for them."""

from dataclasses import dataclass
from datetime import date as day
from decimal import Decimal

from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.transactions.rules import CategorySource


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncategorised:
    """A transaction that a category is sought for."""

    amount: Decimal
    """Signed: what its account gains."""
    account_id: int
    date: day
    payee: str = ""
    """Name of the other side, as the file or the person has it."""
    payee_id: int | None = None
    """The payee, if it is known; else it is sought by its name."""
    description: str = ""
    imported_text: str = ""
    """All text of the row, as the bank wrote it."""
    tags: tuple[str, ...] = ()
    notes: str | None = None
    category_id: int | None = None
    """Category that the caller names; nothing replaces it."""


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of the amount, without sign."""

    amount: Decimal
    category_id: int | None
    notes: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Categorised:
    """Findings for a transaction, with the values that it had before."""

    category_id: int | None = None
    category_source: CategorySource | None = None
    confidence: Decimal | None = None
    is_refund: bool = False
    """Whether money came in for a category of expenses."""
    payee_id: int | None = None
    payee_name: str | None = None
    """Name of a payee who is not there yet."""
    tags: tuple[str, ...] = ()
    notes: str | None = None
    transfer_to_account_id: int | None = None
    """The other account of a transfer, which has no category."""
    exclude_from_reports: bool = False
    splits: tuple[Portion, ...] = ()
    """Parts in place of one category."""
    rule_ids: tuple[int, ...] = ()
    """Rules that applied, in their order."""


def fits(kind: CategoryType, amount: Decimal) -> bool:
    """Whether a signed amount may be of such a category: what comes in for an expense is a refund."""
    return kind is CategoryType.EXPENSE or amount > 0
