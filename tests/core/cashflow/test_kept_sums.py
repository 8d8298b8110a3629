"""Kept sums follow the rows whatever happens to them."""

import random
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from urllib.parse import parse_qsl

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app import registry
from app.core.movements.models import SUMS, MovementDaySum, MovementPartySum
from app.infra.db import db
from app.infra.scheduler import run_job
from app.kernel.money import COP_AND_USD, Currency
from app.suites.fresco.expenses.rules import AccruedStatus
from app.suites.fresco.payments.rules import PaymentStatus
from tests.conftest import Caller
from tests.core.movements.paying import PAY, RECEIVE_HALF, UNDO
from tests.factories.clients import ClientFactory
from tests.factories.currencies import RateFactory
from tests.factories.expenses import AccruedExpenseFactory, ExpenseFactory, RecurringExpenseFactory
from tests.factories.incomes import IncomeFactory
from tests.factories.payments import PaymentFactory
from tests.statements import counted
from tests.support import violations_in

DAY = date(2026, 5, 4)


@pytest.fixture
def session(app: Flask, database: None) -> Iterator[Session]:
    with app.app_context():
        yield db.session()


def rows(session: Session) -> int:
    return sum(session.scalar(select(func.count()).select_from(sums.model)) or 0 for sums in registry.SUMS)


def violations(session: Session) -> list[str]:
    return [problem for sums in registry.SUMS for problem in sums.violations(session)]


def fold(session: Session) -> int:
    return sum(sums.fold(session) for sums in registry.SUMS)


def test_sums_follow_inserts_updates_and_deletes(session: Session) -> None:
    chance = random.Random(7)
    origin = RecurringExpenseFactory()
    made: list[tuple[str, int]] = []
    number = count()

    def make() -> None:
        given = {"amount": Decimal(chance.randrange(1, 10**6)) / 100, "currency": chance.choice(COP_AND_USD)}
        paid = chance.choice([None, DAY, DAY + timedelta(days=1)])
        table = chance.choice(["payments", "incomes", "expenses", "accrued_expenses"])
        if table == "payments":
            row = PaymentFactory(paid_date=paid, status=PaymentStatus.PAID if paid else PaymentStatus.PENDING, **given)
        elif table == "accrued_expenses":
            status = AccruedStatus.PAID if paid else AccruedStatus.PENDING
            due, recurring = DAY + timedelta(days=next(number)), chance.choice([None, origin.id])
            row = AccruedExpenseFactory(due_date=due, paid_date=paid, status=status, recurring_id=recurring, **given)
        else:
            factory = IncomeFactory if table == "incomes" else ExpenseFactory
            row = factory(date=DAY, **given)
        made.append((table, row.id))

    changes = {
        "payments": [
            "UPDATE payments SET amount = amount + 1, currency = 'USD' WHERE paid_amount = 0 AND {some}",
            PAY,
            RECEIVE_HALF,
            UNDO,
        ],
        "incomes": ["date = date + 1, type = 'Intereses'", "client = 'Feria'", "type = 'Cliente'"],
        "expenses": ["category = 'Viajes'", "currency = 'COP', amount = 3"],
        "accrued_expenses": [
            "status = 'pagado', paid_date = '2026-05-06', paid_amount = amount + 1",
            "category = 'Viajes', amount = amount * 2",
        ],
    }
    for _ in range(60):
        make()
        table, row_id = chance.choice(made)
        if chance.random() < 0.3:
            if table == "payments":
                session.execute(text(UNDO.format(some=f"id = {row_id}")))
            session.execute(text(f"DELETE FROM {table} WHERE id = {row_id}"))  # noqa: S608  # names of our own tables
            made.remove((table, row_id))
        else:
            change = chance.choice(changes[table])
            whole = "{some}" in change
            one = f"id = {row_id}"
            session.execute(text(change.format(some=one) if whole else f"UPDATE {table} SET {change} WHERE {one}"))  # noqa: S608  # likewise
        assert violations(session) == []
    for table in changes:  # many rows in one statement
        unpaid = "paid_amount = 0" if table == "payments" else "true"
        session.execute(text(f"UPDATE {table} SET amount = amount + 1 WHERE id % 2 = 0 AND {unpaid}"))  # noqa: S608  # likewise
        session.execute(text(f"DELETE FROM {table} WHERE id % 3 = 0 AND {unpaid}"))  # noqa: S608  # likewise
    assert violations(session) == []
    before = rows(session)
    assert fold(session) == before - rows(session) > 0
    assert violations(session) == []
    assert fold(session) == 0
    kept = rows(session)
    assert sum(sums.rebuild(session) for sums in registry.SUMS) == kept
    assert violations(session) == []


