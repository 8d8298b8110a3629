"""Repositories of books, accounts and cost centres."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, SQLColumnExpression, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.ledger.models import (
    Account,
    AccountDaySum,
    AccountRecord,
    AccountSpanSum,
    Book,
    BookRecord,
    CostCenter,
    CostCenterRecord,
    Entry,
    EntryLine,
)
from app.core.ledger.rules import AccountKind
from app.infra.queries.bulk import Row, insert_rows, reserve_ids
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.repository import Repository
from app.kernel.errors import Conflict, DomainError

_SEQUENCE = "books_id_seq"


class BookRepository(Repository[Book, BookRecord]):
    """Books of account."""

    model = Book
    record = BookRecord
    conflicts: ClassVar[Mapping[str, DomainError]] = {
        "uq_books_code": Conflict("There is a book with this code.", code="book_code_taken")
    }

    def find_by_code(self, code: str) -> BookRecord | None:
        """The company's book of this code, or None."""
        return _book_by_code(code=code).first(self.session, BookRecord)

    def reserve_id(self) -> int:
        """Id for a new book."""
        return int(self.session.scalars(select(func.nextval(_SEQUENCE))).one())

    def empty(self, book_id: int) -> None:
        """Delete the entries, accounts and cost centres of a book, and its kept sums, not to be folded to nothing."""
        with self.translated():
            for table in (EntryLine, AccountDaySum, AccountSpanSum, Entry, Account, CostCenter):
                self.session.execute(delete(table).where(table.__table__.c.book_id == book_id))


class AccountRepository(Repository[Account, AccountRecord]):
    """Accounts of books."""

    model = Account
    record = AccountRecord
    conflicts: ClassVar[Mapping[str, DomainError]] = {
        "uq_accounts_code": Conflict("There is an account with this code in the book.", code="account_code_taken")
    }

    def list_of(self, book_id: int) -> list[AccountRecord]:
        """All accounts of a book by code, those without one last."""
        return _accounts_of(book_id=book_id).all(self.session, AccountRecord)

    def find_by_code(self, book_id: int, code: str) -> AccountRecord | None:
        """The account of this code in a book, or None."""
        return _account_by_code(book_id=book_id, code=code).first(self.session, AccountRecord)

    def insert_many(self, rows: Sequence[Row]) -> list[int]:
        """Insert accounts by one statement, and return their ids in the same order."""
        ids = reserve_ids(self.session, self._table, len(rows))
        with self.translated():
            insert_rows(self.session, self._table, [{"id": one, **row} for one, row in zip(ids, rows, strict=True)])
        return ids

    def books_and_kinds(self, account_ids: Collection[int]) -> dict[int, tuple[int, AccountKind]]:
        """Books and kinds of these accounts by id."""
        found = _kinds(ids=list(account_ids)).all(self.session, _KindOf)
        return {row.id: (row.book_id, row.kind) for row in found}

    def kinds(self, account_ids: Collection[int]) -> dict[int, AccountKind]:
        """Kinds of these accounts by id."""
        found = _kinds(ids=list(account_ids)).all(self.session, _KindOf)
        return {row.id: row.kind for row in found}


class CostCenterRepository(Repository[CostCenter, CostCenterRecord]):
    """Cost centres of books."""

    model = CostCenter
    record = CostCenterRecord
    conflicts: ClassVar[Mapping[str, DomainError]] = {
        "uq_cost_centers_code": Conflict("There is a cost centre with this code in the book.", code="cost_center_taken")
    }

    def list_of(self, book_id: int) -> list[CostCenterRecord]:
        """All cost centres of a book by code."""
        return _cost_centers_of(book_id=book_id).all(self.session, CostCenterRecord)


class _KindOf(NamedTuple):
    id: int
    book_id: int
    kind: AccountKind


@cached_query
def _book_by_code() -> Select[Any]:
    return BookRepository.base_query().where(Book.code == parameter("code", str))


@cached_query
def _account_by_code() -> Select[Any]:
    own = (Account.book_id == parameter("book_id", int), Account.code == parameter("code", str))
    return AccountRepository.base_query().where(*own)


@cached_query
def _accounts_of() -> Select[Any]:
    own = Account.book_id == parameter("book_id", int)
    return AccountRepository.base_query().where(own).order_by(Account.code, Account.id)


@cached_query
def _cost_centers_of() -> Select[Any]:
    own = CostCenter.book_id == parameter("book_id", int)
    return CostCenterRepository.base_query().where(own).order_by(CostCenter.code)


@cached_query
def _kinds() -> Select[Any]:
    account = Account.__table__
    return select(account.c.id, account.c.book_id, account.c.kind).where(in_ids(account.c.id))


def in_ids(column: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Condition that a column is one of the ids in the parameter `ids`."""
    return column == func.any(bindparam("ids", type_=ARRAY(BigInteger)))
