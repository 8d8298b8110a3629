"""Rules of saved reports."""

from collections.abc import Mapping
from enum import StrEnum

LONGEST_NAME = 100


class SavedKind(StrEnum):
    """A report that can be saved with its parameters."""

    SUMMARY = "summary"
    MONTHLY = "monthly"
    CATEGORY = "category"
    NET_WORTH = "net-worth"
    CASH_FLOW = "cash-flow"
    TAGS = "tags"
    PAYEES = "payees"
    TRENDS = "trends"
    FORECAST = "forecast"


_DAYS = frozenset({"period", "date_from", "date_to"})
_OF_LINES = _DAYS | {"currency", "accounts"}
TAKEN: Mapping[SavedKind, frozenset[str]] = {
    SavedKind.SUMMARY: _OF_LINES,
    SavedKind.MONTHLY: frozenset({"from", "to"}),
    SavedKind.CATEGORY: _DAYS | {"depth", "category_id"},
    SavedKind.NET_WORTH: _DAYS,
    SavedKind.CASH_FLOW: _OF_LINES,
    SavedKind.TAGS: _OF_LINES,
    SavedKind.PAYEES: _OF_LINES,
    SavedKind.TRENDS: frozenset({"months", "horizon", "type", "category_id"}),
    SavedKind.FORECAST: frozenset({"days", "accounts"}),
}
"""Names of the parameters that each report takes."""


def stored_params(params: Mapping[str, object]) -> dict[str, object]:
    """The parameters as JSON has them."""
    return {name: _stored(value) for name, value in params.items()}


def _stored(value: object) -> object:
    return value if isinstance(value, int | list) else str(value)
