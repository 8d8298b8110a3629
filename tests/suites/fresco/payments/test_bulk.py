"""Changing many payments at once."""

from decimal import Decimal
from typing import Any

import pytest

from tests.factories.payments import PaymentFactory
from tests.factories.projects import ProjectFactory
from tests.statements import counted
from tests.support import Caller

PATH = "/api/payments/bulk"


def changed(user: Caller, ids: list[int], action: str, expect: int = 200, **values: Any) -> Any:
    return user.post(PATH, {"ids": ids, "action": action, **values}, expect=expect)


def states(user: Caller, ids: list[int]) -> list[tuple[str, str | None, Decimal]]:
    rows = [user.get(f"/api/payments/{row_id}")["data"] for row_id in ids]
    return [(row["status"], row["paid_date"], row["paid_amount"]) for row in rows]


def test_payments_are_received_whole_and_undone(user: Caller) -> None:
    ids = [PaymentFactory().id for _ in range(3)]
    user.post(f"/api/payments/{ids[0]}/receipts", {"amount": "40", "date": "2025-03-16"})
    assert changed(user, ids, "mark-paid", paid_date="2025-03-20")["changed"] == 3
    assert states(user, ids) == [("Pagado", "2025-03-20", 100)] * 3
    assert user.get("/api/cashflow")["total_income"] == 300
    receipts = [user.get(f"/api/payments/{row_id}/receipts")["data"] for row_id in ids]
    assert [[one["amount"] for one in each] for each in receipts] == [[40, 60], [100], [100]]
    changed(user, ids, "undo")
    assert states(user, ids) == [("Vencido", None, 0)] * 3
    assert user.get("/api/cashflow")["total_income"] == 0


def test_nothing_is_changed_if_one_can_not_be_and_each_is_named(user: Caller) -> None:
    ids = [PaymentFactory().id for _ in range(2)]
    changed(user, ids[:1], "mark-paid", paid_date="2025-03-20")
    before = states(user, ids)
    for action in ("mark-paid", "delete"):
        problem = changed(user, ids, action, expect=409)
        assert (problem["code"], list(problem["errors"]["ids"])) == ("bulk_refused", [str(ids[0])])
    assert list(changed(user, ids, "undo", expect=409)["errors"]["ids"]) == [str(ids[1])]
    assert list(changed(user, [*ids, 987654], "undo", expect=404)["errors"]["ids"]) == ["987654"]
    assert states(user, ids) == before


def test_an_invoice_is_set_and_payments_are_deleted(user: Caller) -> None:
    project = ProjectFactory()
    ids = [PaymentFactory(project=project).id for _ in range(2)]
    changed(user, ids, "set-invoice", invoice_number="FE-1")
    assert [user.get(f"/api/payments/{row_id}")["data"]["invoice_number"] for row_id in ids] == ["FE-1", "FE-1"]
    changed(user, ids, "delete")
    assert user.get("/api/payments")["data"] == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"ids": [], "action": "undo"}, "ids"),
        ({"ids": list(range(1, 1002)), "action": "undo"}, "ids"),
        ({"ids": [1], "action": "pay"}, "action"),
    ],
)
def test_a_wrong_field_is_named(user: Caller, given: dict[str, Any], field: str) -> None:
    assert list(user.post(PATH, given, expect=400)["errors"]) == [field]


def test_an_invoice_without_a_number_and_a_future_day_are_refused(user: Caller) -> None:
    ids = [PaymentFactory().id]
    assert list(changed(user, ids, "set-invoice", expect=400)["errors"]) == ["invoice_number"]
    assert list(changed(user, ids, "mark-paid", expect=400, paid_date="2190-01-01")["errors"]) == ["paid_date"]


def test_receipts_of_many_cost_one_statement(user: Caller) -> None:
    ids = [PaymentFactory().id for _ in range(20)]
    with counted() as sent:
        changed(user, ids, "mark-paid", paid_date="2025-03-20")
    assert len([one for one in sent if "INSERT INTO payment_receipts" in one]) == 1
