"""The relation of movements: all figures about cash are computed from it, so they agree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from datetime import date as day
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    SQLColumnExpression,
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

from app.core.parties.models import Party
from app.infra.queries.amounts import CONVERTED, Exchange, Sum, grouped_sums, month_of, sums_in
from app.infra.queries.cached import BoundQuery, Criteria, cached_query, parameter
from app.infra.queries.paging import fetch_items, page_values, paged
from app.infra.queries.records import Item, fields_of
from app.infra.queries.repository import within
from app.infra.queries.rollups import Rollup
from app.kernel.money import Currency
from app.kernel.paging import PageRequest
from app.kernel.periods import FIRST_DAY, DateRange
from app.suites.fresco.cashflow.models import ClientSum, DailySum
from app.suites.fresco.cashflow.rules import CLIENT_INCOME, Kind, Source
from app.suites.fresco.clients.models import Client
from app.suites.fresco.expenses.models import AccruedExpense, Expense, ExpenseSum
from app.suites.fresco.incomes.models import Income, IncomeSum
from app.suites.fresco.payments.models import Payment, PaymentSum
from app.suites.fresco.projects.models import Project


# The same type for a column in all parts: otherwise PostgreSQL would build the union before filtering.
def _text(value: str | None) -> ColumnElement[Any]:
    return cast(null() if value is None else literal(str(value)), String)


def _movements(
    kind: Kind,
    source: Source,
    model: type[Payment] | type[Income] | type[Expense] | type[AccruedExpense],
    day: SQLColumnExpression[date | None],
    category: SQLColumnExpression[str],
    **own: SQLColumnExpression[Any],
) -> Select[Any]:
    """The rows of a table that have that day, as movements."""
    columns: dict[str, SQLColumnExpression[Any]] = {
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
    named: list[ColumnElement[Any]] = [column.label(name) for name, column in (columns | own).items()]
    return select(*named).where(day.is_not(None))


def _due(
    kind: Kind,
    model: type[PaymentSum] | type[IncomeSum] | type[ExpenseSum] | type[AccruedExpense],
    category: SQLColumnExpression[str],
    day: SQLColumnExpression[date],
    movements: SQLColumnExpression[int],
) -> Select[Any]:
    """Select amounts by due date, from kept sums or from single rows."""
    currency = cast(model.currency, String)
    columns: dict[str, SQLColumnExpression[Any]] = {
        "kind": _text(kind),
        "date": day,
        "amount": model.amount,
        "currency": currency,
        "category": category,
        "movements": movements,
    }
    named: list[ColumnElement[Any]] = [column.label(name) for name, column in columns.items()]
    return select(*named)


_CASH = (
    _movements(Kind.INCOME, Source.PAYMENT, Payment, Payment.paid_date, _text(CLIENT_INCOME)),
    _movements(Kind.INCOME, Source.INCOME, Income, Income.date, Income.type, client_text=Income.client),
    _movements(Kind.EXPENSE, Source.EXPENSE, Expense, Expense.date, Expense.category),
    _movements(
        Kind.EXPENSE,
        Source.ACCRUED_EXPENSE,
        AccruedExpense,
        AccruedExpense.paid_date,
        AccruedExpense.category,
        recurring=AccruedExpense.is_recurring,
    ),
)
_MOVED = union_all(*_CASH).subquery("moved")

DAILY: FromClause = DailySum.__table__
"""Movements of cash on their payment dates, summed by all columns that figures group by."""
DAILY_SUMS = Rollup(DailySum, _MOVED)

BY_CLIENT: FromClause = ClientSum.__table__
"""Movements of clients only."""
_of_clients = or_(
    _MOVED.c.category == CLIENT_INCOME, _MOVED.c.client_id.is_not(None), _MOVED.c.client_text.is_not(None)
)
CLIENT_SUMS = Rollup(ClientSum, select(_MOVED).where(_of_clients).subquery())

ACCRUALS: FromClause = union_all(
    _due(Kind.INCOME, PaymentSum, _text(CLIENT_INCOME), PaymentSum.date, PaymentSum.movements),
    _due(Kind.INCOME, IncomeSum, IncomeSum.type, IncomeSum.date, IncomeSum.movements),
    _due(Kind.EXPENSE, ExpenseSum, ExpenseSum.category, ExpenseSum.date, ExpenseSum.movements),
    _due(Kind.EXPENSE, AccruedExpense, AccruedExpense.category, AccruedExpense.due_date, literal(1)),
).subquery("accruals")
"""Movements on their due dates, paid or not."""

MONTH = "month"


class Movement(NamedTuple):
    """A movement of cash, with the names of its client and project."""

    kind: Kind
    source: Source
    source_id: int
    date: day
    amount: Decimal
    currency: Currency
    category: str
    client_id: int | None
    project_id: int | None
    payment_method: str | None
    recurring: bool
    description: str | None
    client: str | None


SpanOfKinds = tuple[DateRange, frozenset[Kind]]
"""A span of days, and the selection in it."""


@dataclass(frozen=True, slots=True)
class MovementFilter(Criteria):
    """Criteria of movements; all that are set must hold."""

    date_from: date | None = None
    date_to: date | None = None
    kind: Kind | None = None
    category: str | None = None

    def of(self, rows: FromClause) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        columns = rows.c
        given = within(columns.date, self.date_from, self.date_to)
        if self.kind is not None:
            given.append(columns.kind == self.kind.value)
        if self.category is not None:
            given.append(columns.category == self.category)
        return given


@cached_query
def _rows(criteria: MovementFilter, whole: bool, exchange: Exchange, currency: Currency | None) -> Select[Any]:
    """Select one page, newest first, with names, and amounts in the requested currency if any."""
    # Each part returns its newest rows by an index; sorting the union would read all rows.
    newest = union_all(*(_newest(part.subquery(), criteria, whole) for part in _CASH)).subquery("newest")
    matching = _ordered(select(newest), newest)
    page = (matching if whole else paged(matching)).subquery("page")
    own = page.c
    description = func.coalesce(own.description, Project.name).label("description")
    client = func.coalesce(Party.name, own.client_text).label("client")
    worth = () if currency is None else exchange.columns(own.amount, own.currency, own.date, target=currency)
    columns = {**dict(own.items()), "description": description, "client": client}
    named = select(*(columns[name] for name in fields_of(Movement)), *worth)
    named = named.outerjoin(Project, Project.id == own.project_id).outerjoin(Party, Party.id == own.client_id)
    return _ordered(named, page)


def _newest(part: FromClause, criteria: MovementFilter, whole: bool) -> Select[Any]:
    matching = _ordered(select(part).where(*criteria.of(part)), part)
    return matching if whole else matching.limit(parameter("last", int))


def _ordered(statement: Select[Any], rows: FromClause) -> Select[Any]:
    return statement.order_by(rows.c.date.desc(), rows.c.source_id.desc(), rows.c.source)


@cached_query
def _sums(
    criteria: MovementFilter, relation: FromClause, exchange: Exchange, target: Currency, *names: str
) -> Select[Any]:
    key = (month_of(relation.c.date) if name == MONTH else relation.c[name] for name in names)
    return _summed(relation, exchange, target, criteria.of(relation), *key)


@cached_query
def _from_the_beginning(exchange: Exchange, target: Currency) -> Select[Any]:
    columns = DAILY.c
    until = MovementFilter(date_to=parameter("last", date)).of(DAILY)
    inside = columns.date >= parameter("first", date)
    told_apart = (case((inside, one)) for one in (month_of(columns.date), columns.category, columns.recurring))
    return _summed(DAILY, exchange, target, until, columns.kind, *told_apart)


@cached_query
def _lately(exchange: Exchange, target: Currency) -> Select[Any]:
    columns = DAILY.c
    span = within(columns.date, parameter("first", date), parameter("last", date))
    until = MovementFilter(date_to=parameter("today", date)).of(DAILY)
    return _summed(DAILY, exchange, target, until, columns.kind, and_(*span))


@cached_query
def _balance_sums(criteria: MovementFilter, exchange: Exchange, target: Currency) -> Select[Any]:
    columns = DAILY.c
    first = FIRST_DAY if criteria.date_from is None else criteria.date_from
    matching = and_(columns.date >= first, *criteria.of(DAILY))
    until = MovementFilter(date_to=criteria.date_to).of(DAILY)
    return _summed(DAILY, exchange, target, until, columns.kind, columns.date < first, matching)


@cached_query
def _client_sums(exchange: Exchange, target: Currency, *kinds: frozenset[Kind]) -> Select[Any]:
    columns = union_all(*(_of_clients_in(place, wanted) for place, wanted in enumerate(kinds))).subquery("requested").c
    own = (columns.amount, columns.currency, columns.date)
    key = (columns.place, columns.kind, columns.client_id, case((columns.client_id.is_(None), columns.client_text)))
    sums = grouped_sums(own, (), exchange, target, *key, movements=columns.movements).subquery("sums")
    place, kind, client_id, client_text, *come_to = sums.c  # names are joined last, when there are few rows
    named = func.coalesce(Party.name, client_text).label("client")
    return select(place, kind, client_id, named, *come_to).outerjoin_from(sums, Party, Party.id == client_id)


def _of_clients_in(place: int, kinds: frozenset[Kind]) -> Select[Any]:
    columns = BY_CLIENT.c
    span = within(columns.date, parameter(f"first_{place}", date), parameter(f"last_{place}", date))
    matching = or_(*(columns.kind == kind.value for kind in sorted(kinds)))
    return select(*columns, cast(literal(place), Integer).label("place")).where(*span, matching)


@cached_query
def _income_of_new_clients(exchange: Exchange, target: Currency) -> Select[Any]:
    first, last = parameter("first", date), parameter("last", date)
    criteria = MovementFilter(first, last, kind=Kind.INCOME)
    new = select(Client.id).where(Client.start_date.between(first, last))
    return _summed(BY_CLIENT, exchange, target, [*criteria.of(BY_CLIENT), BY_CLIENT.c.client_id.in_(new)])


def _summed(
    relation: FromClause,
    exchange: Exchange,
    target: Currency,
    conditions: Sequence[ColumnElement[bool]],
    *key: ColumnElement[Any],
) -> Select[Any]:
    columns = relation.c
    own = (columns.amount, columns.currency, columns.date)
    return grouped_sums(own, conditions, exchange, target, *key, movements=columns.movements)


@cached_query
def _first_day() -> Select[Any]:
    cells = select(DailySum.date).group_by(*DAILY_SUMS.cell).having(func.sum(DailySum.movements) > 0)
    return cells.order_by(DailySum.date).limit(1)


class MovementQueries:
    """Queries of movements; sums are in the target currency."""

    def __init__(self, session: Session, exchange: Exchange, target: Currency) -> None:
        self.session = session
        self.exchange = exchange
        self.target = target

    def rows(
        self, criteria: MovementFilter, request: PageRequest, currency: Currency | None
    ) -> Iterable[Item[Movement]]:
        """One page of movements, newest first, with converted amounts if a currency is requested."""
        values = {} if request.whole else page_values(request) | {"last": request.span.stop}
        query = _rows(criteria, request.whole, self.exchange, currency, **values)
        return fetch_items(query, self.session, Movement, CONVERTED if currency else (), request)

    def sums(self, criteria: MovementFilter, *names: str, relation: FromClause = DAILY) -> list[Sum]:
        """Sums of movements (or accruals) by the named columns, `MONTH` included."""
        return self._found(_sums(criteria, relation, self.exchange, self.target, *names))

    def sums_from_the_beginning(self, span: DateRange) -> list[Sum]:
        """Sums by kind, within the span also by month, category and origin, which are None for earlier days."""
        return self._found(_from_the_beginning(self.exchange, self.target, first=span.start, last=span.end))

    def sums_lately(self, today: date, span: DateRange) -> list[Sum]:
        """Sums of all movements up to today, by kind and whether they are in the span."""
        return self._found(_lately(self.exchange, self.target, today=today, first=span.start, last=span.end))

    def balance_sums(self, criteria: MovementFilter) -> list[Sum]:
        """Sums by kind, by whether before the requested days, and by match; later days are excluded."""
        return self._found(_balance_sums(criteria, self.exchange, self.target))

    def client_sums(self, wanted: Sequence[SpanOfKinds]) -> list[Sum]:
        """Sums of movements with a client, by index of the span, kind, client and name."""
        days: dict[str, date] = {}
        for place, (span, _) in enumerate(wanted):
            days |= {f"first_{place}": span.start, f"last_{place}": span.end}
        return self._found(_client_sums(self.exchange, self.target, *(kinds for _, kinds in wanted), **days))

    def income_of_new_clients(self, span: DateRange) -> list[Sum]:
        """Income of these days from clients that started in them."""
        return self._found(_income_of_new_clients(self.exchange, self.target, first=span.start, last=span.end))

    def first_day(self) -> date | None:
        """Day of the first movement, or None."""
        return _first_day().scalar(self.session, date)

    def _found(self, query: BoundQuery) -> list[Sum]:
        return list(sums_in(query.rows(self.session)))
