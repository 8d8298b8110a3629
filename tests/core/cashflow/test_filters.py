"""Filters of cash flow: the totals are those of the rows that are listed, the balances those of the company."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.core.cashflow.queries import movements
from app.suites.fresco.expenses.rules import AccruedStatus
from tests.factories.clients import ClientFactory
from tests.factories.currencies import RateFactory
from tests.factories.expenses import AccruedExpenseFactory, ExpenseFactory
from tests.factories.incomes import IncomeFactory
from tests.factories.payments import PaymentFactory, receive
from tests.factories.projects import ProjectFactory
from tests.factories.suppliers import SupplierFactory
from tests.support import Caller

DAY = date(2026, 5, 4)
Row = dict[str, Any]


@pytest.fixture
def company(looker: Caller, user: Caller) -> dict[str, int]:
    """A company with movements of every source, and the ids that its filters name."""
    client, supplier = ClientFactory(name="Muelle Ñuñoa"), SupplierFactory(name="Cartón y Cía")
    project = ProjectFactory(client_id=client.id, name="Portal")
    owned = {"client_id": client.id, "project_id": project.id}
    RateFactory(date=DAY)
    payment = PaymentFactory(project=project, date=DAY, amount=Decimal(1000))
    tax = [{"type": "Retefuente", "amount": "40.00"}]
    receive(user, payment.id, "400.00", payment_method="Nequi", date="2026-05-04", withholdings=tax, bank_charge="3.00")
    receive(user, payment.id, "600.00", payment_method="Efectivo", date="2026-05-05")
    IncomeFactory(date=DAY, amount=Decimal(119), tax_amount=Decimal(19), **owned)
    IncomeFactory(date=DAY, amount=Decimal(70), currency="USD", description="Intereses del banco", type="Intereses")
    ExpenseFactory(date=DAY, amount=Decimal(238), tax_amount=Decimal(38), supplier_id=supplier.id, category="Arriendo")
    ExpenseFactory(date=date(2026, 4, 30), amount=Decimal(50), category="Papelería", payment_method="Nequi", **owned)
    paid = {"paid_date": DAY, "paid_amount": Decimal(90), "status": AccruedStatus.PAID}
    AccruedExpenseFactory(due_date=DAY, amount=Decimal(90), supplier_id=supplier.id, **paid)
    return {"client_id": client.id, "project_id": project.id, "supplier_id": supplier.id}


def having(*words: str) -> Callable[[Row, dict[str, int]], bool]:
    return lambda row, _: any(word in (row["description"] or "") + row["category"] for word in words)


FILTERS: dict[str, tuple[dict[str, Any], Callable[[Row, dict[str, int]], bool], int]] = {
    "client": ({"client_id": None}, lambda row, ids: row["client_id"] == ids["client_id"], 7),
    "project": ({"project_id": None}, lambda row, ids: row["project_id"] == ids["project_id"], 7),
    "supplier": ({"supplier_id": None}, lambda row, ids: row["supplier_id"] == ids["supplier_id"], 3),
    "method": ({"payment_method": "Nequi"}, lambda row, _: row["payment_method"] == "Nequi", 3),
    "method, days and nature": (
        {"payment_method": "Nequi", "date_from": "2026-05-01", "nature": "operating"},
        lambda row, _: (row["payment_method"], row["nature"]) == ("Nequi", "operating"),
        2,
    ),
    "method and category": (
        {"payment_method": "Nequi", "category": ["Papelería"]},
        lambda row, _: row["payment_method"] == "Nequi" and row["category"] == "Papelería",
        1,
    ),
    "amounts": ({"amount_min": "40.00", "amount_max": 100}, lambda row, _: 40 <= row["amount"] <= 100, 5),
    "categories": ({"category": ["Arriendo", "Papelería"]}, having("Arriendo", "Papelería"), 3),
    "a category": ({"category": ["Arriendo"]}, having("Arriendo"), 2),
    "client's name": ({"q": "nunoa"}, lambda row, ids: row["client_id"] == ids["client_id"], 7),
    "project's name": ({"q": "PORTAL"}, lambda row, ids: row["project_id"] == ids["project_id"], 7),
    "supplier's name": ({"q": "carton"}, lambda row, ids: row["supplier_id"] == ids["supplier_id"], 3),
    "description": ({"q": "INTERESES del"}, having("Intereses del"), 1),
    "several": (
        {"client_id": None, "type": "expense", "nature": "operating", "date_from": "2026-05-01", "q": "bancarios"},
        lambda row, _: row["source"] == "bank_charge",
        1,
    ),
}


@pytest.mark.parametrize("few", [0, movements.FEW])
@pytest.mark.parametrize("name", FILTERS)
def test_totals_are_those_of_the_rows_that_match(
    looker: Caller, company: dict[str, int], name: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(movements, "FEW", few)  # whichever way the rows are found
    query, matches, number = FILTERS[name]
    query = {key: company.get(key, value) if value is None else value for key, value in query.items()}
    days = {key: value for key, value in query.items() if key == "date_from"}
    everything = looker.get("/api/cashflow", currency="COP", **days)
    expected = [row for row in everything["data"] if matches(row, company)]
    found = looker.get("/api/cashflow", currency="COP", **query)
    assert (found["data"], found["pagination"]["total"]) == (expected, len(expected))
    assert len(expected) == number
    totals = {
        kind: sum((row["converted_amount"] for row in expected if row["kind"] == kind), Decimal(0))
        for kind in ("income", "expense")
    }
    assert (found["total_income"], found["total_expenses"]) == (totals["income"], totals["expense"])
    assert found["balance"] == totals["income"] - totals["expense"]
    for balance in ("opening_balance", "closing_balance"):
        assert found[balance] == everything[balance]


def test_without_a_rate_the_matching_rows_are_summed_in_each_currency(looker: Caller) -> None:
    client = ClientFactory()
    IncomeFactory(date=DAY, amount=Decimal(70), currency="USD", client_id=client.id)
    IncomeFactory(date=DAY, amount=Decimal(5), currency="USD")
    found = looker.get("/api/cashflow", client_id=client.id)
    assert (found["balance"], found["totals_by_currency"], found["pagination"]["total"]) == (None, {"USD": 70}, 1)


@pytest.mark.parametrize("query", [{"amount_min": "x"}, {"client_id": 0}, {"supplier_id": "x"}, {"project": 1}])
def test_a_wrong_filter_is_named(looker: Caller, query: dict[str, object]) -> None:
    assert list(looker.get("/api/cashflow", expect=400, **query)["errors"]) == list(query)


@pytest.mark.parametrize("path", ["/api/payments", "/api/incomes"])
def test_nothing_but_expenses_has_a_supplier(looker: Caller, company: dict[str, int], path: str) -> None:
    assert looker.get(path)["data"]
    found = looker.get(path, supplier_id=company["supplier_id"])
    assert (found["data"], found["pagination"]["total"]) == ([], 0)
