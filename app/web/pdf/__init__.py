"""Documents on paper: what every PDF shares. Nothing here knows HTTP."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Issued:
    """Who hands the document out, and on which day."""

    company: str
    on: date
