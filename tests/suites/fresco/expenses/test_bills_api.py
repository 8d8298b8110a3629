"""Bills: accrued expenses that are entered by hand, changed, paid, undone and deleted."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.infra import clock
from app.suites.fresco.expenses.rules import AccruedStatus
from tests.factories.clients import ClientFactory
from tests.factories.expenses import AccruedExpenseFactory
from tests.factories.projects import ProjectFactory
from tests.support import Caller

ACCRUED = "/api/expenses/accrued"
NEW = {
    "description": "Energía de mayo",
    "due_date": "2025-05-20",
    "amount": 412000,
    "currency": "COP",
    "category": "Servicios públicos",
    "payment_method": "PSE",
    "invoice_number": "EPM-778",
}
MAY = datetime(2025, 5, 15, 17, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_may() -> Any:
    """Stop the clock on 15 May 2025."""
    with clock.frozen(MAY):
        yield


def entered(user: Caller, **values: Any) -> dict[str, Any]:
    bill: dict[str, Any] = user.post(ACCRUED, {**NEW, **values})["data"]
    return bill


def test_a_bill_is_entered_with_a_location_and_does_not_recur(user: Caller) -> None:
    response = user.send("POST", ACCRUED, json=NEW)
    bill = response.get_json()["data"]
    assert (response.status_code, response.headers["Location"]) == (201, f"{ACCRUED}/{bill['id']}")
    assert {name: bill[name] for name in NEW} == NEW
    assert (bill["status"], bill["paid_date"], bill["is_recurring"], bill["recurring_id"]) == (
        "pendiente",
        None,
        False,
        None,
    )
    assert user.get(response.headers["Location"])["data"] == bill


@pytest.mark.parametrize(("day", "status"), [("2025-05-14", "vencido"), ("2025-05-15", "pendiente")])
def test_the_status_follows_the_due_date(user: Caller, day: str, status: str) -> None:
    bill = entered(user)
    assert entered(user, due_date=day)["status"] == status
    assert user.put(f"{ACCRUED}/{bill['id']}", {"due_date": day})["data"]["status"] == status


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("description", " "),
        ("due_date", "2025-02-30"),
        ("amount", 0),
        ("currency", "EUR"),
        ("category", ""),
        ("payment_method", None),
        ("invoice_number", "x" * 101),
        ("receipt_path", "nowhere"),
        ("client_id", "x"),
        ("occurrence_date", "2025-01-01"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_stored(user: Caller, field: str, value: object) -> None:
    assert list(user.post(ACCRUED, {**NEW, field: value}, expect=400)["errors"]) == [field]
    assert user.get(ACCRUED)["pagination"]["total"] == 0


def test_a_project_brings_its_client(user: Caller) -> None:
    project, other = ProjectFactory(), ClientFactory()
    bill = entered(user, project_id=project.id)
    assert (bill["client_id"], bill["project_id"]) == (project.client_id, project.id)
    refused = user.put(f"{ACCRUED}/{bill['id']}", {"client_id": other.id}, expect=400)
    assert list(refused["errors"]) == ["client_id"]
    user.post(ACCRUED, {**NEW, "client_id": 987654321}, expect=404)


def test_a_bill_may_be_sent_back_as_it_was_read(user: Caller) -> None:
    bill = entered(user)
    changed = user.put(f"{ACCRUED}/{bill['id']}", {**bill, "notes": "medidor 7"})["data"]
    assert {**changed, "notes": None, "updated_at": None} == {**bill, "updated_at": None}


def test_a_paid_bill_keeps_what_was_owed_until_it_is_undone(user: Caller) -> None:
    address = f"{ACCRUED}/{entered(user)['id']}"
    user.post(f"{address}/mark-as-paid", {}, expect=200)
    for change in ({"amount": 1}, {"currency": "USD"}, {"due_date": "2025-06-01"}):
        assert user.put(address, change, expect=409)["code"] == "expense_is_paid"
    assert user.delete(address, expect=409)["code"] == "expense_is_paid"
    free = {"amount": NEW["amount"], "category": "Energía", "notes": "x", "invoice_number": None}
    assert user.put(address, free)["data"]["status"] == "pagado"
    undone = user.post(f"{address}/undo-payment", {}, expect=200)["data"]
    assert (undone["status"], undone["paid_date"]) == ("pendiente", None)
    assert user.post(f"{address}/undo-payment", {}, expect=409)["code"] == "not_paid"
    assert user.put(address, {"amount": 1})["data"]["amount"] == 1
    assert user.delete(address) == {"message": "Accrued expense deleted"}
    user.get(address, expect=404)


def test_cash_counts_what_was_paid_and_accrual_what_was_owed(user: Caller) -> None:
    bill = entered(user)
    paid = user.post(f"{ACCRUED}/{bill['id']}/mark-as-paid", {"amount": "398500.50"}, expect=200)["data"]
    assert (paid["amount"], paid["paid_amount"]) == (412000, Decimal("398500.50"))
    span = {"date_from": "2025-05-01", "date_to": "2025-05-31"}
    [moved] = user.get("/api/cashflow", **span)["data"]
    assert moved["amount"] == Decimal("398500.50")
    for basis, total in (("cash", Decimal("398500.50")), ("accrual", 412000)):
        assert user.get("/api/reports/statement", basis=basis, **span)["expenses"]["total"] == total
    assert user.get(ACCRUED)["totals"]["by_currency"]["COP"] == 412000
    undone = user.post(f"{ACCRUED}/{bill['id']}/undo-payment", {}, expect=200)["data"]
    assert (undone["amount"], undone["paid_amount"]) == (412000, None)
    assert user.get("/api/cashflow", **span)["data"] == []


@pytest.mark.parametrize("amount", [0, "-1", "0.001", "NaN"])
def test_a_wrong_amount_paid_is_named(user: Caller, amount: object) -> None:
    problem = user.post(f"{ACCRUED}/{entered(user)['id']}/mark-as-paid", {"amount": amount}, expect=400)
    assert list(problem["errors"]) == ["amount"]


def test_a_payment_without_an_amount_pays_what_is_owed(user: Caller) -> None:
    paid = user.post(f"{ACCRUED}/{entered(user)['id']}/mark-as-paid", {}, expect=200)["data"]
    assert paid["paid_amount"] == paid["amount"]


FILTERS: list[tuple[Any, list[int]]] = [
    ({"status": "pendiente,pagado"}, [0, 2]),
    ({"status": "vencido"}, [1]),
    ({"category": ["Arriendo", "Software"]}, [1, 2]),
    ({"category": "Arriendo"}, [1]),
    ({"payment_method": "PSE"}, [0]),
    ({"amount_min": 1000}, [0, 2]),
    ({"amount_min": 0, "amount_max": "999.99"}, [1]),
    ({"q": "epm-778"}, [0]),
    ({"q": "energia"}, [0]),
    ({"q": "x", "status": "pagado", "category": "Software"}, []),
]


@pytest.mark.parametrize(("filters", "found"), FILTERS)
def test_bills_are_filtered(user: Caller, filters: dict[str, Any], found: list[int]) -> None:
    made = [
        entered(user)["id"],
        AccruedExpenseFactory(category="Arriendo", amount=Decimal("999.99")).id,
        AccruedExpenseFactory(status=AccruedStatus.PAID, paid_date=date(2025, 3, 12)).id,
    ]
    answer = user.get(ACCRUED, sort="id", **filters)
    assert [row["id"] for row in answer["data"]] == [made[number] for number in found]
    assert answer["pagination"]["total"] == len(found)


def test_bills_are_filtered_by_client_and_project(user: Caller) -> None:
    project = ProjectFactory()
    whole, of_client = entered(user, project_id=project.id), entered(user, client_id=project.client_id)
    entered(user)
    assert [row["id"] for row in user.get(ACCRUED, project_id=project.id)["data"]] == [whole["id"]]
    found = user.get(ACCRUED, client_id=project.client_id, sort="id")["data"]
    assert [row["id"] for row in found] == [whole["id"], of_client["id"]]


def test_a_payment_undone_after_the_due_date_leaves_an_overdue_bill(user: Caller) -> None:
    bill = AccruedExpenseFactory(due_date=date(2025, 5, 14), status=AccruedStatus.PAID, paid_date=date(2025, 5, 14))
    assert user.post(f"{ACCRUED}/{bill.id}/undo-payment", {}, expect=200)["data"]["status"] == "vencido"


def test_a_viewer_changes_nothing(viewer: Caller) -> None:
    address = f"{ACCRUED}/{AccruedExpenseFactory().id}"
    viewer.post(ACCRUED, NEW, expect=403)
    viewer.put(address, {"notes": "x"}, expect=403)
    viewer.delete(address, expect=403)
    viewer.post(f"{address}/undo-payment", {}, expect=403)
