"""Accesses to books: rows of any of one's books, jobs over all of them, and the ledger of one."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.ledger.rules import AccountKind, LineStatus, NewEntry, NewLine
from app.core.ledger.service import PostingService
from app.infra import clock
from app.infra.books import BookAccess
from app.infra.context import Context, make_context
from app.infra.db import db, entered
from app.kernel.books import BookRole
from app.kernel.errors import DomainError, Forbidden, NotFound
from app.kernel.identity import Identity
from app.suites.personal.books.models import BookMember
from app.suites.personal.books.service import BookLedger, caller_access, each_book, program_access, row_access
from tests.factories.ledger import DAY
from tests.factories.personal import Household, Person, open_book

TODAY = date(2026, 6, 15)


@pytest.fixture
def context(app: Flask, database: None) -> Iterator[Context]:
    """The context of a job, at three in the morning of UTC."""
    with app.app_context(), clock.frozen(datetime(2026, 6, 16, 3, tzinfo=UTC)):
        yield make_context(db.session())


def of(person: Person, context: Context) -> Context:
    """The context of a request of theirs."""
    identity = Identity(person.user_id, None, "person", frozenset({"personal:read", "personal:write"}))
    return make_context(context.session, identity)


def account_named(context: Context, book_id: int, name: str) -> int | None:
    """Id of an account of a book."""
    program_access(context, book_id)
    found = text("SELECT id FROM accounts WHERE book_id = :book AND name = :name")
    return context.session.scalar(found, {"book": book_id, "name": name})


def entry(access: BookAccess, ledger: BookLedger) -> NewEntry:
    """An entry over two new accounts."""
    cash, food = (ledger.open_account(kind, kind.title()).id for kind in (AccountKind.ASSET, AccountKind.EXPENSE))
    amounts = ((food, 7), (cash, -7))
    lines = tuple(NewLine(account_id=one, amount=Decimal(amount), currency="COP") for one, amount in amounts)
    return NewEntry(date=DAY, source="test", lines=lines)


def test_the_default_is_the_first_book_and_a_row_is_found_in_any(home: Household, context: Context) -> None:
    caller = of(home.editor, context)
    assert caller_access(caller).book_id == home.editor.book_id
    shared = caller_access(caller, home.book_id)
    assert shared.role is BookRole.EDITOR
    [row, *_] = shared.session.query(BookMember).filter_by(book_id=home.book_id).all()
    assert row_access(caller, BookMember, row.id).book_id == home.book_id
    assert row_access(caller, BookMember, row.id, home.editor.book_id).book_id == home.editor.book_id
    assert row_access(caller, BookMember, 987654321).book_id == home.editor.book_id


def test_a_book_of_others_and_one_that_there_is_not_are_alike(ana: Person, bob: Person, context: Context) -> None:
    for book_id in (bob.book_id, 987654321):
        with pytest.raises(NotFound, match=f"Book {book_id} does not exist"):
            caller_access(of(ana, context), book_id)


def test_a_user_without_a_book_is_told_so(ana: Person, context: Context) -> None:
    nobody = make_context(context.session, Identity(987654321, None, "person", frozenset()))
    with pytest.raises(NotFound) as refused:
        caller_access(nobody)
    assert refused.value.code == "no_book"


def test_a_job_works_in_each_book_alone_on_the_day_of_its_zone(ana: Person, context: Context) -> None:
    far = open_book(ana.user_id, timezone="Pacific/Auckland").id
    seen: dict[int, tuple[date, int]] = {}

    def work(access: BookAccess) -> dict[str, int]:
        books = access.session.scalar(text("SELECT count(*) FROM personal_books"))
        assert entered(access.session).books == {access.book_id}
        seen[access.book_id] = (access.today, int(books or 0))
        return {"seen": 1}

    assert each_book(context, TODAY, work) == {"books": 2, "seen": 2}
    assert seen == {ana.book_id: (TODAY, 1), far: (date(2026, 6, 16), 1)}
    assert entered(context.session).books == frozenset()
    each_book(context, date(2026, 1, 2), work)
    assert {day for day, _ in seen.values()} == {date(2026, 1, 2)}


def test_a_book_in_which_the_work_fails_does_not_stop_the_others(ana: Person, bob: Person, context: Context) -> None:
    def work(access: BookAccess) -> dict[str, int]:
        add = "INSERT INTO entries (book_id, date, source, line_count) VALUES (:book, '2026-01-01', 'test', 2)"
        if access.book_id == ana.book_id:  # which shows only when the deferred check runs
            access.session.execute(text(add), {"book": access.book_id})
        else:
            BookLedger(access).open_account(AccountKind.ASSET, "Caja nueva")
        return {"done": 1}

    assert each_book(context, TODAY, work) == {"failed": 1, "books": 1, "done": 1}
    assert [account_named(context, one.book_id, "Caja nueva") is not None for one in (ana, bob)] == [False, True]


def test_the_ledger_of_a_book_does_not_know_what_another_has(ana: Person, bob: Person, context: Context) -> None:
    theirs = BookLedger(program_access(context, bob.book_id))
    posted = theirs.post(entry(theirs.access, theirs)).entry_id
    [line, _] = theirs.lines_of([posted])
    account = line.account_id
    own = BookLedger(program_access(context, ana.book_id))
    new = entry(own.access, own)
    context.session.execute(text("SELECT set_config('app.every_book', 'on', true)"))  # the first wall alone
    for act in (
        lambda: own.rewrite(posted, new),
        lambda: own.delete([posted]),
        lambda: own.change_account(account, name="Mía"),
        lambda: own.delete_account(account),
    ):
        with pytest.raises(NotFound):
            act()
    assert own.lines_of([posted]) == []
    assert own.set_status([line.id], LineStatus.CLEARED) == 0
    assert len(theirs.lines_of([posted])) == 2


def test_a_viewer_writes_nothing_in_the_ledger(home: Household, context: Context) -> None:
    whole = BookLedger(program_access(context, home.book_id))
    new = entry(whole.access, whole)
    posted = whole.post(new).entry_id
    viewer = BookLedger(caller_access(of(home.viewer, context), home.book_id))
    [line, _] = viewer.lines_of([posted])
    account = line.account_id
    for act in (
        lambda: viewer.post(new),
        lambda: viewer.rewrite(posted, new),
        lambda: viewer.delete([posted]),
        lambda: viewer.set_status([1], LineStatus.CLEARED),
        lambda: viewer.open_account(AccountKind.ASSET, "Mía"),
        lambda: viewer.change_account(account, name="Mía"),
        lambda: viewer.delete_account(account),
    ):
        with pytest.raises(Forbidden):
            act()


def test_an_entry_names_the_caller_and_none_after_they_left(home: Household, context: Context) -> None:
    ledger = BookLedger(caller_access(of(home.editor, context), home.book_id))
    posted = ledger.post(entry(ledger.access, ledger)).entry_id
    assert PostingService(context).get(posted).created_by == home.editor.user_id
    member = context.session.query(BookMember).filter_by(book_id=home.book_id, user_id=home.editor.user_id).one()
    context.session.delete(member)
    context.session.flush()
    assert PostingService(context).get(posted).created_by is None


def test_the_book_of_an_entry_is_the_books_own(ana: Person, context: Context) -> None:
    ledger = BookLedger(program_access(context, ana.book_id))
    foreign = NewLine(account_id=987654321, amount=Decimal(1), currency="COP")
    with pytest.raises(DomainError):
        ledger.post(NewEntry(date=DAY, source="test", lines=(foreign, foreign)))
