"""Sums of what is owed to the company and by it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from app.core.cashflow.queries import OwedQueries
from app.core.cashflow.rules import ZERO
from app.core.cashflow.service.figures import Figures
from app.core.currencies.service import exchange
from app.core.movements.rules import Kind


class Owed(NamedTuple):
    """Unrounded sum of what one party owes, or is owed, of one age."""

    age: int
    party_id: int | None
    party: str | None
    total: Decimal


class OwedService:
    """Sums open items; a missing rate is a Conflict."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        of = (figures.relations, exchange(figures.base), figures.currency)
        self.queries = OwedQueries(figures.context.session, *of)

    def by_age(self, kind: Kind, since: Sequence[date]) -> list[Owed]:
        """Sums by age and party; age 0 is due on the first of these days or later, and so on, the last before all."""
        found = self.queries.by_age(kind, since)
        self.figures.currencies.require_rates(found, self.figures.currency)
        return [Owed(age, party_id, party, one.total or ZERO) for one in found for age, party_id, party in (one.key,)]
