"""Events of transactions."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class TransactionsChanged(Event):
    """Transactions of a book were entered, changed or deleted: figures from this day on may differ."""

    book_id: int
    day: date


class Choice(NamedTuple):
    """A category that a person chose for a transaction, and what the transaction is known by."""

    payee_id: int | None
    description: str
    signed_amount: Decimal
    """Gain of its account."""
    account_id: int
    date: date
    category_id: int


@dataclass(frozen=True, slots=True)
class ChoicesChanged(Event):
    """People chose categories by hand, or chose others than before."""

    book_id: int
    made: tuple[Choice, ...]
    undone: tuple[Choice, ...]
