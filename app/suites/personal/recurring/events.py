"""Events of recurring transactions."""

from dataclasses import dataclass

from app.kernel.events import Event
from app.suites.personal.recurring.rules import ExpectedMovement


@dataclass(frozen=True, slots=True)
class OccurrencesDue(Event):
    """Occurrences are about to be entered; handlers claim those that are in the book already."""

    book_id: int
    movements: tuple[ExpectedMovement, ...]
    """Movements of the accounts of one recurring transaction."""
