"""Movements and metrics over the API."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.kernel.money import Currency
from app.suites.fresco.expenses.rules import AccruedStatus
from app.suites.fresco.payments.rules import PaymentStatus
from tests.factories.clients import ClientFactory
from tests.factories.currencies import RateFactory
from tests.factories.expenses import AccruedExpenseFactory, ExpenseFactory
from tests.factories.incomes import IncomeFactory
from tests.factories.payments import PaymentFactory
from tests.factories.projects import ProjectFactory
from tests.statements import counted
from tests.support import Caller

NOTHING = {"runway": None, "break_even_date": None, "break_even_kind": None}
PATHS = [
    *("cashflow", "cashflow/metrics", "cashflow/analysis", "incomes/analysis", "expenses/analysis"),
    *("cashflow/forecast", "reports/summary", "reports/statement", "reports/indicators", "reports/clients"),
]


@pytest.fixture
def opening(admin: Caller) -> None:
    """A company with an opening balance."""
    admin.put("/api/company", {"opening_balance": "500.50"})


def paid(day: date, amount: str, **more: Any) -> None:
    PaymentFactory(date=day, paid_date=day, status=PaymentStatus.PAID, amount=Decimal(amount), **more)


def test_a_movement_of_each_source_newest_first(looker: Caller) -> None:
    client = ClientFactory(name="Clínica Norte")
    project = ProjectFactory(client_id=client.id, name="Portal")
    PaymentFactory(project=project, paid_date=date(2026, 5, 4), status=PaymentStatus.PAID)
    PaymentFactory(project=project)  # unpaid: no cash has moved
    IncomeFactory(date=date(2026, 5, 3), client="Banco", type="Intereses")
    ExpenseFactory(date=date(2026, 5, 2), client_id=client.id)
    AccruedExpenseFactory(due_date=date(2026, 4, 30), paid_date=date(2026, 5, 1), status=AccruedStatus.PAID)
    AccruedExpenseFactory()
    rows = looker.get("/api/cashflow")["data"]
    shown = [(row["source"], row["kind"], row["date"], row["category"], row["client"]) for row in rows]
    assert shown == [
        ("payment", "income", "2026-05-04", "Cliente", "Clínica Norte"),
        ("income", "income", "2026-05-03", "Intereses", "Banco"),
        ("expense", "expense", "2026-05-02", "Software", "Clínica Norte"),
        ("accrued_expense", "expense", "2026-05-01", "Software", None),
    ]
    assert rows[0]["description"] == "Portal"
    assert rows[1]["payment_method"] == "Transferencia"
    assert "converted_amount" not in rows[0]
    assert [row["date"] for row in looker.get("/api/cashflow", type="expense", category="Software")["data"]] == [
        "2026-05-02",
        "2026-05-01",
    ]


def test_pages_share_out_all_movements_once(looker: Caller) -> None:
    for _ in range(5):
        IncomeFactory(date=date(2026, 5, 3))
        ExpenseFactory(date=date(2026, 5, 3))
    pages = [looker.get("/api/cashflow", page=page, per_page=3)["data"] for page in (1, 2, 3, 4, 5)]
    rows = [(row["source"], row["source_id"]) for page in pages for row in page]
    assert len(rows) == len(set(rows)) == 10
    assert [len(page) for page in pages] == [3, 3, 3, 1, 0]


def test_balances_build_on_what_there_was(looker: Caller, opening: None) -> None:
    IncomeFactory(date=date(2026, 4, 30), amount=Decimal(1000))
    ExpenseFactory(date=date(2026, 5, 1), amount=Decimal(300))
    IncomeFactory(date=date(2026, 6, 1), amount=Decimal(70))
    answer = looker.get("/api/cashflow", date_from="2026-05-01", date_to="2026-05-31")
    names = ("opening_balance", "total_income", "total_expenses", "balance", "closing_balance")
    assert [answer[name] for name in names] == [1500.5, 0, 300, -300, 1200.5]
    whole = looker.get("/api/cashflow")
    assert [whole[name] for name in names] == [500.5, 1070, 300, 770, 1270.5]
    assert looker.get("/api/cashflow/metrics")["current_balance"] == 1270.5
    assert looker.get("/api/reports/summary")["cash_flow_trend"][-1]["balance"] == 1270.5
    assert looker.get("/api/reports/indicators")["available_cash"] == 1270.5
    assert looker.get("/api/cashflow/forecast", months=1)["data"][0]["balance"] == 1270.5 - 150  # 300 in 2 months


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"date_from": "2026-02-30"}, "date_from"),
        ({"date_from": "2026-02-02", "date_to": "2026-02-01"}, "date_to"),
        ({"type": "gasto"}, "type"),
        ({"currency": "EUR"}, "currency"),
        ({"per_page": "1001"}, "per_page"),
        ({"sort": "date"}, "sort"),
        ({"kind": "income"}, "kind"),
    ],
)
def test_a_wrong_parameter_is_named(looker: Caller, query: dict[str, str], named: str) -> None:
    assert set(looker.get("/api/cashflow", 400, **query)["errors"]) == {named}


def test_without_a_rate_the_list_answers_with_the_net_of_each_currency(looker: Caller) -> None:
    IncomeFactory(date=date(2026, 5, 3), currency=Currency.USD)
    ExpenseFactory(date=date(2026, 5, 4), currency=Currency.USD, amount=Decimal(300))
    IncomeFactory(date=date(2026, 5, 4), amount=Decimal(5))
    shown = looker.get("/api/cashflow")
    amounts = [name for name, value in shown.items() if isinstance(value, Decimal | float | int)]
    assert (amounts, shown["currency"], len(shown["data"])) == ([], "COP", 3)
    assert shown["totals_by_currency"] == {"COP": 5, "USD": 700}
    assert [(one["base"], one["quote"], one["date"]) for one in shown["warnings"]] == [("USD", "COP", "2026-05-03")]


@pytest.mark.parametrize("path", [path for path in PATHS if path != "cashflow"])
def test_a_missing_rate_is_a_conflict_only_where_one_is_needed(looker: Caller, path: str) -> None:
    IncomeFactory(date=date(2026, 5, 3), currency=Currency.USD, client="Banco")
    refused = looker.get(f"/api/{path}", 409)
    assert refused["code"] == "exchange_rate_missing"
    assert all(word in refused["detail"] for word in ("from USD to COP", "POST /api/exchange-rates"))
    looker.get(f"/api/{path}", currency="USD")


@pytest.mark.parametrize("path", PATHS)
def test_an_empty_company_has_figures_without_nonsense(looker: Caller, path: str) -> None:
    response = looker.send("GET", f"/api/{path}")
    assert response.status_code == 200
    json.loads(response.data, parse_constant=pytest.fail)


@pytest.mark.parametrize(("path", "most"), [(path, 6) for path in PATHS if path != "cashflow/forecast"])
def test_a_report_costs_few_statements_however_many_rows(looker: Caller, path: str, most: int) -> None:
    RateFactory(date=date(2026, 1, 1))
    for number in range(8):
        client = ClientFactory(start_date=date(2026, 1, 1))
        paid(date(2026, 5, number % 28 + 1), "10", project=ProjectFactory(client_id=client.id), currency=Currency.USD)
        ExpenseFactory(date=date(2026, 5, 2), category=f"Gasto {number}", client_id=client.id)
        ExpenseFactory(date=date(2026, 5, 2), category="Marketing")
    with counted() as sent:
        looker.get(f"/api/{path}")
    assert len(sent) <= most, sent


@pytest.mark.parametrize(
    ("moved", "expected"),
    [
        pytest.param([], {"current_balance": 0, "avg_monthly_income": 0, "burn_rate": 0} | NOTHING, id="no data"),
        pytest.param(
            [("in", "2026-06-15", "100")],
            {"current_balance": 100, "avg_monthly_income": 0, "gross_burn_rate": 0} | NOTHING,
            id="one day of data, in a month that is not over",
        ),
        pytest.param(
            [("in", "2026-05-31", "100"), ("out", "2026-06-01", "20")],
            {"current_balance": 80, "avg_monthly_income": 100, "avg_monthly_expenses": 0} | NOTHING,
            id="a company of one complete month",
        ),
        pytest.param(
            [("in", "2025-12-01", "600")], {"avg_monthly_income": 100, "burn_rate": -100} | NOTHING, id="only income"
        ),
        pytest.param(
            [("out", "2025-12-01", "600")],
            {"current_balance": -600, "burn_rate": 100, "runway": 0, "break_even_date": None},
            id="only expenses: never recovering",
        ),
        pytest.param(
            [("in", "2025-11-30", "2400"), ("out", "2026-01-01", "1200")],
            {"burn_rate": 200, "runway": 6, "break_even_date": "2026-12-15", "break_even_kind": "depletion"},
            id="burning what came more than six months ago",
        ),
        pytest.param(
            [("in", "2026-01-01", "1200"), ("out", "2026-01-02", "1210"), ("in", "2026-06-02", "11")],
            {"current_balance": 1, "runway": 0.5, "break_even_date": "2026-06-30", "break_even_kind": "depletion"},
            id="break-even soon",
        ),
        pytest.param(
            [("out", "2025-11-30", "1200"), ("in", "2026-01-01", "600")],
            {"current_balance": -600, "runway": None, "break_even_date": "2026-12-15", "break_even_kind": "recovery"},
            id="in debt and recovering",
        ),
        pytest.param(
            [("in", "2025-11-30", "9000000000"), ("out", "2026-01-01", "0.01")],
            {"burn_rate": 0, "break_even_date": None, "break_even_kind": None},
            id="so little that the day lies beyond the year 2200",
        ),
        pytest.param(
            [("in", "2026-06-16", "100"), ("out", "2026-07-01", "50")],
            {"total_income": 0, "total_expenses": 0, "current_balance": 0} | NOTHING,
            id="all of it still to come",
        ),
    ],
)
def test_metrics(looker: Caller, moved: list[tuple[str, str, str]], expected: dict[str, Any]) -> None:
    for way, day, amount in moved:
        factory = IncomeFactory if way == "in" else ExpenseFactory
        factory(date=date.fromisoformat(day), amount=Decimal(amount))
    answer = looker.get("/api/cashflow/metrics")
    assert {name: answer[name] for name in expected} == expected


def test_only_the_kinds_of_periods_there_are(looker: Caller) -> None:
    for path in ("cashflow", "incomes", "expenses"):
        assert set(looker.get(f"/api/{path}/analysis", 400, period="semester")["errors"]) == {"period"}
