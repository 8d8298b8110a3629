"""Money that moved on accounts of the budget, folded by month in the database, and what was assigned."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Numeric,
    Select,
    String,
    Subquery,
    any_,
    case,
    func,
    select,
    text,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from app.core.ledger.models import Account
from app.core.ledger.rules import AccountKind
from app.infra.queries.amounts import Exchange, Sum, grouped_sums, month_of, sums_in
from app.infra.queries.cached import Values, cached_query, parameter
from app.kernel.money import Currency
from app.kernel.periods import DateRange
from app.suites.personal.accounts.models import PersonalAccount
from app.suites.personal.accounts.rules import AccountType
from app.suites.personal.books.models import PersonalBook
from app.suites.personal.budgets.models import Assignment, MonthNote
from app.suites.personal.categories.models import Category
from app.suites.personal.categories.rules import Overspending

# Sums of the accounts by what is on the other side. A transfer out of the budget may name the envelope that pays it:
# then it is there once more, with that category, to be moved from the envelope of what has none.
_SUMS = """
SELECT :book_id AS book_id, sums.account_id, sums.counterpart_id, CAST(NULL AS bigint) AS category_id,
       sums.amount, sums.currency, sums.date, sums.movements
FROM account_day_sums sums
WHERE sums.book_id = :book_id AND sums.account_id = ANY (CAST(:accounts AS bigint[]))
"""
_MONTHS = """
SELECT :book_id AS book_id, sums.account_id, sums.counterpart_id, CAST(NULL AS bigint) AS category_id,
       sums.amount, sums.currency, sums.since AS date, sums.movements
FROM account_span_sums sums
WHERE sums.book_id = :book_id AND sums.account_id = ANY (CAST(:accounts AS bigint[])) AND sums.months = 1
"""
_PAID = """
UNION ALL
SELECT :book_id, line.account_id, line.counterpart_id, own.budget_category_id,
       line.amount, line.currency, line.date, 1
FROM transactions own JOIN lines line
  ON line.book_id = :book_id AND line.entry_id = own.id AND line.account_id = ANY (CAST(:accounts AS bigint[]))
JOIN personal_accounts other ON other.book_id = :book_id AND other.id = line.counterpart_id AND NOT other.on_budget
WHERE own.book_id = :book_id AND own.type = 'transfer'
  AND own.budget_category_id = ANY (CAST(:categories AS bigint[]))
"""
_LINES = """
SELECT :book_id AS book_id, line.account_id, line.counterpart_id,
       CASE WHEN other.id IS NOT NULL THEN own.budget_category_id END AS category_id,
       line.amount, line.currency, line.date, 1 AS movements, span.first, own.position, line.id AS line_id
FROM unnest(CAST(:firsts AS date[]), CAST(:lasts AS date[])) AS span (first, last)
JOIN lines line ON line.book_id = :book_id AND line.account_id = ANY (CAST(:accounts AS bigint[]))
  AND line.date BETWEEN span.first AND span.last
LEFT JOIN transactions own ON own.book_id = :book_id AND own.id = line.entry_id
LEFT JOIN personal_accounts other
  ON other.book_id = :book_id AND other.id = line.counterpart_id AND NOT other.on_budget AND own.type = 'transfer'
"""
_DAYS = """
SELECT 1 AS amount, code AS own_currency, day AS own_day
FROM unnest(CAST(:codes AS text[])) AS code CROSS JOIN unnest(CAST(:days AS date[])) AS day
"""


class BookAccount(NamedTuple):
    """An account of the ledger of a book: a person's account, a category, or one of the system."""

    id: int
    kind: AccountKind
    code: str | None
    name: str
    currency: str | None
    parent_id: int | None
    type: AccountType | None
    """Type of a person's account."""
    on_budget: bool | None
    is_archived: bool | None
    overspending: Overspending | None
    """Treatment of overspending, of a category."""
    position: int | None

    @property
    def is_expense(self) -> bool:
        """Whether it is a category of expenses."""
        return self.overspending is not None and self.kind is AccountKind.EXPENSE


class Flow(NamedTuple):
    """Money that an account of the budget gained or lost in a month, by what is on the other side."""

    account_id: int
    counterpart_id: int | None
    category_id: int | None
    """The envelope that pays a transfer out of the budget, which is among the flows without one, too."""
    month: date
    """The first day of the calendar month of days that are moved back by those before the start of a month."""
    amount: Decimal
    worth: Decimal
    """Amount in the currency of the budget, at the rates of its own days, not rounded."""


class OrderedLine(NamedTuple):
    """A line of an account of the budget, in the order of the register."""

    account_id: int
    counterpart_id: int | None
    category_id: int | None
    month_start: date
    amount: Decimal


