"""Queries about the future: what is owed to the company and by it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.core.cashflow.queries.relations import Relations
from app.core.movements.rules import Kind
from app.infra.queries.cached import cached_query, parameter
from app.kernel.money import Currency


@dataclass(frozen=True, slots=True)
class Due:
    """An amount on a day."""

    day: date
    amount: Decimal
    currency: Currency


@cached_query
def _due(relations: Relations, kind: Kind) -> Select[Any]:
    columns = relations.open_items.c
    key = (columns.due_date, columns.currency)
    due = select(columns.due_date, func.sum(columns.amount), columns.currency).group_by(*key)
    return due.where(columns.kind == kind.value, columns.due_date <= parameter("last", date))


class ComingQueries:
    """Queries of future amounts."""

    def __init__(self, session: Session, relations: Relations) -> None:
        self.session = session
        self.relations = relations

    def due(self, kind: Kind, last: date) -> list[Due]:
        """Receivables or payables due through that day, overdue included, by day and currency."""
        rows = _due(self.relations, kind, last=last).rows(self.session)
        return [Due(day, amount, Currency(currency)) for day, amount, currency in rows]
