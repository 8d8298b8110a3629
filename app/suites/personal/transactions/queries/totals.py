"""Totals of all transactions that match: from kept sums and by indexes alone where the criteria allow it."""

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    SelectBase,
    String,
    and_,
    any_,
    case,
    cast,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from app.core.ledger.models import Account, AccountDaySum, AccountSpanSum, EntryLine
from app.core.ledger.rules import AccountKind
from app.infra.queries.amounts import Exchange, Sum, grouped_sums, sums_in
from app.infra.queries.cached import BoundQuery, cached_query, parameter
from app.infra.queries.repository import among, equal, within
from app.kernel.money import Currency
from app.suites.personal.transactions.models import Transaction, TransactionLeg, TransactionSplit
from app.suites.personal.transactions.queries.criteria import Columns, TransactionFilter, matching
from app.suites.personal.transactions.rules import Facet, TransactionType

_own, _leg, _split = Transaction.__table__.c, TransactionLeg.__table__.c, TransactionSplit.__table__.c
_account, _line = Account.__table__.c, EntryLine.__table__.c
_RESULTS = (AccountKind.INCOME, AccountKind.EXPENSE)
_YEAR = 12
Expression = ColumnElement[Any]


class Counts(NamedTuple):
    """Numbers of all that match."""

    matching: int
    transfers: int


class Figures(NamedTuple):
    """Numbers of all that match, and sums of their lines of categories by the kind of the category."""

    counts: Counts
    sums: list[Sum]


def figures_of(
    session: Session, book_id: int, criteria: TransactionFilter, exchange: Exchange, target: Currency
) -> Figures:
    """Figures of all that match: by one statement where their rows must be read, else by two that read few."""
    if not criteria.is_kept and not criteria.is_register:
        found = list(sums_in(_matching_sums(criteria, exchange, target, book_id=book_id).rows(session)))
        transfers = sum(one.items for one in found if one.key[0] == TransactionType.TRANSFER.value)
        return Figures(Counts(sum(one.items for one in found), transfers), found)
    counts = _counting(criteria)(criteria, book_id=book_id).all(session, Counts)[0]
    sums = _summing(criteria)(criteria, exchange, target, book_id=book_id)
    return Figures(counts, list(sums_in(sums.rows(session))))


def _counting(criteria: TransactionFilter) -> Callable[..., BoundQuery]:
    if criteria.is_whole:
        return _counts if criteria.categories is None else _counts_of_categories
    return _counts_of_account if criteria.is_register else _counts_of_days


def _summing(criteria: TransactionFilter) -> Callable[..., BoundQuery]:
    if criteria.is_register:
        return _sums_of_account
    return _whole_sums if criteria.is_whole else _kept_sums


def _mine(table: Columns) -> ColumnElement[bool]:
    mine: ColumnElement[bool] = table.book_id == parameter("book_id", int)
    return mine


def _number(*conditions: ColumnElement[bool], of: FromClause = Transaction.__table__) -> ColumnElement[int]:
    return select(func.count()).select_from(of).where(*conditions).scalar_subquery()


@cached_query
def _counts(criteria: TransactionFilter) -> Select[Any]:
    """Statement for a whole book by `book_id`: each is one line of a category, but for what is split or a transfer."""
    parts = _number(_mine(_split), _split.account_id.is_(None), of=TransactionSplit.__table__)
    split = _number(_mine(_own), _own.is_split, _own.type != TransactionType.TRANSFER)
    transfers = _number(_mine(_own), _own.type == TransactionType.TRANSFER)
    figures: list[ColumnElement[Any]] = [cast(_kept_lines(criteria) - parts + split + transfers, BigInteger), transfers]
    return select(*figures)


@cached_query
def _counts_of_categories(criteria: TransactionFilter) -> Select[Any]:
    """Statement for some categories of the book `book_id`: each is one line, but for several parts of one."""
    parts = select(_split.transaction_id, func.count().label("parts")).where(_mine(_split), *_among(criteria, _split))
    several = parts.group_by(_split.transaction_id).subquery("several")
    more = select(func.coalesce(func.sum(several.c.parts - 1), 0)).scalar_subquery()
    moved = several.join(Transaction.__table__, _own.id == several.c.transaction_id)
    transfers = _number(_mine(_own), _own.type == TransactionType.TRANSFER, of=moved)
    figures: list[ColumnElement[Any]] = [cast(_kept_lines(criteria) - more, BigInteger), transfers]
    return select(*figures)


def _among(criteria: TransactionFilter, table: Columns, column: str = "category_id") -> list[ColumnElement[bool]]:
    if criteria.categories is None:
        return []
    return [table[column] == any_(criteria.categories)]  # type: ignore[arg-type]  # a parameter in templates


def _kept_lines(criteria: TransactionFilter) -> ColumnElement[int]:
    """Number of the lines of categories, by the sums of years."""
    kept = AccountSpanSum.__table__.c
    own = (_mine(kept), kept.months == _YEAR, kept.account_id == _account.id, *among((_account.kind, _RESULTS)))
    lines = select(func.coalesce(func.sum(kept.movements), 0)).where(*own, *_among(criteria, kept, "account_id"))
    return lines.scalar_subquery()


@cached_query
def _counts_of_days(criteria: TransactionFilter) -> Select[Any]:
    transfers = func.count().filter(criteria.source.c.type == TransactionType.TRANSFER)
    return matching(criteria, func.count(), transfers)


