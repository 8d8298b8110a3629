"""Books: making, changing and deleting them."""

from typing import NotRequired, TypedDict, Unpack

from app.core.files.service import FileService
from app.core.ledger.rules import BookKind
from app.core.ledger.service import BookChanges as LedgerChanges
from app.core.ledger.service import BookService
from app.infra import clock
from app.infra.books import BookAccess
from app.infra.context import Context
from app.kernel.books import BookRole, BookSettings, BudgetMethod, CardHandling
from app.kernel.errors import Conflict
from app.kernel.money import Currency
from app.kernel.paging import Page, PageRequest
from app.suites.personal.books.events import BookOpened
from app.suites.personal.books.models import BookMember, BookRecord, PersonalBook, PreferencesRecord
from app.suites.personal.books.repository import (
    MembershipRepository,
    PersonalBookRepository,
    delete_rows_of,
    erase_history_of,
)
from app.suites.personal.books.rules import MOST_BOOKS
from app.suites.personal.books.service.access import caller_access, program_access
from app.suites.personal.books.service.preferences import PreferencesService


class BookChanges(TypedDict, total=False):
    """The values of a book that its owner may change."""

    name: str
    currency: Currency
    timezone: str
    locale: str | None
    week_start: int
    month_start_day: int
    budget_method: BudgetMethod
    card_handling: CardHandling


class NewBook(TypedDict):
    """The values of a new book; the others are the preferences of its owner."""

    name: str
    currency: NotRequired[Currency]
    timezone: NotRequired[str]
    locale: NotRequired[str | None]
    week_start: NotRequired[int]
    month_start_day: NotRequired[int]
    budget_method: NotRequired[BudgetMethod]
    card_handling: NotRequired[CardHandling]
    with_defaults: NotRequired[bool]


class PersonalBookService:
    """The books of persons: the caller's, for requests."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.memberships = MembershipRepository(context.session)
        self.ledger = BookService(context)

    def list_of(self, user_id: int) -> list[BookRecord]:
        """Books of a user, the first one first."""
        return self.memberships.list_of(user_id)

    def page(self, user_id: int, request: PageRequest) -> Page[BookRecord]:
        """One page of the books of a user."""
        found = self.list_of(user_id)
        for key in reversed(request.sort):
            found.sort(key=lambda book: str(getattr(book, key.field)).casefold(), reverse=key.descending)
        return Page(found[request.span], len(found), request)

    def get(self, user_id: int, book_id: int) -> BookRecord:
        """One of the caller's books."""
        caller_access(self.context, book_id)
        return next(one for one in self.list_of(user_id) if one.id == book_id)

    def open(self, user_id: int, **values: Unpack[NewBook]) -> BookRecord:
        """Make a book of a user; what the values leave open is as the user prefers it."""
        if len(self.list_of(user_id)) >= MOST_BOOKS:
            raise Conflict(f"Nobody is in more than {MOST_BOOKS} books.", code="too_many_books")
        settings = _settings(PreferencesService(self.context).get(user_id), values)
        return self.open_with(user_id, settings, with_defaults=values.get("with_defaults", True))

    def open_with(self, user_id: int, settings: BookSettings, *, with_defaults: bool) -> BookRecord:
        """Make a book with these settings."""
        book_id = self.ledger.open_book(BookKind.PERSONAL, settings.name, settings.currency).id
        own = {name: value for name, value in settings._asdict().items() if name not in {"name", "currency"}}
        own |= {"created_by": user_id, "encrypts_text": self.context.settings.encrypt_text}
        self.context.session.add(PersonalBook(id=book_id, **own))
        self.context.session.flush()
        self.context.session.add(BookMember(book_id=book_id, user_id=user_id, role=BookRole.OWNER))
        self.context.session.flush()
        self.context.publish(BookOpened(book_id, settings, with_defaults, user_id))
        return next(one for one in self.memberships.enter(user_id) if one.id == book_id)

    def update(self, user_id: int, book_id: int, **changes: Unpack[BookChanges]) -> BookRecord:
        """Change a book, as its owner."""
        access = caller_access(self.context, book_id)
        access.require_owner()
        books = PersonalBookRepository(access)
        book = books.get_for_update(book_id)
        own = {name: value for name, value in changes.items() if name not in {"name", "currency"}}
        of_ledger: LedgerChanges = {}
        if "name" in changes:
            of_ledger["name"] = changes["name"]
        if "currency" in changes:
            of_ledger["base_currency"] = changes["currency"]
        if of_ledger:
            self.ledger.change_book(book_id, **of_ledger)
            own["updated_at"] = clock.now()  # so that it gets another version
        books.change(book, own)
        return next(one for one in self.list_of(user_id) if one.id == book_id)

    def delete(self, book_id: int) -> None:
        """Delete a book with all that is in it, as its owner."""
        access = caller_access(self.context, book_id)
        access.require_owner()
        books = PersonalBookRepository(access)
        book = books.get_for_update(book_id)
        self._delete(program_access(self.context, book_id), book)

    def erase(self, book_id: int) -> int:
        """Delete a book whose only member is being erased, with its history; returns the number of its files."""
        access = program_access(self.context, book_id)
        files = self._delete(access, PersonalBookRepository(access).get_for_update(book_id))
        erase_history_of(access)
        return files

    def _delete(self, access: BookAccess, book: PersonalBook) -> int:
        """Delete all that is in a book, and the book; returns the number of its files."""
        access.require_writer()  # before its keys are gone, else it would get another one
        delete_rows_of(access)
        files = FileService(self.context).release_book(access.book_id)
        PersonalBookRepository(access).delete(book)
        self.ledger.delete_book(access.book_id)
        return files


def _settings(preferred: PreferencesRecord, values: NewBook) -> BookSettings:
    chosen = {**preferred._asdict(), **values}
    return BookSettings(**{name: chosen[name] for name in BookSettings._fields})
