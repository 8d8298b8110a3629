"""The one relation of movements: every figure about cash comes from it, so all figures agree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
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
from app.infra.amounts import Exchange, Sum, grouped_sums, sums_in
from app.infra.prepared import Asked, Question, parameter, prepared
from app.infra.repository import fetched, page_values, paged, within
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


def _parts(payment_day: Any, accrued_day: Any) -> tuple[tuple[Kind, Select[Any]], ...]:
    """Payments and accrued expenses on the given day; it is all that cash and accruals differ in."""
    parts = (
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
    return tuple(zip((Kind.INCOME, Kind.INCOME, Kind.EXPENSE, Kind.EXPENSE), parts, strict=True))


def _union(parts: tuple[tuple[Kind, Select[Any]], ...], name: str) -> FromClause:
    return union_all(*(part for _, part in parts)).subquery(name)


@dataclass(frozen=True, eq=False)
class Relation:
    """Where amounts are summed from, and how many movements its rows stand for."""

    rows: FromClause
    count: ColumnElement[int]


_CASH = _parts(Payment.paid_date, AccruedExpense.paid_date)

MOVEMENTS = Relation(_union(_CASH, "movements"), func.count())
"""Everything that moved cash: paid payments, incomes, expenses, paid accrued expenses, each on the day it moved."""

DAILY = Relation(DailySum.__table__, func.sum(DailySum.movements))
"""The same movements, summed by day, currency, kind, category and origin as they are written."""

ACCRUALS = Relation(_union(_parts(Payment.date, AccruedExpense.due_date), "accruals"), func.count())
"""Movements whether or not they were paid, each on the day it was due."""

SpanOfKinds = tuple[DateRange, frozenset[Kind]]
"""Some days, and what of them is wanted."""

CELL = (DailySum.date, DailySum.currency, DailySum.kind, DailySum.category, DailySum.recurring)
"""What a daily sum is the sum of."""


@dataclass(frozen=True, slots=True)
class MovementFilter(Asked):
    """Which movements are meant; every condition that is given must hold."""

    date_from: date | None = None
    date_to: date | None = None
    kind: Kind | None = None
    category: str | None = None
    of_clients: bool = False

    def of(self, rows: FromClause) -> list[ColumnElement[bool]]:
        """The same as SQL."""
        columns = rows.c
        given = within(columns.date, self.date_from, self.date_to)
        if self.kind is not None:
            given.append(columns.kind == self.kind.value)
        if self.category is not None:
            given.append(columns.category == self.category)
        if self.of_clients:
            named = or_(columns.client_id.is_not(None), columns.client_text.is_not(None))
            given.append(or_(columns.category == CLIENT_INCOME, named))
        return given


@prepared
def _rows(asked: MovementFilter, whole: bool, exchange: Exchange, currency: Currency | None) -> Select[Any]:
    """One page, newest first, with the names of what they are about, and their worth if a currency is asked for."""
    # Each part gives its newest, by its index: sorting their union would read all there is.
    newest = union_all(*(_newest(part.subquery(), asked, whole) for _, part in _CASH)).subquery("newest")
    meant = _ordered(select(newest), newest)
    page = (meant if whole else paged(meant)).subquery("page")
    own = page.c
    description = func.coalesce(own.description, Project.name).label("description")
    client = func.coalesce(Client.name, own.client_text).label("client")
    worth = () if currency is None else exchange.columns(own.amount, own.currency, own.date, target=currency)
    named = select(*(column for column in own if column.name != "description"), description, client, *worth)
    named = named.outerjoin(Project, Project.id == own.project_id).outerjoin(Client, Client.id == own.client_id)
    return _ordered(named, page)


def _newest(part: FromClause, asked: MovementFilter, whole: bool) -> Select[Any]:
    meant = _ordered(select(part).where(*asked.of(part)), part)
    return meant if whole else meant.limit(parameter("last", int))


def _ordered(statement: Select[Any], rows: FromClause) -> Select[Any]:
    return statement.order_by(rows.c.date.desc(), rows.c.source_id.desc(), rows.c.source)


@prepared
def _sums(
    asked: MovementFilter, relation: Relation, exchange: Exchange, target: Currency, by_month: bool, *names: str
) -> Select[Any]:
    key = (relation.rows.c[name] for name in names)
    return _summed(relation, exchange, target, asked.of(relation.rows), *key, by_month=by_month)


@prepared
def _from_the_beginning(exchange: Exchange, target: Currency) -> Select[Any]:
    columns = DAILY.rows.c
    until = MovementFilter(date_to=parameter("last", date)).of(DAILY.rows)
    key = (columns.date < parameter("first", date), columns.kind, columns.category, columns.recurring)
    return _summed(DAILY, exchange, target, until, *key, by_month=True)


@prepared
def _lately(exchange: Exchange, target: Currency) -> Select[Any]:
    columns = DAILY.rows.c
    span = within(columns.date, parameter("first", date), parameter("last", date))
    until = MovementFilter(date_to=parameter("today", date)).of(DAILY.rows)
    return _summed(DAILY, exchange, target, until, columns.kind, and_(*span))


@prepared
def _balance_sums(asked: MovementFilter, exchange: Exchange, target: Currency) -> Select[Any]:
    columns = DAILY.rows.c
    first = FIRST_DAY if asked.date_from is None else asked.date_from
    meant = and_(columns.date >= first, *asked.of(DAILY.rows))
    until = MovementFilter(date_to=asked.date_to).of(DAILY.rows)
    return _summed(DAILY, exchange, target, until, columns.kind, columns.date < first, meant)


@prepared
def _client_sums(exchange: Exchange, target: Currency, *kinds: frozenset[Kind]) -> Select[Any]:
    # Each source and half of a span by itself first: workers share them, and little is left to put together.
    parts = [
        _by_client(part.subquery(), place, half, target)
        for kind, part in _CASH
        for place, wanted in enumerate(kinds)
        if kind in wanted
        for half in range(_HALVES)
    ]
    summed = union_all(*parts).subquery("summed")
    name = func.coalesce(Client.name, summed.c.client_text).label("client")
    named = select(summed, name).outerjoin(Client, Client.id == summed.c.client_id).subquery("named").c
    key = (named.place, named.kind, named.client_id, named.client)
    own = (named.amount, named.currency, named.day)
    return grouped_sums(own, (), exchange.worth, target, *key, count=func.sum(named.movements))


_HALVES = 2


def _days_of(wanted: Sequence[SpanOfKinds]) -> dict[str, date]:
    """The values for the first and last days of each half of each span; the second half of a single day is empty."""
    found: dict[str, date] = {}
    for place, (span, _) in enumerate(wanted):
        middle = span.start + (span.end - span.start) // _HALVES
        halves = ((span.start, middle), (middle + timedelta(days=1), span.end))
        for half, (first, last) in enumerate(halves):
            found |= {f"first_{place}_{half}": first, f"last_{place}_{half}": last}
    return found


def _by_client(part: FromClause, place: int, half: int, target: Currency) -> Select[Any]:
    rows = part.c
    day = case((rows.currency != target.value, rows.date))
    key = (rows.kind, rows.client_id, rows.client_text, rows.currency, day.label("day"))
    sums = (func.sum(rows.amount).label("amount"), func.count().label("movements"))
    first, last = parameter(f"first_{place}_{half}", date), parameter(f"last_{place}_{half}", date)
    asked = MovementFilter(first, last, of_clients=True)
    where = cast(literal(place), Integer).label("place")
    return select(*key, where, *sums).where(*asked.of(part)).group_by(*key)


@prepared
def _income_of_new_clients(exchange: Exchange, target: Currency) -> Select[Any]:
    first, last = parameter("first", date), parameter("last", date)
    asked = MovementFilter(first, last, kind=Kind.INCOME)
    new = select(Client.id).where(Client.start_date.between(first, last))
    return _summed(MOVEMENTS, exchange, target, [*asked.of(MOVEMENTS.rows), MOVEMENTS.rows.c.client_id.in_(new)])


def _summed(
    relation: Relation,
    exchange: Exchange,
    target: Currency,
    asked: Sequence[ColumnElement[bool]],
    *key: ColumnElement[Any],
    by_month: bool = False,
) -> Select[Any]:
    columns = relation.rows.c
    own = (columns.amount, columns.currency, columns.date)
    return grouped_sums(own, asked, exchange.worth, target, *key, by_month=by_month, count=relation.count)


@prepared
def _first_day() -> Select[Any]:
    cells = select(DailySum.date).group_by(*CELL).having(func.sum(DailySum.movements) > 0)
    return cells.order_by(DailySum.date).limit(1)


class MovementQueries:
    """Questions to the movements; sums are in the target currency."""

    def __init__(self, session: Session, exchange: Exchange, target: Currency) -> None:
        self.session = session
        self.exchange = exchange
        self.target = target

    def rows(self, asked: MovementFilter, request: PageRequest, currency: Currency | None) -> Iterable[Any]:
        """One page of movements, newest first, with their worth if a currency is asked for."""
        values = {} if request.whole else page_values(request) | {"last": request.span.stop}
        return fetched(_rows(asked, request.whole, self.exchange, currency, **values), self.session, request)

    def sums(self, asked: MovementFilter, *names: str, by_month: bool = False, relation: Relation = DAILY) -> list[Sum]:
        """What the movements (or accruals) come to, by the named columns."""
        return self._found(_sums(asked, relation, self.exchange, self.target, by_month, *names))

    def sums_from_the_beginning(self, span: DateRange) -> list[Sum]:
        """By month, whether it was before the span, kind, category and origin; nothing after the span."""
        return self._found(_from_the_beginning(self.exchange, self.target, first=span.start, last=span.end))

    def sums_lately(self, today: date, span: DateRange) -> list[Sum]:
        """By kind, and whether it was in the span, of all up to today."""
        return self._found(_lately(self.exchange, self.target, today=today, first=span.start, last=span.end))

    def balance_sums(self, asked: MovementFilter) -> list[Sum]:
        """By kind, whether it was before the asked days, and whether it is asked for; nothing after those days."""
        return self._found(_balance_sums(asked, self.exchange, self.target))

    def client_sums(self, wanted: Sequence[SpanOfKinds]) -> list[Sum]:
        """By place of the span, kind, client and name, of what is about clients."""
        kinds = (kinds for _, kinds in wanted)
        return self._found(_client_sums(self.exchange, self.target, *kinds, **_days_of(wanted)))

    def income_of_new_clients(self, span: DateRange) -> list[Sum]:
        """What came in these days from clients that began in them."""
        return self._found(_income_of_new_clients(self.exchange, self.target, first=span.start, last=span.end))

    def first_day(self) -> date | None:
        """The day of the first movement."""
        first: date | None = _first_day().scalar(self.session)
        return first

    def _found(self, question: Question) -> list[Sum]:
        return list(sums_in(question.all(self.session)))
