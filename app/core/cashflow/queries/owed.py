"""Sums of what is owed, by party and by how long it has been due."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session

from app.core.cashflow.queries.relations import Relations
from app.core.movements.rules import Kind
from app.core.parties.models import Party
from app.infra.queries.amounts import Exchange, Sum, grouped_sums, sums_in
from app.infra.queries.cached import cached_query, parameter
from app.kernel.money import Currency


@cached_query
def _by_age(relations: Relations, exchange: Exchange, target: Currency, kind: Kind, ages: int) -> Select[Any]:
    columns = relations.open_parties.c
    whens = ((columns.due_date >= parameter(f"since_{place}", date), place) for place in range(ages))
    age = case(*whens, else_=ages)
    own = (columns.amount, columns.currency, columns.due_date)
    key = (age, columns.party_id)
    sums = grouped_sums(own, [columns.kind == kind.value], exchange, target, *key, movements=columns.movements)
    place, party_id, *come_to = sums.subquery("sums").c  # names are joined last, when there are few rows
    joined = place.table.outerjoin(Party, Party.id == party_id)
    return select(place, party_id, Party.__table__.c.name.label("party"), *come_to).select_from(joined)


class OwedQueries:
    """Queries of what is owed; sums are in the target currency."""

    def __init__(self, session: Session, relations: Relations, exchange: Exchange, target: Currency) -> None:
        self.session = session
        self._of = (relations, exchange, target)

    def by_age(self, kind: Kind, since: Sequence[date]) -> list[Sum]:
        """Sums by age, party and its name; age 0 is due on the first of these days or later, and so on."""
        days = {f"since_{place}": day for place, day in enumerate(since)}
        return list(sums_in(_by_age(*self._of, kind, len(since), **days).rows(self.session)))
