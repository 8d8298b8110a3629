"""Single payments over the API: creating, changing, marking as paid and as unpaid."""

from datetime import date
from typing import Any

import pytest

from tests.factories.clients import ClientFactory
from tests.factories.payments import PaymentFactory
from tests.factories.projects import ProjectFactory
from tests.suites.fresco.payments.clocks import on
from tests.support import Caller

TODAY = date(2025, 3, 10)
YESTERDAY, NOW, TOMORROW = "2025-03-09", "2025-03-10", "2025-03-11"
PAID, PENDING, OVERDUE = "Pagado", "Pendiente", "Vencido"
NONE = "left out"


@pytest.fixture(autouse=True)
def _in_march() -> Any:
    with on(TODAY):
        yield


def new(**changes: Any) -> dict[str, Any]:
    """The request body of a new payment."""
    project_id = changes.pop("project_id", None) or ProjectFactory().id
    plain = {"project_id": project_id, "amount": 100.5, "currency": "COP", "date": TOMORROW, "type": "Recurrente"}
    return {**plain, **changes}


def given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value != NONE}


def test_a_payment_is_created_with_its_project_s_client(user: Caller) -> None:
    project = ProjectFactory()
    response = user.send("POST", "/api/payments", json=new(project_id=project.id))
    payment = response.get_json()["data"]
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/payments/{payment['id']}"
    assert user.get(response.headers["Location"])["data"] == payment
    assert (payment["client_id"], payment["status"], payment["paid_date"]) == (project.client_id, PENDING, None)
    assert "generated" not in payment


# due date, requested status, requested paid date -> status and paid date, or the invalid field
ENTERED = [
    (YESTERDAY, NONE, NONE, (OVERDUE, None)),
    (NOW, NONE, NONE, (PENDING, None)),
    (TOMORROW, NONE, NONE, (PENDING, None)),
    (YESTERDAY, NONE, None, (OVERDUE, None)),
    (YESTERDAY, OVERDUE, NONE, (OVERDUE, None)),
    (NOW, OVERDUE, NONE, "status"),
    (TOMORROW, OVERDUE, NONE, "status"),
    (YESTERDAY, PENDING, NONE, "status"),
    (NOW, PENDING, NONE, (PENDING, None)),
    (TOMORROW, PENDING, None, (PENDING, None)),
    (YESTERDAY, PAID, NONE, (PAID, NOW)),
    (YESTERDAY, PAID, None, (PAID, NOW)),
    (TOMORROW, PAID, NONE, (PAID, NOW)),
    (TOMORROW, PAID, YESTERDAY, (PAID, YESTERDAY)),
    (TOMORROW, PAID, NOW, (PAID, NOW)),
    (YESTERDAY, PAID, TOMORROW, "paid_date"),
    (YESTERDAY, NONE, YESTERDAY, "paid_date"),
    (YESTERDAY, OVERDUE, YESTERDAY, "paid_date"),
    (TOMORROW, PENDING, NOW, "paid_date"),
]


@pytest.mark.parametrize(("day", "status", "paid_date", "outcome"), ENTERED)
def test_a_new_payment_s_status_fits_its_dates(
    user: Caller, day: str, status: str, paid_date: str | None, outcome: Any
) -> None:
    body = new(date=day, **given(status=status, paid_date=paid_date))
    if isinstance(outcome, str):
        assert list(user.post("/api/payments", body, expect=400)["errors"]) == [outcome]
        return
    payment = user.post("/api/payments", body)["data"]
    assert (payment["status"], payment["paid_date"]) == outcome


