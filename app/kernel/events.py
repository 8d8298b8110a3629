"""Base class of the events that a domain publishes for higher ones, in the same transaction: values, no behaviour."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """Base class of events; a domain has its own in its `events.py`."""
