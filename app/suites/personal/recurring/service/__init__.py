"""Services of recurring transactions."""

from app.suites.personal.recurring.rules import ExpectedMovement
from app.suites.personal.recurring.service.claiming import OccurrenceClaiming
from app.suites.personal.recurring.service.posting import BLOCKED, post_due
from app.suites.personal.recurring.service.reading import RecurringItem, RecurringReader
from app.suites.personal.recurring.service.recurring import RecurringService
from app.suites.personal.recurring.service.values import NewRecurring, Posting, RecurringChanges

__all__ = [
    "BLOCKED",
    "ExpectedMovement",
    "NewRecurring",
    "OccurrenceClaiming",
    "Posting",
    "RecurringChanges",
    "RecurringItem",
    "RecurringReader",
    "RecurringService",
    "post_due",
]
