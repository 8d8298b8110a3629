"""Categories with their names and parents, which the ledger has, and their use."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import ARRAY, ColumnElement, Date, Select, bindparam, func, select

from app.core.ledger.models import Account, AccountDaySum, AccountSpanSum, EntryLine
from app.infra import clock
from app.infra.queries.amounts import Exchange, Sum, grouped_sums, sums_in
from app.infra.queries.bulk import Row, insert_rows
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.in_book import InBookRepository
from app.infra.queries.records import fields_of
from app.kernel.errors import Conflict
from app.kernel.money import Currency
from app.kernel.periods import DateRange
from app.suites.personal.categories.models import Category, CategoryRecord, CategoryUse

_YEAR = 12
_EXCLUDED = "excluded"


class CategoryRepository(InBookRepository[Category, CategoryRecord]):
    """Categories of one book."""

    model = Category
    record = CategoryRecord
    conflicts: ClassVar = {
        "uq_accounts_category_name": Conflict("There is such a category beside it.", code="name_taken"),
        "fk_lines_account_id_accounts": Conflict("The category has transactions.", code="has_transactions"),
        "fk_accounts_parent_id_accounts": Conflict("There are categories below it.", code="has_children"),
    }
    joined_columns: ClassVar = {"name": Account.name, "parent_id": Account.parent_id, "type": Account.kind}

    @classmethod
    def base_query(cls) -> Select[Any]:
        """SELECT with the columns of the record."""
        own, account = Category.__table__, Account.__table__
        of_account = {"type": account.c.kind, "name": account.c.name, "parent_id": account.c.parent_id}
        columns = (own.c[name] if name in own.c else of_account[name] for name in fields_of(CategoryRecord))
        return select(*columns).select_from(own.join(account, own.c.id == account.c.id))

    def change(self, row: Category, changes: Mapping[str, object]) -> Category:
        """Set the given attributes; a change of the ledger's account is a new version, too."""
        for name, value in changes.items():
            setattr(row, name, value)
        if self.session.is_modified(row.account):
            row.updated_at = clock.now()
        self.flush()
        return row

    def insert_many(self, rows: Sequence[Row]) -> None:
        """Insert categories, whose accounts are there, by one statement."""
        self.access.require_writer()
        insert_rows(self.session, self._table, rows)

    def list_all(self) -> list[CategoryRecord]:
        """All categories of the book, archived ones too, by position."""
        return _all(**self.scope_values()).all(self.session, CategoryRecord)

    def uses(self) -> dict[int, CategoryUse]:
        """Use of every category that has been used."""
        return {one.category_id: one for one in _uses(**self.scope_values()).all(self.session, CategoryUse)}

    def sums(self, days: DateRange, exchange: Exchange) -> list[Sum]:
        """Sum of every category in the book's currency, as the ledger has it: spending is positive."""
        values = {"first": days.start, "last": days.end, **self.scope_values()}
        return list(sums_in(_sums(exchange, self.access.currency, False, **values).rows(self.session)))

    def sums_since(self, starts: Sequence[date], last: date, exchange: Exchange) -> list[Sum]:
        """These sums up to a day, apart from each of the starts on, by category and number of the start from 1 on.

        The starts are in order.
        """
        values = {"starts": list(starts), "first": starts[0], "last": last, **self.scope_values()}
        return list(sums_in(_sums(exchange, self.access.currency, True, **values).rows(self.session)))


@cached_query
def _all() -> Select[Any]:
    own = Category.__table__.c
    return CategoryRepository.base_query().where(CategoryRepository.scope_condition()).order_by(own.position, own.id)


@cached_query
def _uses() -> Select[Any]:
    own, spans, lines = Category.__table__.c, AccountSpanSum.__table__.c, EntryLine.__table__.c
    book = parameter("book_id", int)
    of_category = (lines.book_id == book, lines.account_id == own.id)
    counted = select(func.coalesce(func.sum(spans.movements), 0)).where(
        spans.book_id == book, spans.account_id == own.id, spans.months == _YEAR
    )
    newest = select(func.max(lines.date)).where(*of_category)
    return select(own.id, counted.scalar_subquery(), newest.scalar_subquery()).where(
        CategoryRepository.scope_condition()
    )


@cached_query
def _sums(exchange: Exchange, target: Currency, by_start: bool) -> Select[Any]:
    sums = AccountDaySum.__table__.c
    own = select(Category.id).where(CategoryRepository.scope_condition())
    within = (
        sums.book_id == parameter("book_id", int),
        sums.account_id.in_(own),
        sums.date.between(parameter("first", date), parameter("last", date)),
        sums.facet != _EXCLUDED,
    )
    amounts: tuple[ColumnElement[Decimal], ColumnElement[str], ColumnElement[date]]
    amounts = (sums.amount, sums.currency, sums.date)
    starts = bindparam("starts", type_=ARRAY(Date()))
    key = (sums.account_id, *((func.width_bucket(sums.date, starts),) if by_start else ()))
    return grouped_sums(amounts, within, exchange, target, *key, movements=sums.movements)