STORED: dict[str, dict[str, Any]] = {
    "pending": {"date": date(2025, 3, 11), "status": PENDING},
    "overdue": {"date": date(2025, 3, 9), "status": OVERDUE},
    "paid": {"date": date(2025, 3, 9), "status": PAID, "paid_date": date(2025, 3, 5)},
    "paid ahead": {"date": date(2025, 3, 11), "status": PAID, "paid_date": date(2025, 3, 5)},
    "not marked yet": {"date": date(2025, 3, 9), "status": PENDING},
}
# stored status, request body -> status and paid date, or the invalid field
CHANGED = [
    ("pending", {"status": PAID}, (PAID, NOW)),
    ("pending", {"status": PAID, "paid_date": YESTERDAY}, (PAID, YESTERDAY)),
    ("pending", {"status": PAID, "paid_date": TOMORROW}, "paid_date"),
    ("pending", {"status": PENDING}, (PENDING, None)),
    ("pending", {"status": PENDING, "paid_date": NOW}, "paid_date"),
    ("pending", {"status": OVERDUE}, "status"),
    ("overdue", {"status": PAID}, (PAID, NOW)),
    ("overdue", {"status": PENDING}, "status"),
    ("overdue", {"status": OVERDUE}, (OVERDUE, None)),
    ("paid", {"status": OVERDUE}, (OVERDUE, None)),
    ("paid", {"status": PENDING}, "status"),
    ("paid", {"status": OVERDUE, "paid_date": NOW}, "paid_date"),
    ("paid", {"status": PAID}, (PAID, "2025-03-05")),
    ("paid", {"status": PAID, "paid_date": None}, (PAID, "2025-03-05")),
    ("paid", {"status": PAID, "paid_date": NOW}, (PAID, NOW)),
    ("paid ahead", {"status": PENDING}, (PENDING, None)),
    ("paid ahead", {"status": OVERDUE}, "status"),
    ("not marked yet", {"status": OVERDUE}, (OVERDUE, None)),
    ("not marked yet", {"status": PENDING}, "status"),
]
WITHOUT_STATUS = [
    ("pending", {"paid_date": NOW}, "paid_date"),
    ("pending", {"date": YESTERDAY}, (OVERDUE, None)),
    ("pending", {"date": NOW}, (PENDING, None)),
    ("pending", {"date": YESTERDAY, "status": PENDING}, "status"),
    ("overdue", {"date": TOMORROW}, (PENDING, None)),
    ("overdue", {"date": TOMORROW, "status": PAID}, (PAID, NOW)),
    ("overdue", {"paid_date": None}, (OVERDUE, None)),
    ("paid", {"paid_date": NOW}, (PAID, NOW)),
    ("paid", {"paid_date": TOMORROW}, "paid_date"),
    ("paid", {"paid_date": None}, (PAID, "2025-03-05")),
    ("not marked yet", {"notes": "x"}, (OVERDUE, None)),
]


def _check_change(user: Caller, method: str, stored: str, body: dict[str, Any], outcome: Any) -> None:
    made = PaymentFactory(**STORED[stored])
    path = f"/api/payments/{made.id}" + ("/status" if method == "PATCH" else "")
    before = user.get(f"/api/payments/{made.id}")["data"]
    response = user.send(method, path, json=body)
    if isinstance(outcome, str):
        assert response.status_code == 400
        assert list(response.get_json()["errors"]) == [outcome]
        assert user.get(f"/api/payments/{made.id}")["data"] == before
    else:
        payment = response.get_json()["data"]
        assert (payment["status"], payment["paid_date"]) == outcome
        assert user.get(f"/api/payments/{made.id}")["data"] == payment


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize(("stored", "body", "outcome"), CHANGED)
def test_a_requested_status_fits_the_dates_or_is_refused(
    user: Caller, method: str, stored: str, body: dict[str, Any], outcome: Any
) -> None:
    _check_change(user, method, stored, body, outcome)


@pytest.mark.parametrize(("stored", "body", "outcome"), WITHOUT_STATUS)
def test_a_status_that_is_not_sent_is_derived_from_the_dates(
    user: Caller, stored: str, body: dict[str, Any], outcome: Any
) -> None:
    _check_change(user, "PUT", stored, body, outcome)


def test_paying_may_bring_the_invoice_number_and_undoing_keeps_it(user: Caller) -> None:
    made = PaymentFactory()
    path = f"/api/payments/{made.id}/status"
    paid = user.patch(path, {"status": PAID, "invoice_number": "FV-1"})["data"]
    assert (paid["status"], paid["invoice_number"]) == (PAID, "FV-1")
    undone = user.patch(path, {"status": PENDING})["data"]
    assert (undone["status"], undone["paid_date"], undone["invoice_number"]) == (PENDING, None, "FV-1")


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_invoice_number_is_none(user: Caller, blank: str) -> None:
    assert user.post("/api/payments", new(invoice_number=blank))["data"]["invoice_number"] is None
    made = PaymentFactory(invoice_number="FV-1")
    assert user.put(f"/api/payments/{made.id}", {"invoice_number": blank})["data"]["invoice_number"] is None
    paying = {"status": PAID, "paid_date": NOW, "invoice_number": blank}
    assert user.patch(f"/api/payments/{made.id}/status", paying)["data"]["invoice_number"] is None


