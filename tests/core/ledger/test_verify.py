"""`flask verify` finds what went past the triggers."""

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.ledger.models import DAY_SUMS, SPAN_SUMS
from app.core.ledger.rules import BookKind
from app.core.ledger.service import CheckService, PostingService
from app.infra.context import make_context
from app.infra.db import APP_ROLE, db
from app.kernel.periods import Month
from tests.factories.ledger import DAY, Ledger, open_ledger

SALE = {"cash": "119", "sales": "-119"}
TABLES = ("entries", "lines", "accounts", "account_day_sums", "account_span_sums")


@pytest.fixture
def ledgers(app: Flask, database: None) -> dict[str, Ledger]:
    """Both kinds of book with two numbered entries each."""
    with app.app_context():
        context = make_context(db.session())
        made = {kind.value: open_ledger(context, kind) for kind in BookKind}
        for ledger in made.values():
            entries = [ledger.entry(SALE, journal="sales"), ledger.entry(SALE, journal="sales")]
            PostingService(context).post_many(ledger.book_id, entries)
            PostingService(context).number(ledger.book_id, "sales", Month.of(DAY))
        db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        db.session.commit()
    return made


def behind_the_triggers(app: Flask, statement: str, **values: object) -> None:
    """Run a statement as only the owner of the schema can."""
    with app.app_context():
        db.session.execute(text("RESET ROLE"))
        for table in TABLES:
            db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        db.session.execute(text(statement), values)
        for table in TABLES:
            db.session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        db.session.execute(text(f"SET ROLE {APP_ROLE}"))
        db.session.commit()


def verify(app: Flask) -> str:
    with app.app_context():
        return app.test_cli_runner().invoke(args=["verify"]).output


def test_posted_entries_hold(app: Flask, ledgers: dict[str, Ledger]) -> None:
    assert verify(app) == "Everything holds.\n"


LOOP = """
    UPDATE accounts SET parent_id = other.id FROM accounts other
    WHERE other.book_id = accounts.book_id AND other.id <> accounts.id
      AND other.kind = 'asset' AND accounts.kind = 'asset'
"""


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE lines SET base_amount = 120 WHERE book_id = :company AND position = 1", "its lines add up to 1.0000"),
        ("UPDATE lines SET base_amount = NULL WHERE book_id = :company", "does not balance"),
        (
            "UPDATE lines SET amount = 120 WHERE book_id = :personal AND position = 1",
            "its lines in COP add up to 1.0000",
        ),
        ("UPDATE lines SET currency = 'USD' WHERE book_id = :personal AND position = 1", "its lines in USD add up to"),
        ("DELETE FROM lines WHERE book_id = :personal", "0 of its 2 lines are there"),
        ("UPDATE entries SET number = 3 WHERE book_id = :company AND number = 2", "journal sales of book"),
        ("UPDATE lines SET book_id = :personal WHERE book_id = :company", "is of another book than its entry"),
        (LOOP, "is among its own subaccounts"),
        ("UPDATE account_day_sums SET amount = amount + 1 WHERE book_id = :personal", "account_day_sums: "),
        ("UPDATE account_day_sums SET counterpart_id = NULL", "account_day_sums: "),
        ("DELETE FROM account_span_sums WHERE book_id = :company", "account_span_sums: "),
        ("UPDATE account_span_sums SET debit = 0", "account_span_sums: "),
    ],
)
def test_changes_behind_the_triggers_are_found(
    app: Flask, ledgers: dict[str, Ledger], statement: str, found: str
) -> None:
    books = {kind: ledger.book_id for kind, ledger in ledgers.items() if f":{kind}" in statement}
    behind_the_triggers(app, statement, **books)
    with app.app_context():
        session = db.session()
        problems = CheckService(make_context(session)).violations()
        problems += [problem for sums in (DAY_SUMS, SPAN_SUMS) for problem in sums.violations(session)]
    assert found in "\n".join(problems)


def test_verify_asks_them_all(app: Flask, ledgers: dict[str, Ledger]) -> None:
    behind_the_triggers(app, "DELETE FROM lines WHERE book_id = :personal", personal=ledgers["personal"].book_id)
    behind_the_triggers(app, "DELETE FROM account_span_sums")
    output = verify(app)
    assert "0 of its 2 lines are there" in output
    assert "account_day_sums: " in output
    assert "account_span_sums: " in output


LOST = {
    "DROP TRIGGER entries_balance ON entries": "trigger entries_balance on entries is missing",
    "DROP TRIGGER lines_are_final_delete ON lines": "trigger lines_are_final_delete on lines is missing",
    "DROP TRIGGER period_guard_insert ON lines": "trigger period_guard_insert on lines is missing",
    "GRANT UPDATE ON lines TO control_fresco_app": "role control_fresco_app has UPDATE on lines",
    "GRANT UPDATE (kind) ON books TO control_fresco_app": "role control_fresco_app has UPDATE of books.kind",
    "REVOKE UPDATE (number) ON entries FROM control_fresco_app": "lacks UPDATE of entries.number",
    "GRANT DELETE ON periods TO control_fresco_app": "role control_fresco_app has DELETE on periods",
}


def test_lost_guards_are_found(app: Flask, database: None) -> None:
    with app.app_context():
        for statement in ("RESET ROLE", *LOST, f"SET ROLE {APP_ROLE}"):
            db.session.execute(text(statement))
        db.session.commit()
    output = verify(app)
    assert [found for found in LOST.values() if found not in output] == []
