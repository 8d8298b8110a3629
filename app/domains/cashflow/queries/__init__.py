"""Reading movements, what is to come, and keeping the daily sums."""

from app.domains.cashflow.queries.coming import ComingQueries
from app.domains.cashflow.queries.daily import DailySumQueries
from app.domains.cashflow.queries.movements import (
    ACCRUALS,
    DAILY,
    MOVEMENTS,
    MovementFilter,
    MovementQueries,
    Relation,
    SpanOfKinds,
)

__all__ = [
    "ACCRUALS",
    "DAILY",
    "MOVEMENTS",
    "ComingQueries",
    "DailySumQueries",
    "MovementFilter",
    "MovementQueries",
    "Relation",
    "SpanOfKinds",
]
