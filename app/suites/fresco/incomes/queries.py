"""Queries of incomes."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, case, false, or_, select

from app.core.movements.models import MovementDaySum
from app.core.movements.rules import Nature
from app.core.parties.models import Party
from app.infra.db.columns import containing, tagged
from app.infra.queries.amounts import AmountTable
from app.infra.queries.names import NamedColumn
from app.infra.queries.repository import Filter, among, equal, within
from app.suites.fresco.incomes.models import Income, IncomeRecord
from app.suites.fresco.projects.models import Project

_sums = MovementDaySum.__table__.c
# An income's IVA is a movement of its own, and no income more.
_COUNT = case((_sums.nature == Nature.TAX.value, 0), else_=_sums.movements).label("movements")
_SUMS = select(_sums.amount, _sums.currency, _sums.date, _COUNT, _sums.category.label("type"))
INCOMES = AmountTable(
    Income,
    IncomeRecord,
    day=Income.__table__.c.date,
    rollup=_SUMS.where(_sums.suite == "fresco", _sums.source == "income").subquery("sums"),
)
TYPES = (NamedColumn(Income, Income.__table__.c.type, Income.__table__.c.date),)


@dataclass(frozen=True, slots=True)
class IncomeFilter(Filter):
    """Criteria of incomes; all that are set must hold."""

    type: tuple[str, ...] | None = None
    client_id: int | None = None
    project_id: int | None = None
    supplier_id: int | None = None
    """No income has a supplier: with one, nothing matches."""
    payment_method: str | None = None
    amount_min: Decimal | None = None
    amount_max: Decimal | None = None
    date_from: date | None = None
    date_to: date | None = None
    tag: str | None = None
    q: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        given = among((Income.type, self.type)) + within(Income.date, self.date_from, self.date_to)
        given += equal((Income.client_id, self.client_id), (Income.project_id, self.project_id))
        given += equal((Income.payment_method, self.payment_method))
        if self.supplier_id is not None:
            given.append(false())
        given += within(Income.amount, self.amount_min, self.amount_max) + tagged(Income.tags, self.tag)
        if self.q is not None:
            given.append(_found(self.q))
        return given


def _found(q: str) -> ColumnElement[bool]:
    parties = select(Party.id).where(containing(q, Party.name))
    projects = select(Project.id).where(containing(q, Project.name))
    own = containing(q, Income.description, Income.client, Income.notes)
    return or_(own, Income.client_id.in_(parties), Income.project_id.in_(projects))