def test_a_change_of_what_is_not_summed_writes_no_sum(session: Session) -> None:
    income, payment = IncomeFactory(), PaymentFactory()
    before = rows(session)
    session.execute(text("UPDATE incomes SET notes = 'Acta 12' WHERE id = :id"), {"id": income.id})
    session.execute(text("UPDATE payments SET invoice_number = 'FV-1' WHERE id = :id"), {"id": payment.id})
    assert rows(session) == before


def test_unpaid_amounts_are_in_no_sum_of_cash(session: Session) -> None:
    PaymentFactory()
    session.execute(text("UPDATE payments SET status = 'Vencido'"))
    assert [sums.name for sums in registry.SUMS if session.scalar(select(func.count()).select_from(sums.model))] == [
        "open_item_sums",
        "open_item_party_sums",
    ]


def test_all_income_but_only_expenses_of_clients_are_in_their_sums(session: Session) -> None:
    IncomeFactory(tax_amount=Decimal("0.01"))
    ExpenseFactory(category="Cliente")
    assert [one.kind for one in session.scalars(select(MovementPartySum))] == ["income"]
    ExpenseFactory(client_id=ClientFactory().id)
    assert [one.kind for one in session.scalars(select(MovementPartySum).order_by("id"))] == ["income", "expense"]


@pytest.mark.parametrize(
    ("path", "total"),
    [
        ("expenses", lambda answer: answer["total"]),
        ("expenses?q=cuota", lambda answer: answer["total"]),
        ("cashflow/metrics", lambda answer: answer["total_expenses"]),
        ("reports/statement?date_from=2026-05-01&date_to=2026-05-31", lambda answer: answer["expenses"]["total"]),
    ],
)
def test_small_parts_come_to_the_same_in_the_other_currency_as_their_sum(
    session: Session, admin: Caller, path: str, total: Callable[[Any], Decimal]
) -> None:
    for day in (DAY, DAY + timedelta(days=1), DAY + timedelta(days=2)):
        RateFactory(date=day, rate=Decimal(3000))
        for category in ("Nómina", "Arriendo"):  # 0.0008333... each, and just half a cent together
            ExpenseFactory(date=day, amount=Decimal("2.50"), description="Cuota", category=category)
    address, _, query = path.partition("?")
    assert total(admin.get(f"/api/{address}", currency="USD", **dict(parse_qsl(query)))) == Decimal("0.01")


