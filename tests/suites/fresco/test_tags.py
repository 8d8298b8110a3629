"""Tags of projects, payments, incomes and expenses."""

from typing import Any

import pytest

from tests.factories.expenses import ExpenseFactory
from tests.factories.incomes import IncomeFactory
from tests.factories.payments import PaymentFactory
from tests.factories.projects import ProjectFactory
from tests.support import Caller

TAGGED: list[tuple[str, Any]] = [
    ("/api/projects", ProjectFactory),
    ("/api/payments", PaymentFactory),
    ("/api/incomes", IncomeFactory),
    ("/api/expenses", ExpenseFactory),
]


@pytest.mark.parametrize(("path", "make"), TAGGED)
def test_rows_are_found_by_their_tags(user: Caller, path: str, make: Any) -> None:
    one, other = make(), make()
    assert user.get(f"{path}/{one.id}")["data"]["tags"] == []
    changed = user.put(f"{path}/{one.id}", {"tags": [" Evento ", "2026", "EVENTO"]})["data"]
    assert changed["tags"] == ["evento", "2026"]
    user.put(f"{path}/{other.id}", {"tags": ["2026"]})
    for tag, found in (("evento", [one.id]), ("EVENTO", [one.id]), ("2026", [one.id, other.id]), ("even", [])):
        answer = user.get(path, tag=tag, sort="id")
        assert [row["id"] for row in answer["data"]] == found
        assert answer["pagination"]["total"] == len(found)
    assert "evento; 2026" in user.send("GET", f"{path}?format=csv").text
    assert user.put(f"{path}/{one.id}", {"tags": []})["data"]["tags"] == []


@pytest.mark.parametrize("tags", [None, "x" * 41, [" "], ["a,b"], [1], [str(number) for number in range(11)]])
def test_wrong_tags_are_named(user: Caller, tags: object) -> None:
    expense = ExpenseFactory()
    assert list(user.put(f"/api/expenses/{expense.id}", {"tags": tags}, expect=400)["errors"]) == ["tags"]


def test_a_form_separates_tags_by_commas(user: Caller) -> None:
    form = {
        "description": "Algo",
        "date": "2025-03-01",
        "amount": "1500.50",
        "currency": "COP",
        "payment_method": "Transferencia",
        "category": "Software",
        "tags": "Feria, 2026,",
    }
    response = user.send("POST", "/api/expenses", data=form, content_type="multipart/form-data")
    assert (response.status_code, response.get_json()["data"]["tags"]) == (201, ["feria", "2026"])
