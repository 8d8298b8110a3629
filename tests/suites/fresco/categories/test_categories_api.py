"""Categories: one spelling is kept of each, they are counted, and merged."""

from datetime import date
from typing import Any

import pytest

from tests.factories.expenses import AccruedExpenseFactory, ExpenseFactory, RecurringExpenseFactory
from tests.factories.incomes import IncomeFactory
from tests.support import Caller

EXPENSE = {
    "description": "Algo",
    "date": "2025-03-01",
    "amount": 100,
    "currency": "COP",
    "payment_method": "Tarjeta",
}
CATEGORIES, MERGE = "/api/categories", "/api/categories/merge"
MADE = {
    "/api/expenses": ("category", {}),
    "/api/expenses/accrued": ("category", {"due_date": "2025-03-01"}),
    "/api/expenses/recurring": ("category", {"start_date": "2025-03-01", "frequency": "Anual", "status": "Pausado"}),
    "/api/incomes": ("type", {}),
}


def entered(user: Caller, path: str, name: str) -> dict[str, Any]:
    field, own = MADE[path]
    common = {key: value for key, value in EXPENSE.items() if key != "date" or not own}
    row: dict[str, Any] = user.post(path, {**common, **own, field: name})["data"]
    return row


@pytest.mark.parametrize("path", MADE)
@pytest.mark.parametrize("given", ["Nómina", " Nómina\t", "nomina", "NÓMINA "])
def test_a_name_of_the_same_letters_is_reused(user: Caller, path: str, given: str) -> None:
    field, _ = MADE[path]
    first = entered(user, path, "Nómina")
    assert entered(user, path, given)[field] == "Nómina"
    other = entered(user, path, "  Otra ")
    assert other[field] == "Otra"
    assert user.put(f"{path}/{other['id']}", {field: given})["data"][field] == "Nómina"
    assert user.get(f"{path}/{first['id']}")["data"][field] == "Nómina"


def test_categories_are_shared_by_every_kind_of_expense_but_not_by_incomes(user: Caller) -> None:
    RecurringExpenseFactory(category="Arriendo")
    assert entered(user, "/api/expenses", "ARRIENDO")["category"] == "Arriendo"
    assert entered(user, "/api/incomes", "ARRIENDO")["type"] == "ARRIENDO"


def test_a_spelling_that_exists_twice_stays_as_it_is_entered(user: Caller) -> None:
    for category in ("Software", "software"):
        ExpenseFactory(category=category)
        assert entered(user, "/api/expenses", category)["category"] == category


def test_names_are_listed_with_their_use(viewer: Caller) -> None:
    ExpenseFactory(category="Software", date=date(2025, 1, 1))
    AccruedExpenseFactory(category="Software", due_date=date(2025, 2, 1))
    RecurringExpenseFactory(category="Ámbito", start_date=date(2024, 1, 1))
    IncomeFactory(type="Intereses", date=date(2025, 4, 1))
    assert viewer.get(CATEGORIES, kind="expense")["data"] == [
        {"name": "Ámbito", "count": 1, "last_used": "2024-01-01"},
        {"name": "Software", "count": 2, "last_used": "2025-02-01"},
    ]
    assert viewer.get(CATEGORIES, kind="income")["data"] == [
        {"name": "Intereses", "count": 1, "last_used": "2025-04-01"}
    ]
    assert list(viewer.get(CATEGORIES, expect=400)["errors"]) == ["kind"]


def test_merging_changes_every_kind_of_expense(user: Caller) -> None:
    rows = [
        ("/api/expenses", ExpenseFactory(category="Hosting").id),
        ("/api/expenses/accrued", AccruedExpenseFactory(category="hosting").id),
        ("/api/expenses/recurring", RecurringExpenseFactory(category="Nube").id),
    ]
    ExpenseFactory(category="Software")
    before = [user.send("GET", f"{path}/{row_id}").headers["ETag"] for path, row_id in rows]
    asked = {"kind": "expense", "from": ["Hosting", "hosting", "Nube", "Software"], "to": "software "}
    assert user.post(MERGE, asked, expect=200)["changed"] == 4
    assert [one["name"] for one in user.get(CATEGORIES, kind="expense")["data"]] == ["software"]
    after = [user.send("GET", f"{path}/{row_id}").headers["ETag"] for path, row_id in rows]
    assert all(old != new for old, new in zip(before, after, strict=True))


def test_merging_types_moves_their_totals(user: Caller) -> None:
    IncomeFactory(type="Intereses")
    IncomeFactory(type="Rendimientos")
    asked = {"kind": "income", "from": ["Rendimientos"], "to": "intereses"}
    assert user.post(MERGE, asked, expect=200) == {"message": "1 changed", "changed": 1}
    assert user.get("/api/incomes", type="Intereses")["total"] == 2000
    assert user.post(MERGE, asked, expect=200)["changed"] == 0


@pytest.mark.parametrize(("field", "value"), [("from", []), ("from", "x"), ("to", " "), ("kind", "x"), ("from", [" "])])
def test_a_wrong_merge_is_named(user: Caller, field: str, value: object) -> None:
    asked = {"kind": "expense", "from": ["a"], "to": "b", field: value}
    assert list(user.post(MERGE, asked, expect=400)["errors"]) == [field]


def test_a_viewer_merges_nothing(viewer: Caller) -> None:
    viewer.post(MERGE, {"kind": "expense", "from": ["a"], "to": "b"}, expect=403)
