"""Row security holds where the checks of the application are left out, on every table with people's books."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.ledger.rules import AccountKind, NewEntry, NewLine
from app.core.ledger.service import BookService, PostingService
from app.infra.context import make_context
from app.infra.db import UNWALLED, Base, db, enter_books, every_book, read_only_committed
from app.kernel.errors import DomainError, NotFound
from tests.factories.ledger import DAY, BookFactory
from tests.factories.personal import Household, Person

DEFINERS = {
    r"audit_(change|update)_of_\w+|audit_record|audit_event|audit_seal": "write the logs, which nobody else may",
    r"feed_(movements|open_items)_of_\w+": "write the movements, which nobody else may",
    r"summary_shares_of_person": "says which totals somebody outside of a book may read",
    r"erase_book_history": "deletes the history of a book that is not there any more",
    r"encrypt_book_history": "encrypts the history anew, which nobody else may change",
    r"purge_access_refusals": "deletes what nobody else may",
    r"forget_refused_names": "changes what nobody else may",
    r"lines_check_accounts|entries_check|lines_check": "refuse what is wrong, also where the caller does not see it",
    r"books_of_person|book_invitation_by": "say which books to enter, before any is",
    r"book_members_forget": "forgets who left, in every table",
}
"""Functions with the rights of the owner, who sees every book; each with the reason."""
VIEWS = ["searched_transactions"]
"""Views with the rights of the owner: its condition is that of the policy, which would keep indexes from use."""
OF_PERSONS = {"personal_consents", "personal_preferences"}
"""Tables whose rows belong to a person, not to a book."""

_WALLED = text("""
    SELECT relname, relrowsecurity, pg_get_expr(polqual, polrelid) AS condition, polcmd, polwithcheck
    FROM pg_class LEFT JOIN pg_policy ON polrelid = pg_class.oid
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
""")
_DEFINERS = text("""
    SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef ORDER BY 1
""")
_VIEWS = text("""
    SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')
      AND NOT coalesce(reloptions @> ARRAY['security_invoker=true'], false)
