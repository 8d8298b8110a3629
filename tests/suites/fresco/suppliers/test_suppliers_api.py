"""Suppliers: parties from which the company buys, and the expenses that name them."""

from typing import Any

import pytest

from tests.factories.expenses import AccruedExpenseFactory, ExpenseFactory, RecurringExpenseFactory
from tests.factories.suppliers import SupplierFactory
from tests.support import Caller

SUPPLIERS = "/api/suppliers"
NEW = {
    "name": "Empresas Públicas",
    "contact_name": "Luz Marina",
    "email": "facturas@epm.example.com",
    "phone": "+57 604 555 0111",
    "address": "Carrera 58 # 42-125",
    "tax_id": "890.904.996-1",
    "notes": "Corte el día 5",
}
BILL = {
    "description": "Energía de mayo",
    "due_date": "2025-05-20",
    "amount": 412000,
    "currency": "COP",
    "category": "Servicios públicos",
    "payment_method": "PSE",
    "invoice_number": "778",
}


def test_a_supplier_is_entered_changed_and_deleted(user: Caller) -> None:
    response = user.send("POST", SUPPLIERS, json=NEW)
    created = response.get_json()["data"]
    address = response.headers["Location"]
    assert (response.status_code, address) == (201, f"{SUPPLIERS}/{created['id']}")
    assert {name: created[name] for name in NEW} == NEW
    assert user.get(address)["data"] == created
    changed = user.put(address, {"name": "EPM", "tax_id": None})["data"]
    assert (changed["name"], changed["tax_id"], changed["email"]) == ("EPM", None, NEW["email"])
    assert user.delete(address) == {"message": "Supplier deleted"}
    user.get(address, expect=404)


@pytest.mark.parametrize(
    ("field", "value"), [("name", " "), ("email", "x"), ("tax_id", "x" * 51), ("start_date", "2025-01-01")]
)
def test_a_wrong_field_is_named(user: Caller, field: str, value: object) -> None:
    assert list(user.post(SUPPLIERS, {**NEW, field: value}, expect=400)["errors"]) == [field]


@pytest.mark.parametrize("q", ["epm", "PUBLICAS", "890904996", "890.904.996-1", "luz", "corte"])
def test_a_supplier_is_found_by_its_names_and_its_tax_id(user: Caller, q: str) -> None:
    user.post(SUPPLIERS, NEW)
    SupplierFactory(tax_id="800.111.222-3")
    assert [row["name"] for row in user.get(SUPPLIERS, q=q)["data"]] == [NEW["name"]]


@pytest.mark.parametrize(
    ("path", "make"),
    [
        ("/api/expenses", ExpenseFactory),
        ("/api/expenses/accrued", AccruedExpenseFactory),
        ("/api/expenses/recurring", RecurringExpenseFactory),
    ],
)
def test_expenses_of_every_kind_name_their_supplier(user: Caller, path: str, make: Any) -> None:
    supplier, expense, other = SupplierFactory(name="Aseo Total"), make(), make()
    changed = user.put(f"{path}/{expense.id}", {"supplier_id": supplier.id})["data"]
    assert changed["supplier_id"] == supplier.id
    assert [row["id"] for row in user.get(path, supplier_id=supplier.id)["data"]] == [expense.id]
    user.put(f"{path}/{other.id}", {"supplier_id": 987654321}, expect=404)
    problem = user.delete(f"{SUPPLIERS}/{supplier.id}", expect=409)
    assert problem["code"] == "supplier_in_use"


def test_a_bill_is_found_by_its_suppliers_name(user: Caller) -> None:
    supplier = SupplierFactory(name="Aseo Total")
    for path, own in (("/api/expenses/accrued", {}), ("/api/expenses", {"date": "2025-05-20"})):
        bill = {name: value for name, value in BILL.items() if not own or name not in {"due_date", "invoice_number"}}
        made = user.post(path, {**bill, **own, "supplier_id": supplier.id})["data"]
        user.post(path, {**bill, **own})
        assert [row["id"] for row in user.get(path, q="aseo total")["data"]] == [made["id"]]


def test_an_invoice_number_is_unique_with_its_supplier(user: Caller) -> None:
    one, other = SupplierFactory(), SupplierFactory()
    user.post("/api/expenses/accrued", {**BILL, "supplier_id": one.id})
    again = user.post("/api/expenses/accrued", {**BILL, "supplier_id": one.id}, expect=409)
    assert again["code"] == "invoice_number_taken"
    moved = user.post("/api/expenses/accrued", {**BILL, "supplier_id": other.id})["data"]
    user.post("/api/expenses/accrued", BILL)
    user.post("/api/expenses/accrued", BILL)
    address = f"/api/expenses/accrued/{moved['id']}"
    assert user.put(address, {"supplier_id": one.id}, expect=409)["code"] == "invoice_number_taken"


def test_an_accrued_expense_has_the_supplier_of_its_origin(user: Caller) -> None:
    supplier = SupplierFactory()
    recurring = {
        "description": "Aseo",
        "amount": 95000,
        "currency": "COP",
        "frequency": "Anual",
        "start_date": "2026-01-31",
        "category": "Oficina",
        "payment_method": "Efectivo",
    }
    user.post("/api/expenses/recurring", {**recurring, "supplier_id": supplier.id})
    [accrued] = user.get("/api/expenses/accrued")["data"]
    assert accrued["supplier_id"] == supplier.id


def test_a_viewer_reads_suppliers_only(viewer: Caller) -> None:
    address = f"{SUPPLIERS}/{SupplierFactory().id}"
    viewer.get(address)
    viewer.post(SUPPLIERS, NEW, expect=403)
    viewer.put(address, {"notes": "x"}, expect=403)
    viewer.delete(address, expect=403)
