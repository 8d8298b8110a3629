"""Movements, open items, and the sums that are kept of both."""

from app.core.movements.models.movements import Movement, MovementSource, OpenItem
from app.core.movements.models.sums import (
    SUMS,
    MovementDaySum,
    MovementDueSum,
    MovementPartySum,
    OpenItemSum,
)

__all__ = [
    "SUMS",
    "Movement",
    "MovementDaySum",
    "MovementDueSum",
    "MovementPartySum",
    "MovementSource",
    "OpenItem",
    "OpenItemSum",
]
