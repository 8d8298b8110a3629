"""Events of transactions."""

from dataclasses import dataclass
from datetime import date

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class TransactionsChanged(Event):
    """Transactions of a book were entered, changed or deleted: figures from this day on may differ."""

    book_id: int
    day: date
