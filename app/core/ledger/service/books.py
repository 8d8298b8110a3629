"""Books, their accounts and cost centres."""

from collections.abc import Sequence
from typing import NamedTuple, TypedDict, Unpack

from app.core.ledger.models import Account, AccountRecord, Book, BookRecord, CostCenter, CostCenterRecord
from app.core.ledger.repository import AccountRepository, BookRepository, CostCenterRepository
from app.core.ledger.rules import AccountKind, BookKind
from app.infra.context import Context
from app.infra.db import enter_another
from app.kernel.errors import Conflict, Invalid, NotFound


class NewBook(TypedDict, total=False):
    """The values of a new book; a company's needs a code, a personal one has none."""

    code: str
    cost_center_required: bool


class BookChanges(TypedDict, total=False):
    """Changes of a book; of its currency only while it has no entries."""

    name: str
    base_currency: str
    cost_center_required: bool


class NewAccount(TypedDict, total=False):
    """The values of a new account that it need not have."""

    parent_id: int | None
    code: str | None
    currency: str | None
    active: bool
    postable: bool


class AccountChanges(NewAccount, total=False):
    """Changes of an account; of its currency only while it has no lines."""

    name: str


class Opening(NamedTuple):
    """An account to be opened together with others."""

    kind: AccountKind
    name: str
    parent_id: int | None = None
    code: str | None = None


class BookService:
    """Opens books, accounts and cost centres, and changes them."""

    def __init__(self, context: Context) -> None:
        self.session = context.session
        self.books = BookRepository(context.session)
        self.accounts = AccountRepository(context.session)
        self.cost_centers = CostCenterRepository(context.session)

    def open_book(self, kind: BookKind, name: str, base_currency: str, **values: Unpack[NewBook]) -> BookRecord:
        """Open a book; the database gives a company's book its periods. A personal one is entered by the session."""
        book = Book(kind=kind, name=name, base_currency=base_currency, **values)
        if kind is BookKind.PERSONAL:
            book.id = self.books.reserve_id()
            enter_another(self.session, book.id)
        self.books.add(book)
        return self.books.get(book.id)

    def change_book(self, book_id: int, **changes: Unpack[BookChanges]) -> BookRecord:
        """Change a book."""
        self.books.change(self.books.get_for_update(book_id), changes)
        return self.books.get(book_id)

    def delete_book(self, book_id: int) -> None:
        """Delete a personal book with its entries and accounts, to which nothing else may refer any more."""
        book = self.books.get_for_update(book_id)
        if book.kind is not BookKind.PERSONAL:
            raise Conflict("The book of a company is never deleted.", code="book_kind")
        self.books.empty(book_id)
        self.books.delete(book)

    def get(self, book_id: int) -> BookRecord:
        """One book."""
        return self.books.get(book_id)

    def get_by_code(self, code: str) -> BookRecord:
        """The company's book of this code, or NotFound."""
        book = self.books.find_by_code(code)
        if book is None:
            raise NotFound(f"There is no book {code}.")
        return book

    def open_account(self, book_id: int, kind: AccountKind, name: str, **values: Unpack[NewAccount]) -> AccountRecord:
        """Open an account; its parent is one of the same book and kind."""
        self._check_parent(values.get("parent_id"), book_id, kind)
        account = self.accounts.add(Account(book_id=book_id, kind=kind, name=name, **values))
        return self.accounts.get(account.id)

    def open_accounts(self, book_id: int, openings: Sequence[Opening]) -> list[int]:
        """Open accounts by one statement; their parents are of the same book and kind. Their ids, in the same order."""
        parents = {(one.parent_id, one.kind) for one in openings if one.parent_id is not None}
        known = self.accounts.books_and_kinds({parent_id for parent_id, _ in parents}) if parents else {}
        for parent_id, kind in sorted(parents):
            if known.get(parent_id) != (book_id, kind):
                self._check_parent(parent_id, book_id, kind)
        return self.accounts.insert_many([{"book_id": book_id, **one._asdict()} for one in openings])

    def account_by_code(self, book_id: int, code: str) -> AccountRecord:
        """The account of this code in a book, or NotFound."""
        found = self.accounts.find_by_code(book_id, code)
        if found is None:
            raise NotFound(f"There is no account {code}.")
        return found

    def change_account(
        self, account_id: int, *, in_book: int | None = None, **changes: Unpack[AccountChanges]
    ) -> AccountRecord:
        """Change an account, or move it under another one; `in_book`: NotFound for one of another book."""
        account = self._account_for_update(account_id, in_book)
        self._check_parent(changes.get("parent_id"), account.book_id, account.kind)
        self.accounts.change(account, changes)
        return self.accounts.get(account_id)

    def delete_account(self, account_id: int, *, in_book: int | None = None) -> None:
        """Delete an account that has no lines and no subaccounts; `in_book`: NotFound for one of another book."""
        self.accounts.delete(self._account_for_update(account_id, in_book))

    def list_accounts(self, book_id: int) -> list[AccountRecord]:
        """All accounts of a book by code, those without one last."""
        return self.accounts.list_of(book_id)

    def open_cost_center(self, book_id: int, code: str, name: str) -> CostCenterRecord:
        """Open a cost centre."""
        center = self.cost_centers.add(CostCenter(book_id=book_id, code=code, name=name))
        return self.cost_centers.get(center.id)

    def set_cost_center_active(self, cost_center_id: int, *, active: bool) -> CostCenterRecord:
        """Let a cost centre take postings, or no more."""
        self.cost_centers.change(self.cost_centers.get_for_update(cost_center_id), {"active": active})
        return self.cost_centers.get(cost_center_id)

    def list_cost_centers(self, book_id: int) -> list[CostCenterRecord]:
        """All cost centres of a book by code."""
        return self.cost_centers.list_of(book_id)

    def _account_for_update(self, account_id: int, in_book: int | None) -> Account:
        account = self.accounts.get_for_update(account_id)
        if in_book is not None and account.book_id != in_book:
            raise NotFound(f"Account {account_id} does not exist.")
        return account

    def _check_parent(self, parent_id: int | None, book_id: int, kind: AccountKind) -> None:
        if parent_id is None:
            return
        parent = self.accounts.get(parent_id)
        if (parent.book_id, parent.kind) != (book_id, kind):
            raise Invalid.field("parent_id", "Must be an account of the same book and kind.")
