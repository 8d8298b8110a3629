"""Documents on paper: what every PDF shares. Nothing here knows HTTP."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Issued:
    """Issuer and day of a document."""

    company: str
    on: date
