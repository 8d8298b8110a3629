"""Types of targets, as people choose them."""

from enum import StrEnum

from app.suites.personal.recurring.rules import Frequency


class TargetType(StrEnum):
    """Type of a target."""

    MONTHLY = "monthly"
    REFILL = "refill"
    BY = "by"
    SPEND = "spend"
    PERIODIC = "periodic"
    PERCENT = "percent"
    RECURRING = "recurring"
    AVERAGE = "average"
    COPY = "copy"
    REMAINDER = "remainder"
    SOURCE = "source"
    """Assigns nothing: at the end of a month the category gives back what it has left."""


__all__ = ["Frequency", "TargetType"]
