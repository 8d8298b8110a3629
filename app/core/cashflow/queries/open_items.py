"""Queries of unpaid amounts, owed to the company and by it, in one currency."""

from datetime import date as day
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Integer, Select, Subquery, and_, literal_column, select, true
from sqlalchemy.orm import Session

from app.core.cashflow.queries.relations import PROJECTS, Relations
from app.core.cashflow.rules import Source
from app.core.movements.models import OpenItem
from app.core.movements.rules import Kind
from app.core.parties.models import Party
from app.infra.queries.amounts import Exchange, Sum, grouped_sums, sums_in
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.records import fields_of
from app.kernel.money import Currency

COMPARED = 100
"""Overdue items of a currency that are converted to find the largest: the rates of their days change their order."""


class OverdueRow(NamedTuple):
    """An amount that should have been received, with the names of its client and project."""

    source: Source
    source_id: int
    client_id: int | None
    client_name: str | None
    project_id: int | None
    project_name: str | None
    date: day
    balance: Decimal
    currency: Currency
    worth: Decimal
    """Balance in the target currency at the rate of the due date, unrounded."""


@cached_query
def _unpaid(relations: Relations, exchange: Exchange, target: Currency) -> Select[Any]:
    columns = relations.open_items.c
    due, today = columns.due_date, parameter("today", day)
    key = (columns.kind, due < today, and_(due >= today, due <= parameter("last", day)))
    own = (columns.amount, columns.currency, due)
    return grouped_sums(own, (), exchange, target, *key, movements=columns.movements)


@cached_query
def _largest_overdue(relations: Relations, exchange: Exchange, target: Currency, number: int) -> Select[Any]:
    compared = _largest_of_currencies(relations)
    joined, worth = exchange.convert(compared, target)
    largest = _ordered(select(*compared.c, worth.label("worth")).select_from(joined), compared, worth)
    return _named(largest.limit(_number(number)).subquery("largest"))


def _largest_of_currencies(relations: Relations) -> Subquery:
    """The largest overdue items of each currency, found by an index."""
    sums, items = relations.open_items.c, OpenItem.__table__
    currencies = select(sums.currency).where(sums.kind == Kind.INCOME.value).distinct().subquery("currencies")
    own = items.c
    columns = (own[name] for name in ("amount", "source", "source_id", "party_id", "project_id", "origin", "row_id"))
    overdue = (relations.counts(items), own.kind == Kind.INCOME.value, own.due_date < parameter("today", day))
    largest = (
        select(*columns, own.currency.label("own_currency"), own.due_date.label("own_day"))
        .where(own.currency == currencies.c.currency, *overdue)
        .order_by(own.amount.desc(), own.due_date, own.origin, own.row_id)
        .limit(_number(COMPARED))
        .lateral("largest_of_currency")
    )
    return select(largest).select_from(currencies).join(largest, true()).subquery("compared")


def _ordered(statement: Select[Any], rows: FromClause, worth: ColumnElement[Decimal]) -> Select[Any]:
    return statement.order_by(worth.desc(), rows.c.own_day, rows.c.origin, rows.c.row_id)


def _number(number: int) -> ColumnElement[int]:
    return literal_column(str(number), Integer)


def _named(largest: FromClause) -> Select[Any]:
    own, parties = largest.c, Party.__table__.c
    shown = {
        **dict(own.items()),
        "client_id": own.party_id,
        "client_name": parties.name,
        "project_name": PROJECTS.c.name,
        "date": own.own_day,
        "balance": own.amount,
        "currency": own.own_currency,
    }
    columns = (shown[name].label(name) for name in fields_of(OverdueRow))
    named = select(*columns).select_from(largest).outerjoin(PROJECTS, PROJECTS.c.id == own.project_id)
    return _ordered(named.outerjoin(Party, Party.id == own.party_id), largest, own.worth)


class OpenItemQueries:
    """Queries of unpaid amounts; sums are in the target currency."""

    def __init__(self, session: Session, relations: Relations, exchange: Exchange, target: Currency) -> None:
        self.session = session
        self._of = (relations, exchange, target)

    def sums(self, today: day, last: day) -> list[Sum]:
        """Sums by kind, by whether overdue, and by whether due from today through the last day."""
        return list(sums_in(_unpaid(*self._of, today=today, last=last).rows(self.session)))

    def largest_overdue(self, today: day, number: int) -> list[OverdueRow]:
        """The largest amounts that should have been received before today."""
        return _largest_overdue(*self._of, number, today=today).all(self.session, OverdueRow)
