"""Figures count the movements of the company's suites, or of the requested one."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.infra.db import APP_ROLE, db
from tests.factories.incomes import IncomeFactory
from tests.factories.payments import PaymentFactory
from tests.support import Caller

_SECOND = """
    CREATE TABLE collections (id bigint PRIMARY KEY, day date NOT NULL, paid boolean NOT NULL);
    INSERT INTO collections VALUES (1, '2026-05-04', true), (2, '2026-05-05', true), (3, '2026-06-30', false);
    SELECT movement_attach('movements', 'collections', 'collections', 'credito', '{"kind": "''income''",
        "source": "''income''", "date": "r.day", "amount": "50", "currency": "''COP''", "category": "''Recaudos''"}',
        'r.paid');
    SELECT movement_attach('open_items', 'collections', 'collections', 'credito', '{"kind": "''income''",
        "source": "''income''", "due_date": "r.day", "amount": "50", "currency": "''COP''",
        "category": "''Recaudos''"}', 'NOT r.paid')
"""


@pytest.fixture
def two_suites(app: Flask, looker: Caller, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """An income and an unpaid payment of fresco, and collections of another suite."""
    monkeypatch.setitem(app.config, "MOVEMENT_SUITES", ("fresco", "credito"))
    with app.app_context():
        session = db.session()
        session.execute(text("RESET ROLE"))
        session.execute(text(_SECOND))
        session.execute(text("UPDATE company SET opening_balance = 1000"))
        session.execute(text(f"SET ROLE {APP_ROLE}"))
        IncomeFactory(date=date(2026, 5, 4), amount=Decimal(7))
        PaymentFactory(date=date(2026, 7, 1), amount=Decimal(3))
        session.commit()
        yield session


@pytest.mark.parametrize(
    ("suite", "income", "opening", "coming"),
    [
        ({}, 7, 1000, [0, 3]),
        ({"suite": "fresco"}, 7, 0, [0, 3]),
        ({"suite": "credito"}, 100, 0, [50, 0]),
        ({"suite": "all"}, 107, 1000, [50, 3]),
    ],
)
def test_a_requested_suite_counts_alone(
    two_suites: Session, looker: Caller, suite: dict[str, str], income: int, opening: int, coming: list[int]
) -> None:
    page = looker.get("/api/cashflow", **suite)
    assert (page["total_income"], page["opening_balance"], page["closing_balance"]) == (
        income,
        opening,
        opening + income,
    )
    assert sum(row["amount"] for row in page["data"]) == income
    assert looker.get("/api/cashflow/metrics", **suite)["current_balance"] == opening + income
    assert looker.get("/api/reports/statement", basis="accrual", **suite)["incomes"]["total"] == income + sum(coming)
    summary = looker.get("/api/reports/summary", **suite)
    assert sum(month["revenue"] for month in summary["monthly_revenue_expenses"]) == income
    first_page = looker.get("/api/dashboard", **suite)
    assert (first_page["cash"]["total"], first_page["receivable"]["total"]) == (opening + income, sum(coming))
    forecast = looker.get("/api/cashflow/forecast", months=2, **suite)
    assert [month["made_of"]["payments"] for month in forecast["data"]] == coming


def test_the_companys_suites_count_where_none_is_asked_for(two_suites: Session, looker: Caller) -> None:
    two_suites.execute(text("UPDATE company SET cashflow_suites = '{fresco,credito}'"))
    two_suites.commit()
    assert looker.get("/api/cashflow")["total_income"] == 107


@pytest.mark.parametrize(
    "path",
    [
        "dashboard",
        "cashflow",
        "cashflow/metrics",
        "cashflow/analysis",
        "cashflow/forecast",
        "incomes/analysis",
        "expenses/analysis",
        *(f"reports/{name}" for name in ("summary", "statement", "indicators", "clients")),
    ],
)
def test_a_suite_that_there_is_not_is_refused(viewer: Caller, path: str) -> None:
    response = viewer.client.get(f"/api/{path}?suite=erp", headers=viewer.headers)
    assert (response.status_code, list(response.get_json()["errors"])) == (400, ["suite"])
