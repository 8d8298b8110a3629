"""Movements, open items, and the sums that are kept of both."""

from app.core.movements.models.movements import Movement, MovementSource, OpenItem
from app.core.movements.models.sums import (
    SUMS,
    MovementAccountSum,
    MovementDaySum,
    MovementDueSum,
    MovementMethodSum,
    MovementPartySum,
    OpenItemPartySum,
    OpenItemSum,
)

__all__ = [
    "SUMS",
    "Movement",
    "MovementAccountSum",
    "MovementDaySum",
    "MovementDueSum",
    "MovementMethodSum",
    "MovementPartySum",
    "MovementSource",
    "OpenItem",
    "OpenItemPartySum",
    "OpenItemSum",
]