class Assigned(NamedTuple):
    """Money assigned in a month to a category, to what has none, or to a card."""

    month: date
    category_id: int | None
    account_id: int | None
    amount: Decimal


class Note(NamedTuple):
    """Money held in a month, and a note as it is stored."""

    id: int
    month: date
    note: str | None
    version: int
    held: Decimal
    currency: Currency


@dataclass(frozen=True, slots=True)
class FlowQueries:
    """Reads the parts of the envelopes of one book."""

    session: Session
    book_id: int
    exchange: Exchange
    target: Currency

    def lock(self) -> None:
        """Wait for all others who change the envelopes of the book."""
        book = PersonalBook.__table__.c
        one = select(book.id).where(book.id == self.book_id)
        self.session.execute(one.with_for_update(key_share=True))

    def accounts(self) -> list[BookAccount]:
        """All accounts of the ledger of the book, by position."""
        return _accounts(book_id=self.book_id).all(self.session, BookAccount)

    def flows(
        self, accounts: Collection[int], categories: Collection[int], shift: int, cards: Collection[int] = ()
    ) -> list[Flow]:
        """Flows of accounts in the currency of the budget, by month; those that are no cards are shown as one account.

        `shift` is the number of days by which months begin later than calendar months.
        """
        if not accounts:
            return []
        values: Values = {"accounts": list(accounts), "categories": list(categories), "shift": shift}
        values |= {"cards": list(cards), "cash": next((one for one in accounts if one not in cards), 0)}
        rows = _flows(not shift, book_id=self.book_id, **values).rows(self.session)
        return [Flow._make((*row, row[-1])) for row in rows]

    def foreign_flows(self, accounts: Collection[int], categories: Collection[int], shift: int) -> list[Sum]:
        """Flows of accounts in other currencies; keys are the first four values of a flow, and the currency."""
        if not accounts:
            return []
        values: Values = {"accounts": list(accounts), "categories": list(categories), "shift": shift}
        return list(
            sums_in(_foreign_flows(self.exchange, self.target, book_id=self.book_id, **values).rows(self.session))
        )

    def lines(self, accounts: Collection[int], spans: Sequence[DateRange]) -> list[OrderedLine]:
        """Lines of accounts in the currency of the budget on these days, in the order of the register."""
        return _lines(book_id=self.book_id, **_of_spans(accounts, spans)).all(self.session, OrderedLine)

    def foreign_lines(self, accounts: Collection[int], spans: Sequence[DateRange]) -> list[Sum]:
        """Lines of accounts in any currency: sums whose keys begin with account, counterpart, category, first day."""
        values = _of_spans(accounts, spans)
        rows = _foreign_lines(self.exchange, self.target, book_id=self.book_id, **values).rows(self.session)
        return sorted(sums_in(rows), key=lambda one: (one.key[4], one.key[5] or 0, one.key[6]))

    def rates(self, currencies: Collection[Currency], days: Collection[date]) -> dict[tuple[Currency, date], Decimal]:
        """Value of one unit of each currency on each day; those without a rate are left out."""
        values: Values = {"codes": [one.value for one in currencies], "days": [str(day) for day in days]}
        rows = _rates(self.exchange, self.target, book_id=self.book_id, **values).rows(self.session)
        return {(Currency(code), day): worth for code, day, worth in rows if worth is not None}

    def assigned_currencies(self) -> set[Currency]:
        """Currencies of the assignments: that of the book, and those that it had before."""
        return {Currency(code) for (code,) in _assigned_currencies(book_id=self.book_id).rows(self.session)}

    def assigned(self) -> list[Assigned]:
        """All assignments, each in its own currency."""
        return _assigned(book_id=self.book_id).all(self.session, Assigned)

    def converted_assignments(self) -> list[Sum]:
        """All assignments by month, category and account, at the rates of the first days of their months."""
        query = _converted_assigned(self.exchange, self.target, book_id=self.book_id)
        return list(sums_in(query.rows(self.session)))

    def notes(self) -> list[Note]:
        """Notes of all months, with the money that is held."""
        return _notes(book_id=self.book_id).all(self.session, Note)

    def converted_notes(self) -> list[Sum]:
        """Money that is held by month and note, at the rates of the first days of the months."""
        query = _converted_notes(self.exchange, self.target, book_id=self.book_id)
        return list(sums_in(query.rows(self.session)))


@cached_query
def _accounts() -> Select[Any]:
    account, own, category = Account.__table__, PersonalAccount.__table__, Category.__table__
    columns = (account.c[name] for name in ("id", "kind", "code", "name", "currency", "parent_id"))
    position = func.coalesce(own.c.position, category.c.position)
    more = (own.c.type, own.c.on_budget, category.c.is_archived, category.c.overspending, position)
    joined = account.outerjoin(own, own.c.id == account.c.id).outerjoin(category, category.c.id == account.c.id)
    of_book = account.c.book_id == parameter("book_id", int)
    return select(*columns, *more).select_from(joined).where(of_book).order_by(position, account.c.id)


