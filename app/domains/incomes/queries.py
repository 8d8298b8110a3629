"""Reading incomes."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select

from app.domains.clients.models import Client
from app.domains.incomes.models import Income
from app.infra.amounts import AmountTable
from app.infra.columns import containing

INCOMES = AmountTable(Income, day=Income.__table__.c.date)


@dataclass(frozen=True, slots=True)
class IncomeFilter:
    """Which incomes are meant; every condition that is given must hold."""

    type: str | None = None
    date_from: date | None = None
    date_to: date | None = None
    q: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same as SQL."""
        given: list[ColumnElement[bool]] = []
        if self.type is not None:
            given.append(Income.type == self.type)
        if self.date_from is not None:
            given.append(Income.date >= self.date_from)
        if self.date_to is not None:
            given.append(Income.date <= self.date_to)
        if self.q is not None:
            given.append(_found(self.q))
        return given


def _found(q: str) -> ColumnElement[bool]:
    clients = select(Client.id).where(containing(q, Client.name))
    return or_(containing(q, Income.description, Income.client, Income.notes), Income.client_id.in_(clients))
