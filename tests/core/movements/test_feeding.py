"""Movements and open items follow the rows of the attached tables, whatever happens to these."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import registry
from app.core.movements.service import MovementService
from app.infra.context import make_context
from app.infra.db import db
from tests.core.movements.paying import PAY, RECEIVE_HALF, RECEIVE_REST, UNDO
from tests.core.movements.union import differences
from tests.factories.incomes import IncomeFactory
from tests.factories.payments import PaymentFactory
from tests.soak import daily
from tests.stories.company_figures import build

DAY = date(2026, 5, 4)
CHANGES = (
    PAY,
    RECEIVE_HALF,
    RECEIVE_REST,
    UNDO,
    "UPDATE payments SET type = 'Implementación' WHERE {some}",
    "UPDATE payments SET status = 'Vencido' WHERE paid_date IS NULL AND {some}",
    "UPDATE payments SET amount = amount + 1, currency = 'USD' WHERE paid_amount = 0 AND {some}",
    "UPDATE payments SET date = date - 3, notes = 'Acta 12' WHERE paid_amount = 0 AND {some}",
    "UPDATE payments SET id = -id WHERE paid_amount = 0 AND {some}",
    "UPDATE payment_receipts SET date = date - 2, payment_method = 'PSE' WHERE {some}",
    "UPDATE incomes SET date = date + 1, type = 'Intereses', client = 'Feria' WHERE {some}",
    "UPDATE incomes SET id = id + 1000000, amount = amount / 2 + 1 WHERE {some}",
    "UPDATE expenses SET category = 'Viajes', description = 'Otro' WHERE {some}",
    "UPDATE accrued_expenses SET status = 'pagado', paid_date = '2026-05-06', paid_amount = amount + 3 WHERE {some}",
    "UPDATE accrued_expenses SET status = 'pendiente', paid_date = NULL, paid_amount = NULL WHERE {some}",
    "UPDATE accrued_expenses SET amount = 7, tax_amount = 1 WHERE {some}",
    "UPDATE payments SET tax_amount = 0.01 WHERE amount > 1 AND {some}",
    "DELETE FROM payments WHERE id % 7 = 3 AND paid_amount = 0 AND {some}",
    "DELETE FROM incomes WHERE id % 7 = 3 AND {some}",
    "DELETE FROM expenses WHERE id % 7 = 3 AND {some}",
    "DELETE FROM accrued_expenses WHERE id % 7 = 3 AND {some}",
    """INSERT INTO expenses (description, date, amount, currency, category, payment_method)
       SELECT description, date, amount, currency, category, payment_method FROM expenses WHERE {some}""",
)


@pytest.fixture
def session(app: Flask, database: None) -> Iterator[Session]:
    with app.app_context():
        yield db.session()


def problems(session: Session) -> list[str]:
    """Findings of `flask verify` about movements and their sums."""
    found = MovementService(make_context(session)).violations()
    return found + [problem for sums in registry.SUMS for problem in sums.violations(session)]


@pytest.mark.parametrize("seed", daily(*range(3)))
def test_movements_of_a_random_company_are_those_computed_from_its_tables(session: Session, seed: int) -> None:
    chance = random.Random(seed)
    build(seed, DAY)
    session.flush()
    assert differences(session) == []
    for _ in range(12):
        some = chance.choice(["true", f"id % {chance.randrange(2, 5)} = 0"])
        session.execute(text(chance.choice(CHANGES).format(some=some)))
        assert differences(session) == []
    assert problems(session) == []
    for sums in registry.SUMS:
        sums.fold(session)
    assert differences(session) == []


def test_ids_that_change_places_take_their_movements_along(session: Session) -> None:
    one, other = IncomeFactory(description="uno"), IncomeFactory(description="otro", date=DAY)
    # Through a third place, as a unique key is checked row by row.
    for old, new in ((one.id, -1), (other.id, one.id), (-1, other.id)):
        session.execute(text("UPDATE incomes SET id = :new WHERE id = :old"), {"old": old, "new": new})
    assert differences(session) == []
    assert problems(session) == []


def test_a_change_of_what_a_movement_does_not_show_writes_none(session: Session) -> None:
    written = "SELECT array_agg(origin || row_id || ctid::text ORDER BY origin, row_id) FROM {}"
    IncomeFactory(), PaymentFactory()
    before = [session.scalar(text(written.format(table))) for table in ("movements", "open_items")]
    session.execute(text("UPDATE incomes SET notes = 'Acta 12'"))
    session.execute(text("UPDATE payments SET invoice_number = 'FV-1', version = version + 1"))
    assert [session.scalar(text(written.format(table))) for table in ("movements", "open_items")] == before


def test_the_audit_log_records_the_row_alone(session: Session) -> None:
    def recorded() -> list[tuple[str, str]]:
        since = text("SELECT table_name, action FROM audit_log WHERE id > :id ORDER BY id")
        return [(row.table_name, row.action) for row in session.execute(since, {"id": before})]

    newest = text("SELECT coalesce(max(id), 0) FROM audit_log")
    payment = PaymentFactory()
    session.flush()
    before = session.scalar(newest)
    session.execute(text(PAY.format(some="true")))
    session.execute(text(UNDO.format(some="true")))
    session.execute(text("DELETE FROM payments WHERE id = :id"), {"id": payment.id})
    paid, undone = ("payment_receipts", "insert"), ("payment_receipts", "delete")
    assert sorted(recorded()) == sorted([paid, undone, *[("payments", "update")] * 2, ("payments", "delete")])


@pytest.mark.parametrize("table", ["movements", "open_items", "movement_sources"])
def test_the_program_itself_does_not_write_them(session: Session, table: str) -> None:
    IncomeFactory(date=DAY + timedelta(days=1))
    with pytest.raises(DBAPIError, match="permission denied"):
        session.execute(text(f"DELETE FROM {table}"))  # noqa: S608  # names of our own tables
