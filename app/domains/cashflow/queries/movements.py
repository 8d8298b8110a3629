"""The one relation of movements: every figure about cash comes from it, so all figures agree."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from app.domains.cashflow.models import DailySum
from app.domains.cashflow.rules import CLIENT_INCOME, Kind, Source
from app.domains.clients.models import Client
from app.domains.expenses.models import AccruedExpense, Expense
from app.domains.incomes.models import Income
from app.domains.payments.models import Payment
from app.domains.projects.models import Project
from app.infra.amounts import Convert, Sum, grouped_sums
from app.infra.repository import fetched, streamed
from app.kernel.money import Currency
from app.kernel.paging import PageRequest
from app.kernel.periods import FIRST_DAY, DateRange


# One type for each column in all parts: else PostgreSQL would build the union before it filters.
def _text(value: str | None) -> ColumnElement[Any]:
    return cast(null() if value is None else literal(str(value)), String)


def _movements(kind: Kind, source: Source, model: Any, day: Any, category: Any, **own: Any) -> Select[Any]:
    """The rows of a table that have that day, as movements."""
    columns: dict[str, Any] = {
        "kind": _text(kind),
        "source": _text(source),
        "source_id": model.id,
        "date": day,
        "amount": model.amount,
        "currency": cast(model.currency, String),
        "category": category,
        "client_id": model.client_id,
        "client_text": _text(None),
        "project_id": getattr(model, "project_id", cast(null(), Project.id.type)),
        "description": getattr(model, "description", _text(None)),
        "payment_method": getattr(model, "payment_method", _text(None)),
        "recurring": false(),
    }
    named = [column.label(name) for name, column in (columns | own).items()]
    return select(*named).where(day.is_not(None))


def _parts(payment_day: Any, accrued_day: Any) -> tuple[Select[Any], ...]:
    """Payments and accrued expenses on the given day; it is all that cash and accruals differ in."""
    return (
        _movements(Kind.INCOME, Source.PAYMENT, Payment, payment_day, _text(CLIENT_INCOME)),
        _movements(Kind.INCOME, Source.INCOME, Income, Income.date, Income.type, client_text=Income.client),
        _movements(Kind.EXPENSE, Source.EXPENSE, Expense, Expense.date, Expense.category),
        _movements(
            Kind.EXPENSE,
            Source.ACCRUED_EXPENSE,
            AccruedExpense,
            accrued_day,
            AccruedExpense.category,
            recurring=AccruedExpense.is_recurring,
        ),
    )


@dataclass(frozen=True)
class Relation:
    """Where amounts are summed from, and how many movements its rows stand for."""

    rows: FromClause
    count: ColumnElement[int]


_CASH = _parts(Payment.paid_date, AccruedExpense.paid_date)

MOVEMENTS = Relation(union_all(*_CASH).subquery("movements"), func.count())
"""Everything that moved cash: paid payments, incomes, expenses, paid accrued expenses, each on the day it moved."""

DAILY = Relation(DailySum.__table__, func.sum(DailySum.movements))
"""The same movements, summed by day, currency, kind, category and origin as they are written."""

ACCRUALS = Relation(union_all(*_parts(Payment.date, AccruedExpense.due_date)).subquery("accruals"), func.count())
"""Movements whether or not they were paid, each on the day it was due."""

CELL = (DailySum.date, DailySum.currency, DailySum.kind, DailySum.category, DailySum.recurring)
"""What a daily sum is the sum of."""


@dataclass(frozen=True, slots=True)
class MovementFilter:
    """Which movements are meant; every condition that is given must hold."""

    date_from: date | None = None
    date_to: date | None = None
    kind: Kind | None = None
    category: str | None = None
    of_clients: bool = False

    def of(self, rows: FromClause) -> list[ColumnElement[bool]]:
        """The same as SQL."""
        columns, given = rows.c, list[ColumnElement[bool]]()
        if self.date_from is not None:
            given.append(columns.date >= self.date_from)
        if self.date_to is not None:
            given.append(columns.date <= self.date_to)
        if self.kind is not None:
            given.append(columns.kind == self.kind.value)
        if self.category is not None:
            given.append(columns.category == self.category)
        if self.of_clients:
            named = or_(columns.client_id.is_not(None), columns.client_text.is_not(None))
            given.append(or_(columns.category == CLIENT_INCOME, named))
        return given


class MovementQueries:
    """Questions to the movements; `convert` turns amounts into the target currency."""

    def __init__(self, session: Session, convert: Convert, target: Currency) -> None:
        self.session = session
        self.convert = convert
        self.target = target

    def rows(
        self, asked: MovementFilter, request: PageRequest, worth: Callable[[Any], Sequence[ColumnElement[Any]]]
    ) -> Iterable[Any]:
        """One page of movements, newest first, with the names of what they are about, and more columns by `worth`."""
        last = None if request.per_page is None else request.offset + request.per_page
        # Each part gives its newest, by its index: sorting their union would read all there is.
        newest = union_all(*(_newest(part.subquery(), asked, last) for part in _CASH)).subquery("newest")
        page = _ordered(select(newest), newest).limit(request.per_page).offset(request.offset).subquery("page")
        description = func.coalesce(page.c.description, Project.name).label("description")
        client = func.coalesce(Client.name, page.c.client_text).label("client")
        shown = [column for column in page.c if column.name != "description"]
        named = select(*shown, description, client, *worth(page.c))
        named = named.outerjoin(Project, Project.id == page.c.project_id)
        named = named.outerjoin(Client, Client.id == page.c.client_id)
        return fetched(self.session.execute(streamed(_ordered(named, page), request)), request)

    def sums(self, asked: MovementFilter, *names: str, by_month: bool = False, relation: Relation = DAILY) -> list[Sum]:
        """What the movements (or accruals) come to, by the named columns."""
        columns = relation.rows.c
        return self._sums(asked, relation, *(columns[name] for name in names), by_month=by_month)

    def balance_sums(self, asked: MovementFilter) -> list[Sum]:
        """By kind, whether it was before the asked days, and whether it is asked for; nothing after those days."""
        columns = DAILY.rows.c
        first = asked.date_from or FIRST_DAY
        meant = and_(columns.date >= first, *asked.of(DAILY.rows))
        return self._sums(MovementFilter(date_to=asked.date_to), DAILY, columns.kind, columns.date < first, meant)

    def client_sums(self, spans: Sequence[DateRange]) -> list[Sum]:
        """By place of the span, kind, client and name, of what is about clients."""
        # Each source and span by itself first: workers share them, and of many rows little is left to put together.
        parts = [self._by_client(part.subquery(), place, span) for part in _CASH for place, span in enumerate(spans)]
        summed = union_all(*parts).subquery("summed")
        name = func.coalesce(Client.name, summed.c.client_text).label("client")
        named = select(summed, name).outerjoin(Client, Client.id == summed.c.client_id).subquery("named").c
        key = (named.place, named.kind, named.client_id, named.client)
        own = (named.amount, named.currency, named.day)
        return grouped_sums(self.session, own, (), self.convert, *key, count=func.sum(named.movements))

    def _by_client(self, part: FromClause, place: int, span: DateRange) -> Select[Any]:
        rows = part.c
        key = (rows.kind, rows.client_id, rows.client_text, rows.currency, self._day(rows).label("day"))
        sums = (func.sum(rows.amount).label("amount"), func.count().label("movements"))
        asked = MovementFilter(span.start, span.end, of_clients=True)
        where = cast(literal(place), Integer).label("place")
        return select(*key, where, *sums).where(*asked.of(part)).group_by(*key)

    def _day(self, rows: Any) -> ColumnElement[Any]:
        """Only what is converted need be told apart by day."""
        return case((rows.currency != self.target.value, rows.date))

    def _sums(
        self,
        asked: MovementFilter,
        relation: Relation,
        *key: ColumnElement[Any],
        by_month: bool = False,
        more: tuple[ColumnElement[bool], ...] = (),
    ) -> list[Sum]:
        columns = relation.rows.c
        day = columns.date if by_month else self._day(columns)
        own = (columns.amount, columns.currency, day)
        given = (*asked.of(relation.rows), *more)
        return grouped_sums(self.session, own, given, self.convert, *key, by_month=by_month, count=relation.count)

    def income_of_new_clients(self, asked: MovementFilter) -> list[Sum]:
        """What came in the asked days from clients that began in them."""
        columns = MOVEMENTS.rows.c
        new = select(Client.id).where(Client.start_date.between(asked.date_from, asked.date_to))
        return self._sums(asked, MOVEMENTS, more=(columns.client_id.in_(new),))

    def first_day(self) -> date | None:
        """The day of the first movement."""
        cells = select(DailySum.date).group_by(*CELL)
        kept = cells.having(func.sum(DailySum.movements) > 0).subquery()
        first: date | None = self.session.scalar(select(func.min(kept.c.date)))
        return first


def _newest(part: FromClause, asked: MovementFilter, count: int | None) -> Select[Any]:
    return _ordered(select(part).where(*asked.of(part)), part).limit(count)


def _ordered(statement: Select[Any], rows: FromClause) -> Select[Any]:
    return statement.order_by(rows.c.date.desc(), rows.c.source_id.desc(), rows.c.source)