@cached_query
def _counts_of_account(criteria: TransactionFilter) -> Select[Any]:
    """Statement that reads nothing but indexes, in the book `book_id`."""
    days = (criteria.date_from, criteria.date_to)
    legs = (_mine(_leg), *equal((_leg.account_id, criteria.account_id)), *within(_leg.date, *days))
    transfer = (_mine(_own), _own.type == TransactionType.TRANSFER)
    sent = (*equal((_own.account_id, criteria.account_id)), *within(_own.date, *days))
    arrival = func.coalesce(_own.to_date, _own.date)
    received = (*equal((_own.to_account_id, criteria.account_id)), *within(arrival, *days))
    number = _number(*legs, of=TransactionLeg.__table__)
    figures: list[ColumnElement[Any]] = [number, _number(*transfer, *sent) + _number(*transfer, *received)]
    return select(*figures)


def _rows(amount: Expression, currency: Expression, on: Expression, kind: Expression, *more: Expression) -> Select[Any]:
    return select(
        amount.label("amount"),
        currency.label("currency"),
        type_coerce(on, _own.date.type).label("date"),
        type_coerce(kind, String).label("kind"),
        *more,
    )


def _kept_of(kept: Columns, on: Expression) -> Select[Any]:
    """Kept sums of the lines of categories, without those that are excluded from reports; `book_id`."""
    own = (_mine(kept), kept.account_id == _account.id, *among((_account.kind, _RESULTS)))
    rows = _rows(kept.amount, kept.currency, on, _account.kind, kept.movements.label("movements"))
    return rows.where(*own, kept.facet != Facet.EXCLUDED.value)


@cached_query
def _kept_sums(criteria: TransactionFilter, exchange: Exchange, target: Currency) -> Select[Any]:
    """Statement; its sums are of one book by `book_id`."""
    kept = AccountDaySum.__table__.c
    days = within(kept.date, criteria.date_from, criteria.date_to)
    found = _kept_of(kept, kept.date).where(*days, *_among(criteria, kept, "account_id")).subquery("kept").c
    amounts = (found.amount, found.currency, found.date)
    return grouped_sums(amounts, [], exchange, target, found.kind, movements=found.movements)


@cached_query
def _whole_sums(criteria: TransactionFilter, exchange: Exchange, target: Currency) -> Select[Any]:
    """Statement of the book `book_id`: sums of years, and of days in other currencies, each of which has its rate."""
    spans, days = AccountSpanSum.__table__.c, AccountDaySum.__table__.c
    years = _kept_of(spans, spans.since).where(spans.months == _YEAR, spans.currency == target.value)
    foreign = select(_account.id).where(_mine(_account), _account.currency != target.value).scalar_subquery()
    others = (days.counterpart_id == any_(func.array(foreign, type_=ARRAY(BigInteger))), days.currency != target.value)
    found = union_all(
        years.where(*_among(criteria, spans, "account_id")),
        _kept_of(days, days.date).where(*others, *_among(criteria, days, "account_id")),
    ).subquery("kept")
    amounts = (found.c.amount, found.c.currency, found.c.date)
    return grouped_sums(amounts, [], exchange, target, found.c.kind, movements=found.c.movements)


@cached_query
def _sums_of_account(criteria: TransactionFilter, exchange: Exchange, target: Currency) -> Select[Any]:
    """Statement of the book `book_id`: sums by the account on the other side, and lines that have another there."""
    kept, days = AccountDaySum.__table__.c, (criteria.date_from, criteria.date_to)
    own = (*equal((kept.counterpart_id, criteria.account_id)), *within(kept.date, *days))
    legs = (_leg.transaction_id == _own.id, *equal((_leg.account_id, criteria.account_id)), *within(_leg.date, *days))
    split = (_mine(_own), _own.is_split, *legs, _own.account_id != _leg.account_id)
    part = select(_split.transaction_id).where(_mine(_split), *equal((_split.account_id, criteria.account_id)))
    others = union_all(
        select(_own.id).where(*split, *equal((_own.to_account_id, criteria.account_id))),
        select(_own.id).where(*split, _own.id == any_(func.array(part.scalar_subquery(), type_=ARRAY(BigInteger)))),
    )
    moved = (_kept_of(kept, kept.date).where(*own), _lines_of(others, literal(1).label("movements")))
    found = union_all(*moved).subquery("moved")
    amounts = (found.c.amount, found.c.currency, found.c.date)
    return grouped_sums(amounts, [], exchange, target, found.c.kind, movements=found.c.movements)


def _lines_of(entries: SelectBase, *more: Expression) -> Select[Any]:
    """Lines of categories of these entries, without those that are excluded from reports; `book_id`."""
    own = (_mine(_line), _line.entry_id.in_(entries), _line.account_id == _account.id)
    rows = _rows(_line.amount, _line.currency, _line.date, _account.kind, *more)
    return rows.where(*own, *among((_account.kind, _RESULTS)), _line.facet != Facet.EXCLUDED.value)


@cached_query
def _matching_sums(criteria: TransactionFilter, exchange: Exchange, target: Currency) -> Select[Any]:
    """Statement of the book `book_id`: rows say themselves what is no transfer and not split; each is one item."""
    own = criteria.source.c
    counts = and_(~own.is_split, own.type != TransactionType.TRANSFER, ~own.exclude_from_reports)
    counts = and_(counts, *_among(criteria, own))
    spent = case((own.type == TransactionType.INCOME, -own.amount), (own.is_refund, -own.amount), else_=own.amount)
    columns = _rows(
        case((counts, spent), else_=0),
        case((counts, own.currency), else_=target.value),
        own.date,
        own.type,
        literal(1).label("items"),
    ).selected_columns
    split = matching(criteria, own.id).where(own.is_split)
    lines = _lines_of(split, literal(0).label("items")).where(*_among(criteria, _line, "account_id"))
    found = union_all(matching(criteria, *columns), lines).subquery("moved").c
    amounts = (found.amount, found.currency, found.date)
    return grouped_sums(amounts, [], exchange, target, found.kind, items=found["items"])
