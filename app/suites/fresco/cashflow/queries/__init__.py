"""Queries of movements, and of future amounts."""

from app.suites.fresco.cashflow.queries.coming import ComingQueries
from app.suites.fresco.cashflow.queries.movements import (
    ACCRUALS,
    CLIENT_SUMS,
    DAILY,
    DAILY_SUMS,
    MONTH,
    Movement,
    MovementFilter,
    MovementQueries,
    SpanOfKinds,
)

__all__ = [
    "ACCRUALS",
    "CLIENT_SUMS",
    "DAILY",
    "DAILY_SUMS",
    "MONTH",
    "ComingQueries",
    "Movement",
    "MovementFilter",
    "MovementQueries",
    "SpanOfKinds",
]
