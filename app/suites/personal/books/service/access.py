"""Accesses to books: for callers, for the program, for each book in turn."""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import ClassVar, Self

from sqlalchemy import text

from app.infra import clock
from app.infra.books import BookAccess
from app.infra.context import Context
from app.infra.db import Base, enter_books, every_book, work_in
from app.infra.texts import work_in_texts
from app.kernel.books import BookSettings
from app.kernel.errors import NotFound
from app.suites.personal.books.models import BookRecord
from app.suites.personal.books.queries import frozen_books
from app.suites.personal.books.repository import MembershipRepository
from app.suites.personal.books.service.keys import BookCipher

log = logging.getLogger(__name__)

_BATCH = 500
_CHECK_NOW = text("SET CONSTRAINTS ALL IMMEDIATE")
_CHECK_LATER = text("SET CONSTRAINTS ALL DEFERRED")


def caller_access(context: Context, book_id: int | None = None) -> BookAccess:
    """The caller's access to a book of theirs, by default the first; NotFound for any other, whatever their role."""
    books = _entered(context)
    found = next((one for one in books if book_id is None or one.id == book_id), None)
    if found is None:
        raise _no_book(book_id)
    return _access(context, found)


def row_access(context: Context, model: type[Base], row_id: int, book_id: int | None = None) -> BookAccess:
    """The caller's access to the book that a row is in: this one, or any of theirs.

    Where no such row is found it is an access to the first book, in which the row will not be found either.
    """
    books = _entered(context)
    if book_id is None and len(books) > 1:
        book_id = MembershipRepository(context.session).book_of_row(model, row_id)
    found = next((one for one in books if book_id is None or one.id == book_id), None)
    if found is None:
        raise _no_book(book_id)
    return _access(context, found)


def program_access(context: Context, book_id: int, today: date | None = None) -> BookAccess:
    """The program's access to a book, for jobs, tasks and handlers of events: the session enters that book alone."""
    found = MembershipRepository(context.session).enter_one(book_id)
    if found is None:
        raise _no_book(book_id)
    access = _access(context, found)
    return access if today is None else replace(access, today=today)


def each_book(
    context: Context,
    today: date,
    work: Callable[[BookAccess], Mapping[str, int]],
    among: Collection[int] | None = None,
) -> dict[str, object]:
    """Do a job's work in every book, each within the book alone and with its own day; returns the added counts.

    Books are left out that only people have whose accounts are being erased: they are frozen until that is taken back.
    With `among` it is done in these books only: a job that knows where there is something to do need not enter all.

    `today` is that of the job: where it is another day than the company's, it is the day of all books. What fails in
    one book is taken back there, logged, and counted as `failed`; the others go on.
    """
    day = None if today == context.clock.today() else today
    counts: Counter[str] = Counter()
    last = 0
    while ids := _next_ids(context, last, among):
        with every_book(context.session):
            frozen = frozen_books(context.session, ids)
        for book_id in sorted(set(ids) - frozen):
            counts.update(_work_in(context, book_id, day, work))
        last = ids[-1]
    enter_books(context.session, ())
    return dict(counts)


def may_enter(context: Context, book_id: int) -> bool:
    """Whether the caller is in a book, which is not entered."""
    identity = context.identity
    if identity is None:
        return False
    return any(one.id == book_id for one in MembershipRepository(context.session).list_of(identity.user_id))


class InBookService:
    """Base of services that work in one book."""

    model: ClassVar[type[Base]]
    """The table whose ids stand in the addresses of the service."""

    def __init__(self, access: BookAccess) -> None:
        self.access = access
        self.context = access.context

    @classmethod
    def of_caller(cls, context: Context, book_id: int | None = None) -> Self:
        """The service in a book of the caller, by default the first."""
        return cls(caller_access(context, book_id))

    @classmethod
    def of_row(cls, context: Context, row_id: int, book_id: int | None = None) -> Self:
        """The service in the book that a row is in: this one, or any of the caller's."""
        return cls(row_access(context, cls.model, row_id, book_id))


def settings_of(book: BookRecord) -> BookSettings:
    """The settings of a book."""
    return BookSettings(**{name: getattr(book, name) for name in BookSettings._fields})


def _entered(context: Context) -> list[BookRecord]:
    """Books of the caller, which the session enters."""
    identity = context.identity
    if identity is None:
        raise AssertionError("only a request has a caller; the program uses program_access")
    return MembershipRepository(context.session).enter(identity.user_id)


def _access(context: Context, book: BookRecord) -> BookAccess:
    settings = settings_of(book)
    work_in(context.session, book.id)
    access = BookAccess(context, book.id, book.role, settings, clock.today(settings.zone))
    work_in_texts(context.session, book.id, partial(BookCipher, access) if book.encrypts_text else None)
    return access


def _no_book(book_id: int | None) -> NotFound:
    if book_id is None:
        return NotFound("You are in no book yet.", code="no_book")
    return NotFound(f"Book {book_id} does not exist.")


def _next_ids(context: Context, last: int, among: Collection[int] | None) -> list[int]:
    if among is not None:
        return sorted(book_id for book_id in among if book_id > last)[:_BATCH]
    with every_book(context.session):
        return MembershipRepository(context.session).ids_after(last, _BATCH)


def _work_in(
    context: Context, book_id: int, day: date | None, work: Callable[[BookAccess], Mapping[str, int]]
) -> Mapping[str, int]:
    session = context.session
    try:
        with session.begin_nested():
            done = work(program_access(context, book_id, day))
            session.flush()
            session.execute(_CHECK_NOW)  # else a deferred check would fail the whole job, at its end
            session.execute(_CHECK_LATER)
    except Exception:
        log.exception("the work in a book failed", extra={"book": book_id})
        return {"failed": 1}
    return {"books": 1, **done}