@pytest.mark.parametrize(
    "body",
    [{}, {"status": None}, {"status": "pagado"}, {"status": PAID, "amount": 1}, {"status": PAID, "paid_date": ""}],
)
def test_a_status_change_says_what_it_takes(user: Caller, body: dict[str, Any]) -> None:
    user.patch(f"/api/payments/{PaymentFactory().id}/status", body, expect=400)


PAYING = [{"status": PAID}, {"status": PAID, "paid_date": NOW}]


@pytest.mark.parametrize("body", PAYING)
def test_paying_twice_changes_nothing_the_second_time(user: Caller, body: dict[str, Any]) -> None:
    path = f"/api/payments/{PaymentFactory().id}"
    before = user.get(path)["data"]["updated_at"]
    first = user.send("PATCH", f"{path}/status", json=body)
    assert first.get_json()["data"]["updated_at"] != before  # the frozen time
    version = user.send("GET", path).headers["ETag"]
    assert first.headers["ETag"] == version
    with on(date(2025, 3, 20)):
        assert user.patch(f"{path}/status", body)["data"]["paid_date"] == NOW
    assert user.send("GET", path).headers["ETag"] == version


def test_unknown_things_are_not_found(user: Caller) -> None:
    made, body = PaymentFactory(), new()
    for wrong in ({"project_id": 999_999}, {"client_id": 999_999}):
        assert user.post("/api/payments", {**body, **wrong}, expect=404)["code"] == "not_found"
        user.put(f"/api/payments/{made.id}", wrong, expect=404)
    user.get("/api/payments/999999", expect=404)
    user.put("/api/payments/999999", {}, expect=404)
    for paying in (*PAYING, {"status": PAID, "paid_date": TOMORROW}):
        user.patch("/api/payments/999999/status", paying, expect=404)
    user.delete("/api/payments/999999", expect=404)


@pytest.mark.parametrize("invoice", [{}, {"invoice_number": "FV-1"}])
def test_a_payments_client_is_the_projects(user: Caller, invoice: dict[str, str]) -> None:
    project = ProjectFactory()
    entered = user.post("/api/payments", new(project_id=project.id, **invoice))["data"]
    assert entered["client_id"] == project.client_id
    refused = user.post("/api/payments", new(project_id=999_999, **invoice), expect=404)
    assert (refused["code"], refused["detail"]) == ("not_found", "The project does not exist.")


def test_the_client_is_the_project_s(user: Caller) -> None:
    stranger, made = ClientFactory(), PaymentFactory()
    assert list(user.post("/api/payments", new(client_id=stranger.id), expect=400)["errors"]) == ["client_id"]
    problem = user.put(f"/api/payments/{made.id}", {"client_id": stranger.id}, expect=400)
    assert list(problem["errors"]) == ["client_id"]


def test_a_payment_that_moves_to_another_project_moves_to_its_client(user: Caller) -> None:
    made, other = PaymentFactory(), ProjectFactory()
    moved = user.put(f"/api/payments/{made.id}", {"project_id": other.id})["data"]
    assert (moved["project_id"], moved["client_id"]) == (other.id, other.client_id)


