"""Guards of closed months: in a suite's table, and in the ledger by whatever path."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.core.ledger.rules import BookKind
from app.core.ledger.service import PostingService
from app.core.periods.service import PeriodService
from app.infra.context import Context
from app.infra.db import APP_ROLE
from app.infra.queries.repository import refusal_of
from app.kernel.errors import Conflict
from app.kernel.periods import Month
from tests.core.periods.conftest import as_owner
from tests.factories.ledger import Ledger, open_ledger

MAY = Month(2026, 5)
SALE = {"cash": "1", "sales": "-1"}


def run(context: Context, statement: str, **values: object) -> None:
    with context.session.begin_nested():
        context.session.execute(text(statement), values)


@contextmanager
def closed(code: str = "period_closed") -> Iterator[None]:
    """The block is refused."""
    with pytest.raises(IntegrityError) as error:
        yield
    refusal = refusal_of(error.value)
    assert refusal is not None
    assert refusal.code == code


@pytest.fixture
def may_is_closed(context: Context, bills: Ledger) -> Ledger:
    """Bills of April, May and June, and one without days; May and all before it are closed."""
    for number, (due, paid) in enumerate(
        [("2026-05-10", None), ("2026-05-10", "2026-06-02"), ("2026-06-01", None), (None, None)], start=1
    ):
        run(context, "INSERT INTO bills VALUES (:id, :due, :paid, 5, 'x', '{}')", id=number, due=due, paid=paid)
    PeriodService(context).close(bills.book_id, MAY)
    return bills


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO bills (id, due) VALUES (9, '2026-05-31')",
        "INSERT INTO bills (id, due) VALUES (9, '1950-01-01')",
        "INSERT INTO bills (id, due, paid) VALUES (9, '2026-06-01', '2026-05-31')",
        "INSERT INTO bills (id, due) VALUES (9, '2026-06-01'), (10, '2026-05-31')",
        "UPDATE bills SET amount = 6 WHERE id = 1",
        "UPDATE bills SET amount = NULL WHERE id = 1",
        "UPDATE bills SET extra = '[]' WHERE id = 1",
        "UPDATE bills SET due = '2026-06-10' WHERE id = 1",  # out of the month
        "UPDATE bills SET due = '2026-05-11' WHERE id = 1",
        "UPDATE bills SET due = '2026-05-31' WHERE id = 3",  # into it
        "UPDATE bills SET paid = '2026-05-31' WHERE id = 3",
        "UPDATE bills SET id = 9 WHERE id = 1",
        "UPDATE bills SET amount = amount + 1",
        "UPDATE bills SET paid = '2026-05-31' WHERE id = 2",
        "UPDATE bills SET amount = 6 WHERE id = 2",  # paid in an open month, but due in a closed one
        "DELETE FROM bills WHERE id = 2",
        "DELETE FROM bills",
    ],
)
def test_a_closed_month_is_kept(context: Context, may_is_closed: Ledger, statement: str) -> None:
    with closed():
        run(context, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO bills (id, due) VALUES (9, '2026-06-30')",
        "INSERT INTO bills (id) VALUES (9)",
        "UPDATE bills SET notes = 'y', updated_at = now(), created_at = now(), version = 2",
        "UPDATE bills SET amount = amount",
        "UPDATE bills SET paid = '2026-06-03' WHERE id = 2",
        "UPDATE bills SET paid = '2026-06-03' WHERE id = 1",  # what was due in a closed month is paid
        "UPDATE bills SET paid = NULL WHERE id = 2",
        "UPDATE bills SET amount = 7 WHERE id IN (3, 4)",
        "UPDATE bills SET due = '2026-07-01' WHERE id = 3",
        "UPDATE bills SET id = 9 WHERE id = 3",
        "DELETE FROM bills WHERE id IN (3, 4)",
    ],
)
def test_the_rest_stays_free(context: Context, may_is_closed: Ledger, statement: str) -> None:
    run(context, statement)


def test_a_reopened_month_is_free(context: Context, may_is_closed: Ledger) -> None:
    PeriodService(context).reopen(may_is_closed.book_id, MAY, "Error")
    run(context, "UPDATE bills SET amount = 7")


def test_two_companies_books_have_months_of_their_own(context: Context, may_is_closed: Ledger) -> None:
    other = open_ledger(context, code="other")
    PostingService(context).post(other.book_id, other.entry(SALE, date=date(2026, 5, 1)))
    with pytest.raises(Conflict):
        PostingService(context).post(may_is_closed.book_id, may_is_closed.entry(SALE, date=date(2026, 5, 1)))


@pytest.fixture
def posted(context: Context, company: Ledger) -> int:
    """An entry of May, which is closed then."""
    entry = company.entry(SALE, date=date(2026, 5, 31), journal="sales")
    posted = PostingService(context).post(company.book_id, entry).entry_id
    PeriodService(context).close(company.book_id, MAY)
    return posted


def by_service(act: Callable[[PostingService, Ledger, int], object]) -> Callable[[Context, Ledger, int], object]:
    return lambda context, ledger, entry_id: act(PostingService(context), ledger, entry_id)


def by_statement(statement: str) -> Callable[[Context, Ledger, int], object]:
    def act(context: Context, ledger: Ledger, entry_id: int) -> None:
        context.session.execute(text(statement), {"book": ledger.book_id, "id": entry_id})

    return act


PATHS = {
    "post": by_service(lambda posting, ledger, _: posting.post(ledger.book_id, ledger.entry(SALE, date=MAY.last_day))),
    "post_many": by_service(
        lambda posting, ledger, _: posting.post_many(
            ledger.book_id, [ledger.entry(SALE, date=day) for day in (date(2026, 6, 1), date(1999, 1, 1))]
        )
    ),
    "reverse": by_service(lambda posting, _, entry_id: posting.reverse(entry_id, MAY.first_day)),
    "insert of an entry": by_statement(
        "INSERT INTO entries (book_id, date, source, line_count) VALUES (:book, '2026-05-01', 'raw', 2)"
    ),
    "insert of a line": by_statement("""
        INSERT INTO lines (book_id, entry_id, position, account_id, date, amount, currency, base_amount, status)
        SELECT book_id, entry_id, 3, account_id, date, amount, currency, base_amount, status FROM lines
        WHERE entry_id = :id AND position = 1
    """),
    "update of a memo": by_statement("UPDATE entries SET memo = 'x' WHERE id = :id"),
    "move to another month": by_statement("UPDATE entries SET date = '2026-06-01' WHERE id = :id"),
    "update of a line": by_statement("UPDATE lines SET status = 'pending' WHERE entry_id = :id"),
    "delete of lines": by_statement("DELETE FROM lines WHERE entry_id = :id"),
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS.keys())
@pytest.mark.parametrize("owner", [False, True], ids=["the program", "the owner"])
def test_no_path_leads_into_a_closed_month(
    context: Context, company: Ledger, posted: int, path: Callable[..., object], *, owner: bool
) -> None:
    if owner:
        context.session.execute(text("SET LOCAL ROLE NONE"))
    before = context.session.execute(text("SELECT e.*, l.* FROM entries e JOIN lines l ON l.entry_id = e.id")).all()
    with pytest.raises((Conflict, IntegrityError)), context.session.begin_nested():
        path(context, company, posted)
    after = context.session.execute(text("SELECT e.*, l.* FROM entries e JOIN lines l ON l.entry_id = e.id")).all()
    assert after == before


def test_the_guard_alone_keeps_the_ledger(context: Context, company: Ledger, posted: int) -> None:
    context.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    as_owner(
        context,
        "ALTER TABLE entries DISABLE TRIGGER entries_are_final_update",
        "ALTER TABLE lines DISABLE TRIGGER lines_are_final_update",
        "ALTER TABLE lines DISABLE TRIGGER lines_are_final_delete",
    )
    context.session.execute(text("RESET ROLE"))
    context.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    for statement in (
        "UPDATE entries SET memo = 'x'",
        "UPDATE lines SET amount = 2",
        "DELETE FROM lines",
        "UPDATE entries SET date = '2026-06-01'",
    ):
        with closed():
            run(context, statement)


def test_a_personal_book_is_not_guarded(context: Context, posted: int) -> None:
    ledger = open_ledger(context, BookKind.PERSONAL)
    PostingService(context).post(ledger.book_id, ledger.entry(SALE, date=MAY.first_day))


def test_a_table_without_a_book_is_attached_to_one_that_is_there(context: Context) -> None:
    with pytest.raises(DBAPIError, match="there is no book nowhere"), context.session.begin_nested():
        as_owner(
            context,
            "CREATE TABLE bills (id bigint PRIMARY KEY, due date)",
            "SELECT period_guard_attach('bills', '{due}', '{}', 'nowhere')",
        )


def test_a_table_that_was_altered_is_found_until_it_is_attached_again(context: Context, bills: Ledger) -> None:
    periods = PeriodService(context)
    as_owner(context, "ALTER TABLE bills ADD COLUMN color text")
    assert periods.violations() == ["table bills was altered after it was attached to the guard of periods"]
    as_owner(context, "SELECT period_guard_attach('bills', '{due,paid}', '{notes}')")
    assert periods.violations() == []
    as_owner(context, "DROP TRIGGER period_guard_delete ON bills")
    assert periods.violations() == ["table bills lacks 1 of its guards of periods"]


def test_a_column_that_is_added_later_leaves_digests_as_they_are(context: Context, may_is_closed: Ledger) -> None:
    as_owner(
        context,
        "ALTER TABLE bills ADD COLUMN color text",
        "SELECT period_guard_attach('bills', '{due,paid}', '{notes}')",
    )
    assert PeriodService(context).violations() == []


def test_a_table_that_is_attached_later_is_not_in_older_digests(context: Context, may_is_closed: Ledger) -> None:
    as_owner(
        context,
        "CREATE TABLE tolls (id bigint PRIMARY KEY, day date)",
        "INSERT INTO tolls VALUES (1, '2026-05-02')",
        "SELECT period_guard_attach('tolls', '{day}')",
    )
    assert PeriodService(context).violations() == []


@pytest.fixture
def tolls(context: Context, company: Ledger) -> Ledger:
    """A table of which only the amounts are guarded, with a row of May, which is closed."""
    as_owner(
        context,
        "CREATE TABLE tolls (id bigint PRIMARY KEY, day date, amount numeric, color text)",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON tolls TO {APP_ROLE}",
        "SELECT period_guard_attach('tolls', '{day}', facts => '{amount}')",
    )
    run(context, "INSERT INTO tolls VALUES (1, '2026-05-02', 5, 'red')")
    PeriodService(context).close(company.book_id, MAY)
    return company


def test_of_facts_only_these_are_kept_and_new_columns_are_free(context: Context, tolls: Ledger) -> None:
    as_owner(context, "ALTER TABLE tolls ADD COLUMN note text")
    run(context, "UPDATE tolls SET color = 'blue', note = 'x'")
    assert PeriodService(context).violations() == []
    for statement in (
        "UPDATE tolls SET amount = 6",
        "UPDATE tolls SET day = '2026-06-01'",
        "DELETE FROM tolls",
        "INSERT INTO tolls VALUES (2, '2026-05-31', 1)",
    ):
        with closed():
            run(context, statement)
    as_owner(context, "ALTER TABLE tolls DISABLE TRIGGER USER", "UPDATE tolls SET amount = 6")
    assert PeriodService(context).violations()[-1].startswith("2026-05 of book")


def test_every_table_of_movements_is_guarded(context: Context) -> None:
    unguarded = text(
        "SELECT source_table FROM movement_sources WHERE target = 'movements'"
        " EXCEPT SELECT guarded FROM period_guards()"
    )
    assert context.session.scalars(unguarded).all() == []


def test_a_detached_table_is_free_again(context: Context, may_is_closed: Ledger) -> None:
    as_owner(context, "SELECT period_guard_detach('bills')")
    run(context, "UPDATE bills SET amount = 7")
