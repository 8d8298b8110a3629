"""Expenses entered one by one, over the API."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.factories.clients import ClientFactory
from tests.factories.expenses import AccruedExpenseFactory, ExpenseFactory, RecurringExpenseFactory
from tests.statements import counted
from tests.support import Caller

NEW = {
    "description": "Pauta en redes",
    "date": "2025-03-01",
    "amount": 350000,
    "currency": "COP",
    "category": "Marketing",
    "payment_method": "Tarjeta",
}


def ids(answer: Any) -> list[int]:
    return [row["id"] for row in answer["data"]]


def project_of(user: Caller, client_id: int, name: str = "Proyecto") -> int:
    """A project of the client, without a plan."""
    values = {"client_id": client_id, "name": name, "description": "", "start_date": "2025-01-01"}
    created: int = user.post("/api/projects", values)["data"]["id"]
    return created


def test_an_expense_is_created_with_a_location(user: Caller) -> None:
    response = user.send("POST", "/api/expenses", json=NEW)
    created = response.get_json()["data"]
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/expenses/{created['id']}"
    assert {name: created[name] for name in NEW} == NEW
    assert user.get(response.headers["Location"])["data"] == created


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("description", "\t"),
        ("description", "x" * 501),
        ("date", "2201-01-01"),
        ("amount", "0.001"),
        ("amount", None),
        ("currency", "cop"),
        ("category", " "),
        ("category", "x" * 101),
        ("client_id", -1),
        ("project_id", "1.5"),
        ("payment_method", ""),
        ("receipt_path", "nowhere"),
        ("notes", "a\x00b"),
        ("categoria", "typo"),
    ],
)
def test_a_wrong_field_is_named(user: Caller, field: str, value: object) -> None:
    assert list(user.post("/api/expenses", {**NEW, field: value}, expect=400)["errors"]) == [field]


def test_missing_required_fields_are_named(user: Caller) -> None:
    problem = user.post("/api/expenses", {}, expect=400)
    assert set(problem["errors"]) == {"description", "date", "amount", "currency", "category", "payment_method"}


@pytest.mark.parametrize("path", ["/api/expenses", "/api/expenses/recurring"])
@pytest.mark.parametrize("field", ["client_id", "project_id"])
def test_an_unknown_client_or_project_is_not_found(user: Caller, path: str, field: str) -> None:
    recurring = {**NEW, "frequency": "Mensual", "start_date": "2025-01-31"}
    del recurring["date"]
    values = NEW if path == "/api/expenses" else recurring
    user.post(path, {**values, field: 987654321}, expect=404)


def test_a_project_brings_its_client(user: Caller) -> None:
    client = ClientFactory()
    project_id = project_of(user, client.id)
    created = user.post("/api/expenses", {**NEW, "project_id": project_id})["data"]
    assert (created["project_id"], created["client_id"]) == (project_id, client.id)


def test_a_client_that_is_not_the_projects_is_refused(user: Caller) -> None:
    client, other = ClientFactory(), ClientFactory()
    project_id = project_of(user, client.id)
    both = {"project_id": project_id, "client_id": other.id}
    assert list(user.post("/api/expenses", {**NEW, **both}, expect=400)["errors"]) == ["client_id"]
    created = user.post("/api/expenses", {**NEW, "project_id": project_id})["data"]
    address = f"/api/expenses/{created['id']}"
    assert list(user.put(address, {"client_id": other.id}, expect=400)["errors"]) == ["client_id"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"project_id": None}, ("first", None)),
        ({"client_id": None}, ("first", "project")),
        ({"client_id": None, "project_id": None}, (None, None)),
        ({"project_id": None, "client_id": "second"}, ("second", None)),
        ({"project_id": "other"}, ("second", "other")),
        ({"notes": "n"}, ("first", "project")),
    ],
)
def test_client_and_project_stay_together(user: Caller, change: dict[str, Any], expected: tuple[Any, Any]) -> None:
    known = {"first": ClientFactory().id, "second": ClientFactory().id, None: None, "n": "n"}
    known |= {"project": project_of(user, known["first"]), "other": project_of(user, known["second"])}
    created = user.post("/api/expenses", {**NEW, "project_id": known["project"]})["data"]
    changes = {name: known[value] for name, value in change.items()}
    changed = user.put(f"/api/expenses/{created['id']}", changes)["data"]
    assert (changed["client_id"], changed["project_id"]) == tuple(known[name] for name in expected)


def test_a_project_with_expenses_keeps_its_client_and_is_not_deleted(user: Caller) -> None:
    client, other = ClientFactory(), ClientFactory()
    project_id = project_of(user, client.id)
    user.post("/api/expenses", {**NEW, "project_id": project_id})
    user.delete(f"/api/projects/{project_id}", expect=409)
    user.put(f"/api/projects/{project_id}", {"client_id": other.id}, expect=409)


def test_a_put_changes_the_fields_that_are_sent_and_no_others(user: Caller) -> None:
    expense = ExpenseFactory(notes="a")
    changed = user.put(f"/api/expenses/{expense.id}", {"amount": "2.50"})["data"]
    assert (changed["amount"], changed["notes"], changed["category"]) == (Decimal("2.5"), "a", "Software")


def test_a_deleted_expense_is_gone(user: Caller) -> None:
    expense = ExpenseFactory()
    assert user.delete(f"/api/expenses/{expense.id}") == {"message": "Expense deleted"}
    user.get(f"/api/expenses/{expense.id}", expect=404)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"category": "Viajes"}, [1]),
        ({"category": ["Viajes", "Software"]}, [0, 1, 2]),
        ({"payment_method": "Efectivo"}, [1]),
        ({"amount_min": "1000.01"}, [1]),
        ({"amount_max": 1000}, [0, 2]),
        ({"date_from": "2025-02-01"}, [1, 2]),
        ({"date_to": "2025-02-01"}, [0, 1]),
        ({"q": "viáje"}, [1]),
        ({"q": "nandu"}, [2]),
        ({"q": "rastreo"}, [0]),
    ],
)
def test_expenses_are_filtered(user: Caller, filters: dict[str, Any], found: list[int]) -> None:
    client, other = ClientFactory(name="Hacienda Ñandú"), ClientFactory(name="Otro")
    project_id = project_of(user, other.id, "Rastreo de flota")
    made = [
        ExpenseFactory(date=date(2025, 1, 1), project_id=project_id, client_id=other.id),
        ExpenseFactory(date=date(2025, 2, 1), category="Viajes", payment_method="Efectivo", amount=Decimal("1000.01")),
        ExpenseFactory(date=date(2025, 3, 1), client_id=client.id),
    ]
    assert ids(user.get("/api/expenses", sort="date", **filters)) == [made[number].id for number in found]
    answer = user.get("/api/expenses", **filters)
    assert ids(answer) == [made[number].id for number in reversed(found)]
    assert answer["total"] == sum(made[number].amount for number in found)


def test_expenses_are_filtered_by_client_and_project(user: Caller) -> None:
    client, other = ClientFactory(), ClientFactory()
    project_id = project_of(user, client.id)
    whole = ExpenseFactory(project_id=project_id, client_id=client.id)
    ExpenseFactory(client_id=other.id)
    assert ids(user.get("/api/expenses", client_id=client.id)) == [whole.id]
    assert ids(user.get("/api/expenses", project_id=project_id)) == [whole.id]


def test_the_total_is_of_all_that_match(admin: Caller) -> None:
    admin.post("/api/exchange-rates", {"date": "2025-01-01", "rate": 4000})
    ExpenseFactory(amount=Decimal("1.50"), currency="USD")
    ExpenseFactory(amount=Decimal("2000.00"))
    ExpenseFactory(amount=Decimal("99.00"), category="Viajes")
    answer = admin.get("/api/expenses", category="Software", per_page=1)
    assert (answer["total"], answer["currency"]) == (8000, "COP")
    answer = admin.get("/api/expenses", category="Software", currency="USD", sort="-amount")
    assert (answer["total"], answer["currency"]) == (2, "USD")
    assert [row["converted_amount"] for row in answer["data"]] == [Decimal("0.5"), Decimal("1.5")]


@pytest.mark.parametrize(
    ("path", "names"), [("", ["total"]), ("/recurring", ["total", "monthly_total"]), ("/accrued", ["totals"])]
)
def test_lists_answer_without_a_rate(user: Caller, path: str, names: list[str]) -> None:
    made = {"": ExpenseFactory, "/recurring": RecurringExpenseFactory, "/accrued": AccruedExpenseFactory}[path]
    made(currency="COP", amount=Decimal(9))
    before = user.get(f"/api/expenses{path}")
    assert (len(before["data"]), "warnings" in before) == (1, False)
    made(currency="USD", amount=Decimal(4))
    shown = user.get(f"/api/expenses{path}")
    assert [shown[name] for name in names] == [None] * len(names)
    assert shown["totals_by_currency"] == {"COP": 9, "USD": 4}
    assert [(one["base"], one["quote"]) for one in shown["warnings"]] == [("USD", "COP")]


@pytest.mark.parametrize("query", [{"categoria": "x"}, {"sort": "receipt_path"}, {"date_from": "x"}])
def test_a_wrong_parameter_is_named(user: Caller, query: dict[str, Any]) -> None:
    assert list(user.get("/api/expenses", expect=400, **query)["errors"]) == list(query)


def test_a_list_costs_few_statements(admin: Caller) -> None:
    admin.post("/api/exchange-rates", {"date": "2025-01-01", "rate": 4000})
    for _ in range(20):
        ExpenseFactory(currency="USD")
    with counted() as sent:
        admin.get("/api/expenses", currency="USD", q="gasto")
    assert len(sent) <= 4, sent