def test_a_project_has_each_installment_of_a_type_once(user: Caller) -> None:
    project = ProjectFactory()
    first, second = (PaymentFactory(project=project, installment_number=number) for number in (1, 2))
    numbered = {"project_id": project.id, "installment_number": 1}
    problem = user.post("/api/payments", new(**numbered), expect=409)
    assert (problem["code"], list(problem["errors"])) == ("installment_exists", ["installment_number"])
    user.put(f"/api/payments/{second.id}", {"installment_number": 1}, expect=409)
    stranger = PaymentFactory(installment_number=1)
    user.put(f"/api/payments/{stranger.id}", {"project_id": project.id}, expect=409)
    user.put(f"/api/payments/{stranger.id}", {"project_id": project.id, "client_id": project.client_id}, expect=409)
    user.post("/api/payments", new(**numbered, type="Implementación"))
    for _ in range(2):
        user.post("/api/payments", new(project_id=project.id))  # without a number there may be many
    assert user.get(f"/api/payments/{first.id}")["data"]["installment_number"] == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", 0),
        ("amount", -1),
        ("amount", "1.005"),
        ("amount", "NaN"),
        ("amount", True),
        ("amount", "10000000000"),
        ("currency", "EUR"),
        ("currency", None),
        ("date", None),
        ("date", "2025-02-29"),
        ("type", "Otro"),
        ("status", "Cancelado"),
        ("status", None),
        ("installment_number", 0),
        ("installment_number", 1_000_001),
        ("installment_number", True),
        ("invoice_number", "x" * 101),
        ("invoice_url", "javascript:alert(1)"),
        ("notes", "x" * 10_001),
        ("monto", 1),
    ],
)
def test_a_wrong_field_is_named(user: Caller, field: str, value: object) -> None:
    assert list(user.post("/api/payments", {**new(), field: value}, expect=400)["errors"]) == [field]


def test_missing_required_fields_are_named(user: Caller) -> None:
    assert set(user.post("/api/payments", {}, expect=400)["errors"]) == {
        "project_id",
        "amount",
        "currency",
        "date",
        "type",
    }


def test_a_payment_sent_back_as_it_was_got_is_unchanged(user: Caller) -> None:
    made = PaymentFactory(invoice_url="https://example.com/1", installment_number=3, notes="n")
    path = f"/api/payments/{made.id}"
    got = user.send("GET", path)
    assert user.put(path, got.get_json()["data"])["data"] == got.get_json()["data"]
    assert user.send("GET", path).headers["ETag"] == got.headers["ETag"]


def test_computed_fields_of_a_list_may_be_sent_back(user: Caller) -> None:
    made = PaymentFactory(**STORED["overdue"])
    item = user.get("/api/payments/overdue", currency="COP")["data"][0]
    assert {"converted_amount", "converted_currency", "exchange_rate", "days_overdue"} <= item.keys()
    user.put(f"/api/payments/{made.id}", item)


@pytest.mark.parametrize("body", PAYING)
def test_a_stale_change_is_refused(user: Caller, body: dict[str, Any]) -> None:
    path = f"/api/payments/{PaymentFactory().id}"
    seen = user.send("GET", path).headers["ETag"]
    user.patch(f"{path}/status", body, If_Match=seen)
    user.patch(f"{path}/status", {"status": PAID, "paid_date": "2025-01-01"}, expect=412, If_Match=seen)
    assert user.get(path)["data"]["paid_date"] == NOW
    user.put(path, {"notes": "late"}, expect=412, If_Match=seen)
    user.patch(f"{path}/status", {"status": PENDING}, expect=412, If_Match=seen)
    user.delete(path, expect=412, If_Match=seen)
    assert user.get(path)["data"]["status"] == PAID


def test_a_paid_payment_is_deleted_only_after_it_is_undone(user: Caller) -> None:
    path = f"/api/payments/{PaymentFactory(**STORED['paid']).id}"
    assert user.delete(path, expect=409)["code"] == "payment_is_paid"
    user.patch(f"{path}/status", {"status": OVERDUE})
    assert user.delete(path) == {"message": "Payment deleted"}
    user.get(path, expect=404)


def test_an_invoiced_payment_that_is_not_paid_may_be_deleted(user: Caller) -> None:
    user.delete(f"/api/payments/{PaymentFactory(invoice_number='FV-1').id}")


def test_a_viewer_reads_and_does_not_write(viewer: Caller) -> None:
    made = PaymentFactory()
    for path in ("/api/payments", f"/api/payments/{made.id}", "/api/payments/overdue", "/api/payments/upcoming"):
        viewer.get(path)
    viewer.post("/api/payments", new(), expect=403)
    viewer.post("/api/payments/generate", {"project_id": made.project_id}, expect=403)
    viewer.put(f"/api/payments/{made.id}", {"notes": "x"}, expect=403)
    viewer.patch(f"/api/payments/{made.id}/status", {"status": PAID}, expect=403)
    viewer.delete(f"/api/payments/{made.id}", expect=403)
