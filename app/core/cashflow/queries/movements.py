"""Queries of movements: pages, and sums in one currency."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from datetime import date as day
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from app.core.cash_accounts.models import CashAccount
from app.core.cashflow.queries.criteria import MovementFilter, with_names
from app.core.cashflow.queries.relations import PROJECTS, Relations
from app.core.cashflow.rules import Source
from app.core.movements.rules import Kind, Nature
from app.core.parties.models import Party
from app.infra.queries.amounts import CONVERTED, Exchange, Sum, grouped_sums, month_of, sums_in
from app.infra.queries.cached import BoundQuery, cached_query, parameter
from app.infra.queries.paging import fetch_items, page_values, paged
from app.infra.queries.records import Item, fields_of
from app.infra.queries.repository import among, within
from app.kernel.money import Currency
from app.kernel.paging import PageRequest
from app.kernel.periods import FIRST_DAY, DateRange

_ACCOUNTS = CashAccount.__table__
MONTH = "month"
FEW = 10_000
"""Movements of a kind that are sorted sooner than found in their order."""


class MovementItem(NamedTuple):
    """A movement of cash, with the names of its client, project and cash account."""

    kind: Kind
    source: Source
    source_id: int
    payment_id: int | None
    receipt_id: int | None
    date: day
    amount: Decimal
    currency: Currency
    nature: Nature
    category: str
    client_id: int | None
    project_id: int | None
    supplier_id: int | None
    payment_method: str | None
    cash_account_id: int | None
    recurring: bool
    description: str | None
    client: str | None
    cash_account: str | None


SpanOfKinds = tuple[DateRange, frozenset[Kind]]
"""A span of days, and the selection in it."""


@cached_query
def _rows(
    criteria: MovementFilter,
    relations: Relations,
    whole: bool,
    ways: tuple[tuple[Kind, bool], ...],
    exchange: Exchange,
    currency: Currency | None,
) -> Select[Any]:
    """Select one page, newest first, with names, and amounts in the requested currency if any."""
    parts = (
        part
        for kind, few in ways
        for branch in relations.branches(kind)
        for part in (_found_first(criteria, branch) if few else [_newest(branch, criteria, whole)])
    )
    newest = union_all(*parts).subquery("newest")
    matching = _ordered(select(newest), newest)
    page = (matching if whole else paged(matching)).subquery("page")
    own = page.c
    shown = {
        "client_id": own.party_id,
        "client": func.coalesce(Party.name, own.party_name),
        "cash_account": _ACCOUNTS.c.name,
        "description": func.coalesce(own.description, PROJECTS.c.name, own.category),
    }
    worth = () if currency is None else exchange.columns(own.amount, own.currency, own.date, target=currency)
    columns = {**dict(own.items()), **shown}
    named = select(*(columns[name].label(name) for name in fields_of(MovementItem)), *worth)
    named = named.outerjoin(PROJECTS, PROJECTS.c.id == own.project_id)
    named = named.outerjoin(_ACCOUNTS, _ACCOUNTS.c.id == own.cash_account_id)
    return _ordered(named.outerjoin(Party, Party.id == own.party_id), page)


def _found_first(criteria: MovementFilter, branch: FromClause) -> list[Select[Any]]:
    """Matching rows, to be sorted; OFFSET prevents reading all movements in their order to find these few."""
    return [select(branch).where(*part).offset(literal_column("0")) for part in criteria.parts(branch)]


def _newest(branch: FromClause, criteria: MovementFilter, whole: bool) -> Select[Any]:
    """The newest rows of a branch by an index; sorting all of them would read all rows."""
    matching = _ordered(select(branch).where(*criteria.of(branch)), branch)
    return matching if whole else matching.limit(parameter("last", int))


def _ordered(statement: Select[Any], rows: FromClause) -> Select[Any]:
    own = rows.c
    # One object may have several movements of a day: they are told apart by their own rows.
    return statement.order_by(own.date.desc(), own.source_id.desc(), own.source, own.origin, own.row_id)


@cached_query
def _sums(
    criteria: MovementFilter, relation: FromClause, exchange: Exchange, target: Currency, *names: str
) -> Select[Any]:
    key = (month_of(relation.c.date) if name == MONTH else relation.c[name] for name in names)
    return _summed(relation, exchange, target, criteria.of(relation), *key)


@cached_query
def _searched_sums(
    criteria: MovementFilter, relations: Relations, exchange: Exchange, target: Currency, *names: str
) -> Select[Any]:
    """Sums of what letters find; where it is the category that has them, kept sums are read."""
    rows, named = relations.movements, criteria.q_categories is not None
    parts = [_by_day(rows, part, names) for part in criteria.parts(rows)[named and criteria.without_q.is_summed :]]
    if named and criteria.without_q.is_summed:
        kept = _day_sums(criteria, relations)
        own = among((kept.c.category, criteria.q_categories))
        parts.append(_by_day(kept, [*criteria.without_q.of(kept), *own], names))
    searched = union_all(*parts).subquery("searched")
    return _summed(searched, exchange, target, (), *(searched.c[name] for name in names))


def _by_day(relation: FromClause, conditions: Sequence[ColumnElement[bool]], names: Sequence[str]) -> Select[Any]:
    """Sums by the named columns, currency and day."""
    columns = relation.c
    key = [columns[name] for name in dict.fromkeys((*names, "currency", "date"))]
    counted = func.sum(columns.movements) if "movements" in columns else func.count()
    sums = (func.sum(columns.amount).label("amount"), counted.label("movements"))
    return select(*key, *sums).where(*conditions).group_by(*key)


@cached_query
def _from_the_beginning(relations: Relations, exchange: Exchange, target: Currency) -> Select[Any]:
    columns = relations.daily.c
    until = MovementFilter(date_to=parameter("last", date)).of(relations.daily)
    inside = columns.date >= parameter("first", date)
    told_apart = (case((inside, one)) for one in (month_of(columns.date), columns.category, columns.recurring))
    return _summed(relations.daily, exchange, target, until, columns.kind, columns.nature, *told_apart)


@cached_query
def _lately(relations: Relations, exchange: Exchange, target: Currency) -> Select[Any]:
    columns = relations.daily.c
    span = within(columns.date, parameter("first", date), parameter("last", date))
    until = MovementFilter(date_to=parameter("today", date)).of(relations.daily)
    return _summed(relations.daily, exchange, target, until, columns.kind, columns.nature, and_(*span))


def _day_sums(criteria: MovementFilter, relations: Relations) -> FromClause:
    """The kept sums that the criteria can be said of."""
    return relations.daily if criteria.cash_account_id is None else relations.accounts


@cached_query
def _balance_sums(criteria: MovementFilter, relations: Relations, exchange: Exchange, target: Currency) -> Select[Any]:
    summed = _day_sums(criteria, relations)
    columns = summed.c
    first = FIRST_DAY if criteria.date_from is None else criteria.date_from
    matching = and_(columns.date >= first, *criteria.of(summed))
    until = MovementFilter(date_to=criteria.date_to, cash_account_id=criteria.cash_account_id).of(summed)
    return _summed(summed, exchange, target, until, columns.kind, columns.date < first, matching)


@cached_query
def _client_sums(relations: Relations, exchange: Exchange, target: Currency, *kinds: frozenset[Kind]) -> Select[Any]:
    parts = (_of_clients_in(relations, place, wanted) for place, wanted in enumerate(kinds))
    columns = union_all(*parts).subquery("requested").c
    own = (columns.amount, columns.currency, columns.date)
    key = (columns.place, columns.kind, columns.party_id)
    sums = grouped_sums(own, (), exchange, target, *key, movements=columns.movements).subquery("sums")
    place, kind, party_id, *come_to = sums.c  # names are joined last, when there are few rows
    joined = sums.outerjoin(Party, Party.id == party_id)
    return select(place, kind, party_id, Party.__table__.c.name.label("client"), *come_to).select_from(joined)


def _of_clients_in(relations: Relations, place: int, kinds: frozenset[Kind]) -> Select[Any]:
    columns = relations.parties.c
    span = within(columns.date, parameter(f"first_{place}", date), parameter(f"last_{place}", date))
    matching = or_(*(columns.kind == kind.value for kind in sorted(kinds)))
    operating = columns.nature == Nature.OPERATING.value
    return select(*columns, cast(literal(place), Integer).label("place")).where(*span, matching, operating)


@cached_query
def _income_of(relations: Relations, exchange: Exchange, target: Currency, parties: Select[int]) -> Select[Any]:
    columns = relations.parties.c
    operating = (Nature.OPERATING,)
    criteria = MovementFilter(parameter("first", date), parameter("last", date), kind=Kind.INCOME, nature=operating)
    conditions = [*criteria.of(relations.parties), columns.party_id.in_(parties)]
    return _summed(relations.parties, exchange, target, conditions)


def _summed(
    relation: FromClause,
    exchange: Exchange,
    target: Currency,
    conditions: Sequence[ColumnElement[bool]],
    *key: ColumnElement[Any],
) -> Select[Any]:
    columns = relation.c
    own = (columns.amount, columns.currency, columns.date)
    # A relation of sums says of how many movements; else each row is one.
    movements = columns.movements if "movements" in columns else None
    return grouped_sums(own, conditions, exchange, target, *key, movements=movements)


@cached_query
def _first_day(relations: Relations) -> Select[Any]:
    first = [select(func.min(branch.c.date)).scalar_subquery() for branch in relations.branches(None)]
    return select(func.least(*first).label("day"))


class MovementQueries:
    """Queries of movements; sums are in the target currency."""

    def __init__(self, session: Session, relations: Relations, exchange: Exchange, target: Currency) -> None:
        self.session = session
        self.relations = relations
        self.exchange = exchange
        self.target = target
        self.basis = (relations, exchange, target)

    def named(self, criteria: MovementFilter) -> MovementFilter:
        """The criteria with what their search for letters finds by name; to be called before all else."""
        return with_names(criteria, self.session)

    def rows(
        self, criteria: MovementFilter, request: PageRequest, currency: Currency | None, numbers: Mapping[Kind, int]
    ) -> Iterable[Item[MovementItem]]:
        """One page, newest first, with converted amounts if a currency is requested; `numbers` are those that match."""
        ways = tuple((kind, number <= FEW and not criteria.is_summed) for kind, number in numbers.items() if number)
        if not ways:
            return ()
        values = {} if request.whole else page_values(request) | {"last": request.span.stop}
        query = _rows(criteria, self.relations, request.whole, ways, self.exchange, currency, **values)
        return fetch_items(query, self.session, MovementItem, CONVERTED if currency else (), request)

    def sums(self, criteria: MovementFilter, *names: str, relation: FromClause | None = None) -> list[Sum]:
        """Sums of movements (or accruals) by the named columns, `MONTH` included."""
        if criteria.q is not None:
            return self._found(_searched_sums(criteria, *self.basis, *names))
        summed = self._kept(criteria) if relation is None else relation
        return self._found(_sums(criteria, summed, self.exchange, self.target, *names))

    def _kept(self, criteria: MovementFilter) -> FromClause:
        """The kept sums that have all columns of the criteria, or else the movements."""
        if criteria.is_summed_by_method:
            return self.relations.methods
        return _day_sums(criteria, self.relations) if criteria.is_summed else self.relations.movements

    def sums_from_the_beginning(self, span: DateRange) -> list[Sum]:
        """Sums by kind and nature, within the span also by month, category and origin, None for earlier days."""
        return self._found(_from_the_beginning(*self.basis, first=span.start, last=span.end))

    def sums_lately(self, today: date, span: DateRange) -> list[Sum]:
        """Sums of all movements up to today, by kind, nature and whether they are in the span."""
        return self._found(_lately(*self.basis, today=today, first=span.start, last=span.end))

    def balance_sums(self, criteria: MovementFilter) -> list[Sum]:
        """Sums by kind, by whether before the requested days, and by match; later days are excluded.

        They are of all movements, or, where the criteria name a cash account, of those of this one.
        """
        return self._found(_balance_sums(criteria, *self.basis))

    def client_sums(self, wanted: Sequence[SpanOfKinds]) -> list[Sum]:
        """Operating sums of clients and of all income, by index of the span, kind, client and name."""
        days: dict[str, date] = {}
        for place, (span, _) in enumerate(wanted):
            days |= {f"first_{place}": span.start, f"last_{place}": span.end}
        kinds = (kinds for _, kinds in wanted)
        return self._found(_client_sums(*self.basis, *kinds, **days))

    def income_of(self, parties: Select[int], span: DateRange) -> list[Sum]:
        """Income of these days from parties; `parties` may use the parameters `first` and `last` of the span."""
        return self._found(_income_of(*self.basis, parties, first=span.start, last=span.end))

    def first_day(self) -> date | None:
        """Day of the first movement, or None."""
        return _first_day(self.relations).scalar(self.session, date)

    def _found(self, query: BoundQuery) -> list[Sum]:
        return list(sums_in(query.rows(self.session)))
