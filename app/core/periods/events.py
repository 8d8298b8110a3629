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
    """A month is about to be closed, or somebody asks whether it could be; a handler appends what it finds undone."""

    book_id: int
    month: Month
    findings: list[Finding] = field(default_factory=list)
