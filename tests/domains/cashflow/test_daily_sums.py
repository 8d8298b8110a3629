"""The daily sums follow the movements whatever happens to them."""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app import registry
from app.domains.cashflow.models import DailySum
from app.domains.cashflow.service import DailySumService
from app.domains.expenses.rules import AccruedStatus
from app.domains.payments.rules import PaymentStatus
from app.infra.db import db
from app.infra.scheduler import run_job
from app.kernel.money import Currency
from tests.factories.expenses import AccruedExpenseFactory, ExpenseFactory, RecurringExpenseFactory
from tests.factories.incomes import IncomeFactory
from tests.factories.payments import PaymentFactory

DAY = date(2026, 5, 4)


@pytest.fixture
def session(app: Flask, database: None) -> Iterator[Session]:
    with app.app_context():
        yield db.session()


def rows(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(DailySum)) or 0


def test_what_is_made_changed_and_deleted_is_in_the_sums(session: Session) -> None:
    chance = random.Random(7)
    origin = RecurringExpenseFactory()
    made: list[tuple[str, int]] = []

    def make() -> None:
        given = {"amount": Decimal(chance.randrange(1, 10**6)) / 100, "currency": chance.choice([*Currency])}
        paid = chance.choice([None, DAY, DAY + timedelta(days=1)])
        table = chance.choice(["payments", "incomes", "expenses", "accrued_expenses"])
        if table == "payments":
            row = PaymentFactory(paid_date=paid, status=PaymentStatus.PAID if paid else PaymentStatus.PENDING, **given)
        elif table == "accrued_expenses":
            status = AccruedStatus.PAID if paid else AccruedStatus.PENDING
            due, recurring = DAY + timedelta(days=len(made)), chance.choice([None, origin.id])
            row = AccruedExpenseFactory(due_date=due, paid_date=paid, status=status, recurring_id=recurring, **given)
        else:
            factory = IncomeFactory if table == "incomes" else ExpenseFactory
            row = factory(date=DAY, **given)
        made.append((table, row.id))

    changes = {
        "payments": [
            "amount = amount + 1, currency = 'USD'",
            "status = 'Pagado', paid_date = '2026-05-06'",
            "status = 'Pendiente', paid_date = NULL",
        ],
        "incomes": ["date = date + 1, type = 'Intereses'", "notes = 'x'"],
        "expenses": ["category = 'Viajes'", "currency = 'COP', amount = 3"],
        "accrued_expenses": ["status = 'pagado', paid_date = '2026-05-06'", "category = 'Viajes', amount = amount * 2"],
    }
    for _ in range(60):
        make()
        table, row_id = chance.choice(made)
        if chance.random() < 0.3:
            session.execute(text(f"DELETE FROM {table} WHERE id = {row_id}"))  # noqa: S608  # names of our own tables
            made.remove((table, row_id))
        else:
            session.execute(text(f"UPDATE {table} SET {chance.choice(changes[table])} WHERE id = {row_id}"))  # noqa: S608  # likewise
        assert DailySumService(session).violations() == []
    for table in changes:  # many rows in one statement
        session.execute(text(f"UPDATE {table} SET amount = amount + 1 WHERE id % 2 = 0"))  # noqa: S608  # likewise
        session.execute(text(f"DELETE FROM {table} WHERE id % 3 = 0"))  # noqa: S608  # likewise
    assert DailySumService(session).violations() == []
    before = rows(session)
    assert DailySumService(session).fold() == before - rows(session) > 0
    assert DailySumService(session).violations() == []
    assert DailySumService(session).fold() == 0
    kept = rows(session)
    assert DailySumService(session).rebuild() == kept
    assert DailySumService(session).violations() == []


def test_a_change_that_moves_no_cash_writes_no_sum(session: Session) -> None:
    income = IncomeFactory()
    before = rows(session)
    session.execute(text("UPDATE incomes SET notes = 'Acta 12' WHERE id = :id"), {"id": income.id})
    PaymentFactory()
    session.execute(text("UPDATE payments SET status = 'Vencido'"))
    assert rows(session) == before


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE daily_sums SET amount = amount + 0.01",
        "UPDATE daily_sums SET movements = movements + 1",
        "UPDATE daily_sums SET date = date + 1",
        "UPDATE daily_sums SET kind = 'expense'",
        "DELETE FROM daily_sums",
        "INSERT INTO daily_sums SELECT 0, date + 1, currency, kind, category, recurring, amount, 1 FROM daily_sums",
    ],
)
def test_verify_finds_sums_that_do_not_follow_and_rebuilding_mends_them(
    app: Flask, session: Session, tamper: str
) -> None:
    IncomeFactory()
    session.execute(text(tamper))
    session.commit()
    verified = app.test_cli_runner().invoke(args=("verify",))
    assert verified.exit_code == 1
    assert "daily sum of" in verified.output
    rebuilt = app.test_cli_runner().invoke(args=("sums", "rebuild"))
    assert rebuilt.output == "1 daily sums written.\n"
    assert app.test_cli_runner().invoke(args=("verify",)).exit_code == 0


def test_the_job_folds(app: Flask, session: Session) -> None:
    for _ in range(3):
        IncomeFactory(date=DAY)
    [job] = [job for job in registry.jobs(app.config) if job.name == "fold-sums"]
    assert run_job(job, slot=None) == {"rows": 2}
    assert session.execute(select(DailySum.amount, DailySum.movements)).all() == [(Decimal("3000.00"), 3)]


def test_nobody_waits_for_another_who_pays_on_the_same_day(
    server_database: str, two_sessions: Callable[[str], tuple[Any, Any]]
) -> None:
    one, other = two_sessions(server_database)
    entry = text(
        "INSERT INTO incomes (description, date, amount, currency, type, payment_method)"
        " VALUES ('x', '2026-05-04', 10, 'COP', 'Intereses', 'Efectivo')"
    )
    one.execute(entry)
    other.execute(entry)  # a lock on the day's sum would end this in a timeout
    one.execute(text("SELECT 1"))
    fold = "SELECT count(*), sum(amount), sum(movements) FROM daily_sums"
    one.commit()
    assert DailySumService(one).fold() == 0  # the other's row is not there yet, and stays its own
    other.commit()
    one.commit()
    assert one.execute(text(fold)).one() == (2, Decimal(20), 2)
    assert DailySumService(one).fold() == 1
    assert one.execute(text(fold)).one() == (1, Decimal(20), 2)
