"""Constraints that the database holds, whoever writes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.core.ledger.service import PostingService
from app.infra.context import Context
from app.infra.queries.repository import refusal_of
from tests.factories.ledger import Ledger

AtCommit = Callable[[], None]
SALE = {"cash": "119", "sales": "-119"}


@contextmanager
def refused(context: Context, code: str) -> Iterator[None]:
    """The block, or what follows from it at commit, is refused with this code."""
    refusal = None
    try:
        with context.session.begin_nested():
            yield
            context.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    except IntegrityError as error:
        refusal = refusal_of(error)
    assert refusal is not None
    assert refusal.code == code
    context.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))


def check_now(context: Context) -> None:
    """Run the checks of the end of a transaction."""
    context.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    context.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))


def run(context: Context, statement: str, **values: object) -> None:
    context.session.execute(text(statement), values)


def insert_entry(context: Context, ledger: Ledger, line_count: int = 2) -> int:
    statement = text("""
        INSERT INTO entries (book_id, date, source, line_count) VALUES (:book, '2026-03-14', 'raw', :lines) RETURNING id
    """)
    return int(context.session.scalar(statement, {"book": ledger.book_id, "lines": line_count}) or 0)


def insert_line(context: Context, ledger: Ledger, entry_id: int, position: int, **values: object) -> None:
    given = {
        "book_id": ledger.book_id,
        "entry_id": entry_id,
        "position": position,
        "account_id": ledger.accounts["cash"],
        "date": "2026-03-14",
        "amount": 10,
        "currency": "COP",
        "base_amount": 10,
        "status": "cleared",
        **values,
    }
    names = ", ".join(given)
    run(context, f"INSERT INTO lines ({names}) VALUES (:{', :'.join(given)})", **given)  # noqa: S608  # our own names


@pytest.fixture
def posted(context: Context, company: Ledger) -> int:
    """An entry of the company, checked as at its commit."""
    posted = PostingService(context).post(company.book_id, company.entry(SALE, journal="sales"))
    check_now(context)
    return posted.entry_id


@pytest.fixture
def noted(context: Context, personal: Ledger) -> int:
    """A personal entry, checked as at its commit: no check that is still to come hides a missing one."""
    posted = PostingService(context).post(personal.book_id, personal.entry(SALE))
    check_now(context)
    return posted.entry_id


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"base_amount": -9, "amount": -9}, "entry_unbalanced"),
        ({"base_amount": None, "amount": -10}, "base_amount_missing"),
        ({"base_amount": -10, "date": "2026-03-15"}, "line_date"),
    ],
)
def test_a_companys_entry_that_does_not_balance_is_not_committed(
    context: Context, company: Ledger, values: dict[str, object], code: str
) -> None:
    with refused(context, code):
        entry_id = insert_entry(context, company)
        insert_line(context, company, entry_id, 1)
        insert_line(context, company, entry_id, 2, **values)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"amount": -9}, "entry_unbalanced"),
        ({"amount": -10, "currency": "USD"}, "entry_unbalanced"),
        ({"amount": -10, "base_amount": -10}, "base_amount_given"),
    ],
)
def test_a_personal_entry_that_does_not_balance_is_not_committed(
    context: Context, personal: Ledger, values: dict[str, object], code: str
) -> None:
    with refused(context, code):
        entry_id = insert_entry(context, personal)
        insert_line(context, personal, entry_id, 1, base_amount=None)
        insert_line(context, personal, entry_id, 2, **{"base_amount": None, **values})


@pytest.mark.parametrize("name", ["account_id", "entry_id"])
def test_a_line_is_of_the_book_of_its_account_and_entry(
    context: Context, company: Ledger, personal: Ledger, name: str
) -> None:
    entry_id = insert_entry(context, company)
    other = {"account_id": personal.accounts["cash"], "entry_id": insert_entry(context, personal)}
    with refused(context, "book_other"):
        insert_line(context, company, **{"entry_id": entry_id, "position": 1, name: other[name]})


def test_a_reversal_is_of_the_book_of_what_it_reverses(
    context: Context, company: Ledger, personal: Ledger, posted: int
) -> None:
    entry_id = insert_entry(context, personal)
    for position, amount in enumerate((10, -10), start=1):
        insert_line(context, personal, entry_id, position, amount=amount, base_amount=None)
    check_now(context)
    context.session.execute(text("SET LOCAL ROLE NONE"))
    with refused(context, "book_other"):
        run(context, "UPDATE entries SET reverses_id = :posted WHERE id = :id", posted=posted, id=entry_id)


@pytest.mark.parametrize("there", [0, 1])
def test_an_entry_without_all_its_lines_is_not_committed(context: Context, personal: Ledger, there: int) -> None:
    with refused(context, "entry_incomplete"):
        entry_id = insert_entry(context, personal)
        for position in range(1, there + 1):
            insert_line(context, personal, entry_id, position, base_amount=None)


def test_an_entry_without_the_cost_centre_that_its_book_demands_is_not_committed(
    context: Context, company: Ledger
) -> None:
    run(context, "UPDATE books SET cost_center_required = true WHERE id = :id", id=company.book_id)
    with refused(context, "cost_center_missing"):
        entry_id = insert_entry(context, company)
        insert_line(context, company, entry_id, 1)
        insert_line(context, company, entry_id, 2, amount=-10, base_amount=-10)


def test_a_counterpart_is_an_account_of_the_entry(context: Context, company: Ledger) -> None:
    with refused(context, "counterpart_outside"):
        entry_id = insert_entry(context, company)
        insert_line(context, company, entry_id, 1, counterpart_id=company.accounts["bank"])
        insert_line(context, company, entry_id, 2, amount=-10, base_amount=-10)


def test_a_complete_entry_takes_no_more_lines(context: Context, company: Ledger, posted: int) -> None:
    with refused(context, "entry_complete"):
        insert_line(context, company, posted, 3)
    with pytest.raises(IntegrityError, match="uq_lines_position"), context.session.begin_nested():
        insert_line(context, company, posted, 2)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET memo = 'x' WHERE id = :id",
        "UPDATE entries SET number = 1, date = '2026-03-15' WHERE id = :id",
        "DELETE FROM lines WHERE entry_id = :id",
        "UPDATE lines SET status = 'reconciled' WHERE entry_id = :id",
    ],
)
def test_a_companys_entry_is_final(context: Context, posted: int, statement: str) -> None:
    with refused(context, "entry_final"):
        run(context, statement, id=posted)


def test_a_companys_entry_without_lines_is_not_deleted_either(context: Context, company: Ledger) -> None:
    entry_id = insert_entry(context, company)
    with refused(context, "entry_final"):
        run(context, "DELETE FROM entries WHERE id = :id", id=entry_id)


def test_a_number_is_given_once(context: Context, company: Ledger, posted: int) -> None:
    run(context, "UPDATE entries SET number = 7 WHERE id = :id", id=posted)
    for number in ("8", "NULL"):
        with refused(context, "entry_final"):
            run(context, f"UPDATE entries SET number = {number} WHERE id = :id", id=posted)  # noqa: S608  # our own
    twin = PostingService(context).post(company.book_id, company.entry(SALE, journal="sales")).entry_id
    with pytest.raises(IntegrityError, match="uq_entries_number"), context.session.begin_nested():
        run(context, "UPDATE entries SET number = 7 WHERE id = :id", id=twin)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM lines WHERE entry_id = :id AND position = 1",
        "UPDATE entries SET line_count = 3 WHERE id = :id",
    ],
)
def test_a_personal_entry_is_rewritten_only_whole(context: Context, noted: int, statement: str) -> None:
    with refused(context, "entry_incomplete"):
        run(context, statement, id=noted)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE books SET kind = 'personal', code = NULL",
        "UPDATE entries SET book_id = book_id",
        "UPDATE entries SET source_key = 'x'",
        "UPDATE lines SET amount = amount * 2",
        "UPDATE periods SET month = month",
        "DELETE FROM periods",
        "TRUNCATE lines",
    ],
)
def test_the_program_lacks_the_right(context: Context, posted: int, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"), context.session.begin_nested():
        run(context, statement)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE books SET kind = 'personal', code = NULL WHERE id = :company", "book_kind"),
        ("UPDATE books SET base_currency = 'USD' WHERE id = :company", "book_in_use"),
        ("UPDATE lines SET amount = amount * 2 WHERE book_id = :company", "entry_final"),
        ("UPDATE lines SET amount = amount * 2 WHERE book_id = :personal AND position = 1", "entry_unbalanced"),
        (
            "UPDATE lines SET status = 'pending', amount = 7 WHERE book_id = :personal AND amount < 0",
            "entry_unbalanced",
        ),
        ("UPDATE accounts SET kind = 'liability' WHERE book_id = :personal AND name = 'Cash'", "account_in_use"),
    ],
)
def test_not_even_the_owner_breaks_a_rule(
    context: Context, company: Ledger, personal: Ledger, posted: int, noted: int, statement: str, code: str
) -> None:
    context.session.execute(text("SET LOCAL ROLE NONE"))
    with refused(context, code):
        run(context, statement, company=company.book_id, personal=personal.book_id)


@pytest.mark.parametrize(
    "values",
    [
        {"amount": "NaN"},
        {"amount": 10**14},
        {"base_amount": 0},
        {"amount": 0, "base_amount": None},
        {"currency": "cop"},
        {"rate": -1},
        {"date": "1899-12-31"},
        {"position": 0},
    ],
)
def test_a_line_is_within_its_limits(context: Context, company: Ledger, values: dict[str, object]) -> None:
    entry_id = insert_entry(context, company)
    with pytest.raises(DBAPIError), context.session.begin_nested():
        insert_line(context, company, entry_id, **{"position": 1, **values})


def test_an_account_is_of_the_kind_of_its_parent(context: Context, company: Ledger) -> None:
    move = "UPDATE accounts SET parent_id = :parent WHERE id = :id"
    with pytest.raises(IntegrityError, match="fk_accounts_parent"), context.session.begin_nested():
        run(context, move, id=company.accounts["cash"], parent=company.accounts["sales"])