""")


@pytest.fixture
def session(app: Flask, database: None) -> Iterator[Session]:
    with app.app_context():
        yield db.session()


@pytest.fixture
def preferring(ana: Person, bob: Person) -> None:
    """Both have stored preferences."""
    for one in (ana, bob):
        one.caller.put("/api/auth/user", {"preferences": {"monthly_income": 100}})


def with_books() -> set[str]:
    """Tables whose rows have a book, or extend one."""
    tables = Base.metadata.tables
    extending = {name for name, table in tables.items() if "id" in table.c and _extends_books(table)}
    return {name for name, table in tables.items() if "book_id" in table.c} | extending | {"books"} | OF_PERSONS


def _extends_books(table: Any) -> bool:
    return any(key.target_fullname in {"books.id", "personal_books.id"} for key in table.c.id.foreign_keys)


def test_every_table_with_peoples_books_has_a_wall(session: Session) -> None:
    found = {row.relname: row for row in session.execute(_WALLED)}
    walled = {name for name, row in found.items() if row.condition is not None}
    assert walled == with_books() - set(UNWALLED)
    assert {name for name in walled if not found[name].relrowsecurity} == set()
    # One condition for all commands, for rows that are read and rows that are written.
    assert {(found[name].polcmd, found[name].polwithcheck) for name in walled} == {("*", None)}


def test_the_program_is_subject_to_the_walls(session: Session) -> None:
    owner = text("SELECT pg_get_userbyid(relowner) = current_user FROM pg_class WHERE relname = 'books'")
    assert session.scalar(owner) is False


def test_functions_that_see_every_book_are_listed(session: Session) -> None:
    made = session.scalars(_DEFINERS).all()
    assert [name for name in made if not any(re.fullmatch(known, name) for known in DEFINERS)] == []
    assert session.scalars(_VIEWS).all() == VIEWS


def rows_of(session: Session, book_id: int) -> dict[str, int]:
    """Number of rows of a book that the session sees, by table, where it sees any."""
    found = {}
    for table in sorted(with_books() - set(UNWALLED) - OF_PERSONS):
        column = "book_id" if "book_id" in Base.metadata.tables[table].c else "id"
        count = text(f"SELECT count(*) FROM {table} WHERE {column} = :book")  # noqa: S608 - names of the models
        found[table] = int(session.scalar(count, {"book": book_id}) or 0)
    return {table: number for table, number in found.items() if number}


def posted(session: Session, book_id: int) -> int:
    """An entry in a book, with its accounts; returns its id."""
    books, posting = BookService(make_context(session)), PostingService(make_context(session))
    cash, food = (
        books.open_account(book_id, kind, kind.title()).id for kind in (AccountKind.ASSET, AccountKind.EXPENSE)
    )
    lines = (NewLine(account_id=food, amount=Decimal(7), currency="COP"),)
    lines += (NewLine(account_id=cash, amount=Decimal(-7), currency="COP"),)
    return posting.post(book_id, NewEntry(date=DAY, source="test", lines=lines)).entry_id


def test_a_transaction_sees_the_books_that_it_entered_and_those_of_companies(home: Household, session: Session) -> None:
    with every_book(session):
        posted(session, home.book_id)
        everything = rows_of(session, home.book_id)
    assert set(everything) >= {"books", "personal_books", "book_members", "book_audit", "accounts", "entries", "lines"}
    company = BookFactory().id
    for entered, seen in (((), {}), ((home.viewer.book_id,), {}), ((home.viewer.book_id, home.book_id), everything)):
        enter_books(session, entered)
        assert rows_of(session, home.book_id) == seen
        assert rows_of(session, company) == {"books": 1}
        assert session.scalar(text("SELECT count(*) FROM personal_books")) == len(entered)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO accounts (book_id, kind, name) VALUES (:other, 'asset', 'Caja')",
        "INSERT INTO book_members (book_id, user_id, role) VALUES (:other, :user, 'owner')",
        "INSERT INTO entries (book_id, date, source, line_count) VALUES (:other, '2026-01-01', 'test', 2)",
        "INSERT INTO personal_books (id, timezone) VALUES (:other, 'UTC')",
        "UPDATE accounts SET book_id = :other WHERE book_id = :own",
        "UPDATE book_members SET book_id = :other WHERE book_id = :own",
        "UPDATE book_invitations SET book_id = :other WHERE book_id = :own",
    ],
)
def test_nothing_is_written_or_moved_into_anothers_book(
    ana: Person, bob: Person, statement: str, session: Session
) -> None:
    enter_books(session, {ana.book_id})
    posted(session, ana.book_id)
    add = "INSERT INTO book_invitations (book_id, email, role, token_hash, expires_at)"
    session.execute(text(f"{add} VALUES (:own, 'x', 'owner', 'x', now())"), {"own": ana.book_id})
    values = {"other": bob.book_id, "own": ana.book_id, "user": ana.user_id}
    with pytest.raises(DBAPIError, match="row-level security"):
        session.execute(text(statement), values)


def test_searches_find_nothing_in_anothers_book_and_write_nothing(ana: Person, bob: Person, session: Session) -> None:
    values = {"type": "expense", "amount": "5", "date": str(DAY), "description": "Pan", "tags": ["x"]}
    bob.caller.post("/api/personal/transactions", values)
    found = text("SELECT count(*) FROM searched_transactions")
    for entered, expected in (((), 0), ((ana.book_id,), 0), ((bob.book_id,), 1)):
        enter_books(session, entered)
        assert session.scalar(found) == expected
    for statement in ("DELETE FROM searched_transactions", "UPDATE searched_transactions SET amount = 1"):
        with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
            session.execute(text(statement))


def test_a_refusal_of_row_security_is_a_book_that_there_is_not(ana: Person, bob: Person, session: Session) -> None:
    enter_books(session, {ana.book_id})
    with pytest.raises(NotFound):
        BookService(make_context(session)).open_account(bob.book_id, AccountKind.ASSET, "Caja")


@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET {column} = {column} WHERE {column} = :other", "DELETE FROM {} WHERE {column} = :other"]
)
def test_no_statement_changes_or_deletes_what_is_in_anothers_book(
    ana: Person, home: Household, statement: str, session: Session
) -> None:
    with every_book(session):
        posted(session, home.book_id)
    enter_books(session, {ana.book_id})
    for table in ("lines", "entries", "accounts", "book_members", "personal_books", "books"):
        column = "book_id" if "book_id" in Base.metadata.tables[table].c else "id"
        if table in {"lines", "entries", "books"} and "UPDATE" in statement:
            continue  # the program may not update these columns
        written = text(statement.format(table, column=column))
        assert session.execute(written, {"other": home.book_id}).rowcount == 0, table  # type: ignore[attr-defined]  # of a DML statement


def test_an_account_that_the_caller_does_not_see_is_no_account_of_the_book(
    ana: Person, bob: Person, session: Session
) -> None:
    with every_book(session):
        posted(session, bob.book_id)
        [foreign, *_] = session.scalars(text("SELECT id FROM accounts WHERE book_id = :book"), {"book": bob.book_id})
    enter_books(session, {ana.book_id})
    lines = tuple(NewLine(account_id=foreign, amount=Decimal(amount), currency="COP") for amount in (5, -5))
    with pytest.raises(DomainError) as refused:
        PostingService(make_context(session)).post(ana.book_id, NewEntry(date=DAY, source="test", lines=lines))
    assert refused.value.code == "account_unknown"


def test_an_entry_is_checked_at_the_commit_whatever_has_been_entered_since(ana: Person, session: Session) -> None:
    enter_books(session, {ana.book_id})
    add = "INSERT INTO entries (book_id, date, source, line_count) VALUES (:book, '2026-01-01', 'test', 2)"
    session.execute(text(add), {"book": ana.book_id})
    enter_books(session, ())
    with pytest.raises(DBAPIError, match="0 of its 2 lines"):
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_preferences_are_seen_by_their_person_alone(
    ana: Person, bob: Person, preferring: None, session: Session
) -> None:
    for person, seen in ((None, []), (ana.user_id, [ana.user_id]), (bob.user_id, [bob.user_id])):
        enter_books(session, (), person)
        assert session.scalars(text("SELECT user_id FROM personal_preferences")).all() == seen


def test_books_are_not_entered_where_each_statement_is_a_transaction(session: Session) -> None:
    read_only_committed(session)
    with pytest.raises(AssertionError, match="in a transaction"):
        enter_books(session, {1})


def test_a_malformed_setting_shows_nothing(ana: Person, session: Session) -> None:
    enter_books(session, {ana.book_id})
    assert session.scalar(text("SELECT count(*) FROM personal_books")) == 1
    session.execute(text("SELECT set_config('app.book_ids', '7 OR true', true)"))
    with pytest.raises(DBAPIError, match="malformed array literal"):
        session.execute(text("SELECT * FROM personal_books"))