def test_deleted_amounts_need_no_rate(session: Session, admin: Caller) -> None:
    IncomeFactory(client="Feria")  # of the same kinds, so that it is summed with what is gone
    gone = IncomeFactory(client="Feria", currency=Currency.USD)
    session.execute(text("DELETE FROM incomes WHERE id = :id"), {"id": gone.id})
    session.commit()
    for path in ("/api/incomes", "/api/cashflow", "/api/reports/summary", "/api/reports/clients"):
        admin.get(path)  # which asserts that it is answered


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE movement_day_sums SET amount = amount + 0.01",
        "UPDATE movement_day_sums SET movements = movements + 1",
        "UPDATE movement_day_sums SET date = date + 1",
        "UPDATE movement_day_sums SET kind = 'expense'",
        "UPDATE movement_day_sums SET settles = true",
        "UPDATE movement_day_sums SET suite = 'credito'",
        "DELETE FROM movement_day_sums",
        """INSERT INTO movement_day_sums (date, currency, suite, kind, nature, source, category, recurring, settles,
           amount, movements) SELECT date + 1, currency, suite, kind, nature, source, category, recurring, settles,
           amount, 1 FROM movement_day_sums""",
        "UPDATE movement_party_sums SET party_name = 'Otro'",
        "UPDATE movement_method_sums SET payment_method = 'Otro'",
        "DELETE FROM movement_due_sums",
        "UPDATE movement_due_sums SET facet = 'Implementación'",
        "DELETE FROM open_item_sums",
        "UPDATE open_item_sums SET status = 'Pendiente'",
        "UPDATE open_item_party_sums SET party_id = NULL",
    ],
)
def test_verify_finds_sums_that_do_not_follow_and_rebuilding_mends_them(
    app: Flask, session: Session, tamper: str
) -> None:
    IncomeFactory(client="Feria")
    ExpenseFactory()
    PaymentFactory(status=PaymentStatus.OVERDUE, date=DAY)
    PaymentFactory(status=PaymentStatus.PAID, date=DAY, paid_date=DAY)
    session.execute(text(tamper))
    session.commit()
    [table] = re.findall(r"\w+_sums", tamper)[:1]
    assert any(f"{table}: " in problem for problem in violations_in(app))
    rebuilt = app.test_cli_runner().invoke(args=("sums", "rebuild"))
    assert session.scalar(text("SHOW statement_timeout")) == "1h"  # sums of millions of rows take minutes
    assert rebuilt.output.splitlines() == [
        "account_day_sums: 0 written.",
        "account_span_sums: 0 written.",
        "movement_day_sums: 3 written.",
        "movement_account_sums: 0 written.",
        "movement_method_sums: 2 written.",
        "movement_party_sums: 2 written.",
        "movement_due_sums: 1 written.",
        "open_item_sums: 1 written.",
        "open_item_party_sums: 1 written.",
        "cash_transfer_sums: 0 written.",
        "credito_dia_sums: 0 written.",
        "credito_cuota_sums: 0 written.",
        "credito_cartera_sums: 0 written.",
        "credito_producto_sums: 0 written.",
    ]
    assert violations_in(app) == []


def test_the_job_folds(app: Flask, session: Session) -> None:
    for _ in range(3):
        IncomeFactory(date=DAY)
    [job] = [job for job in registry.jobs(app.config) if job.name == "fold-sums"]
    assert str(job.schedule).startswith("hourly")  # by tomorrow there may be ten thousand rows of one day
    assert run_job(job, slot=None) == {"rows": 6}
    assert session.execute(select(MovementDaySum.amount, MovementDaySum.movements)).all() == [(Decimal("3000.00"), 3)]


@pytest.mark.parametrize(
    ("path", "rows_read"),
    [
        ("/api/payments", False),
        ("/api/payments?status=Pagado&type=Recurrente&date_from=2026-01-01&currency=USD", False),
        ("/api/payments/overdue", False),
        ("/api/payments/upcoming", False),
        ("/api/payments?client_id=1", True),
        ("/api/payments?q=acme", True),
        ("/api/incomes?type=Cliente&date_to=2026-01-01", False),
        ("/api/incomes?q=acme", True),
        ("/api/expenses?category=Viajes&date_to=2026-01-01", False),
        ("/api/expenses?q=acme", True),
        ("/api/reports/clients", False),
        ("/api/reports/statement?basis=accrual", False),
        ("/api/reports/ageing", False),
        ("/api/cashflow/forecast", False),
    ],
)
def test_totals_are_taken_from_the_sums_where_these_can_tell(
    session: Session, admin: Caller, path: str, *, rows_read: bool
) -> None:
    RateFactory(date=DAY)
    summed = re.compile(r"sum\(.*FROM (payments|incomes|expenses)\b", re.DOTALL)
    address, _, query = path.partition("?")
    with counted() as statements:
        admin.get(address, **dict(parse_qsl(query)))
    assert any(summed.search(statement) for statement in statements) == rows_read


def test_payments_on_the_same_day_do_not_wait_for_each_other(
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
    fold = "SELECT count(*), sum(amount), sum(movements) FROM movement_day_sums"
    one.commit()
    assert SUMS[0].fold(one) == 0  # the other's row is not there yet, and stays its own
    other.commit()
    one.commit()
    assert one.execute(text(fold)).one() == (2, Decimal(20), 2)
    assert SUMS[0].fold(one) == 1
    assert one.execute(text(fold)).one() == (1, Decimal(20), 2)
