"""Events that periods publish."""

from dataclasses import dataclass, field
from enum import StrEnum

from app.kernel.events import Event
from app.kernel.periods import Month


class Severity(StrEnum):
    """Whether a finding keeps a month from being closed."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something undone in a month, with a code for programs."""

    severity: Severity
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class PeriodClosing(Event):
    """Months are about to be closed, or somebody asks whether they could be; a handler appends what it finds undone."""

    book_id: int
    first: Month
    """The first that is open."""
    month: Month
    """The last of them, which was named."""
    findings: list[Finding] = field(default_factory=list)
