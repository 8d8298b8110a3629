"""Events about exchange rates."""

from dataclasses import dataclass
from datetime import date

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class RatesChanged(Event):
    """Rates were entered, replaced or deleted; what was converted at them is converted anew."""

    since: date | None
    """First day whose rate may be another now; None if any day's may be."""
