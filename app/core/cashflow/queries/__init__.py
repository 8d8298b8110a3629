"""Queries of movements, and of future amounts."""

from app.core.cashflow.queries.accounts import AccountQueries, Part
from app.core.cashflow.queries.coming import ComingQueries
from app.core.cashflow.queries.criteria import MovementFilter
from app.core.cashflow.queries.movements import (
    MONTH,
    MovementItem,
    MovementQueries,
    SpanOfKinds,
)
from app.core.cashflow.queries.open_items import OpenItemQueries, OverdueRow
from app.core.cashflow.queries.owed import OwedQueries
from app.core.cashflow.queries.relations import Relations

__all__ = [
    "MONTH",
    "AccountQueries",
    "ComingQueries",
    "MovementFilter",
    "MovementItem",
    "MovementQueries",
    "OpenItemQueries",
    "OverdueRow",
    "OwedQueries",
    "Part",
    "Relations",
    "SpanOfKinds",
]