_COLUMNS: Mapping[str, TypeEngine[Any]] = {
    "account_id": BigInteger(),
    "counterpart_id": BigInteger(),
    "category_id": BigInteger(),
    "amount": Numeric(),
    "currency": String(),
    "date": Date(),
    "movements": BigInteger(),
}


def _rows(*, of_months: bool) -> Subquery:
    """Rows by `book_id` and day, or by calendar month."""
    sums = _MONTHS if of_months else _SUMS
    return text(sums + _PAID).columns(book_id=BigInteger(), **_COLUMNS).subquery("flows")


def _line_rows() -> Subquery:
    more: Mapping[str, TypeEngine[Any]] = {"first": Date(), "position": BigInteger(), "line_id": BigInteger()}
    return text(_LINES).columns(book_id=BigInteger(), **_COLUMNS, **more).subquery("flows")


def _of_spans(accounts: Collection[int], spans: Sequence[DateRange]) -> Values:
    firsts, lasts = [str(days.start) for days in spans], [str(days.end) for days in spans]
    return {"accounts": list(accounts), "firsts": firsts, "lasts": lasts}


def _month(day: ColumnElement[date]) -> ColumnElement[date]:
    return month_of(day - parameter("shift", int))


@cached_query
def _flows(of_months: bool) -> Select[Any]:
    rows = _rows(of_months=of_months).c
    is_card = rows.account_id == any_(parameter("cards", list))
    account = case((is_card, rows.account_id), else_=parameter("cash", int))
    key = (account, rows.counterpart_id, rows.category_id, _month(rows.date))
    return select(*key, func.sum(rows.amount)).group_by(*key)


@cached_query
def _foreign_flows(exchange: Exchange, target: Currency) -> Select[Any]:
    rows = _rows(of_months=False).c
    key = (rows.account_id, rows.counterpart_id, rows.category_id, _month(rows.date), rows.currency)
    amounts = (rows.amount, rows.currency, rows.date)
    return grouped_sums(amounts, (), exchange, target, *key, movements=rows.movements)


@cached_query
def _lines() -> Select[Any]:
    rows = _line_rows().c
    shown = select(rows.account_id, rows.counterpart_id, rows.category_id, rows.first, rows.amount)
    return shown.order_by(rows.date, func.coalesce(rows.position, 0), rows.line_id)


@cached_query
def _foreign_lines(exchange: Exchange, target: Currency) -> Select[Any]:
    rows = _line_rows().c
    key = (rows.account_id, rows.counterpart_id, rows.category_id, rows.first)
    place = (rows.date, rows.position, rows.line_id, rows.currency)
    amounts = (rows.amount, rows.currency, rows.date)
    return grouped_sums(amounts, (), exchange, target, *key, *place, movements=rows.movements)


@cached_query
def _rates(exchange: Exchange, target: Currency) -> Select[Any]:
    rows = text(_DAYS).columns(amount=Numeric(), own_currency=String(), own_day=Date()).subquery("book_id_days")
    joined, worth = exchange.convert(rows, target)
    return select(rows.c.own_currency, rows.c.own_day, worth).select_from(joined)


@cached_query
def _assigned() -> Select[Any]:
    own = Assignment.__table__.c
    columns = (own.month, own.category_id, own.account_id, own.amount)
    return select(*columns).where(own.book_id == parameter("book_id", int))


@cached_query
def _assigned_currencies() -> Select[Any]:
    own = Assignment.__table__.c
    return select(own.currency).distinct().where(own.book_id == parameter("book_id", int))


@cached_query
def _converted_assigned(exchange: Exchange, target: Currency) -> Select[Any]:
    own = Assignment.__table__.c
    of_book = own.book_id == parameter("book_id", int)
    amounts = (own.amount, own.currency, own.month)
    return grouped_sums(amounts, (of_book,), exchange, target, own.month, own.category_id, own.account_id)


@cached_query
def _notes() -> Select[Any]:
    own = MonthNote.__table__.c
    return select(own.id, own.month, own.note, own.version, own.held, own.currency).where(
        own.book_id == parameter("book_id", int)
    )


@cached_query
def _converted_notes(exchange: Exchange, target: Currency) -> Select[Any]:
    own = MonthNote.__table__.c
    of_book = own.book_id == parameter("book_id", int)
    return grouped_sums(
        (own.held, own.currency, own.month), (of_book,), exchange, target, own.id, own.month, own.note, own.version
    )
