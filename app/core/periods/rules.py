"""Rules of closing months."""

from enum import StrEnum

from app.kernel.periods import Month


class PeriodState(StrEnum):
    """Whether what lies in a month may change."""

    OPEN = "open"
    CLOSED = "closed"


def closing_problem(month: Month, last_closed: Month | None, this_month: Month) -> tuple[str, str] | None:
    """Code and message of why a month can't be closed now, or None."""
    if month >= this_month:
        return "period_current", f"{month} is not over yet."
    if last_closed is not None and month <= last_closed:
        return "period_closed", f"{month} is closed already."
    if last_closed is not None and month != last_closed.next:
        return "period_order", f"{last_closed.next} is closed before {month}."
    return None


def reopening_problem(month: Month, last_closed: Month | None) -> tuple[str, str] | None:
    """Code and message of why a month can't be reopened, or None."""
    if last_closed is None or month > last_closed:
        return "period_open", f"{month} is not closed."
    if month != last_closed:
        return "period_order", f"{last_closed} is reopened before {month}."
    return None
