"""Payments that are received in parts."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.infra.db import db
from tests.factories.files import StoredFileFactory
from tests.factories.payments import PaymentFactory, receive
from tests.factories.projects import ProjectFactory
from tests.suites.fresco.payments.clocks import on
from tests.support import Caller, violations_in

TODAY = date(2025, 3, 10)
PAID, PENDING, OVERDUE = "Pagado", "Pendiente", "Vencido"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with on(TODAY):
        yield


def state(caller: Caller, payment_id: int) -> tuple[str, str | None, float, float, list[float]]:
    """Status, paid date, paid amount and balance of a payment, and the amounts of its receipts."""
    payment = caller.get(f"/api/payments/{payment_id}")["data"]
    amounts = [one["amount"] for one in payment["receipts"]]
    return payment["status"], payment["paid_date"], payment["paid_amount"], payment["balance"], amounts


def moved(caller: Caller) -> list[tuple[str, int, int, str, float]]:
    rows = caller.get("/api/cashflow")["data"]
    found = [(row["source"], row["payment_id"], row["receipt_id"], row["date"], row["amount"]) for row in rows]
    return sorted(found, key=lambda row: row[2])


def test_a_payment_is_paid_once_its_receipts_come_to_the_whole(user: Caller) -> None:
    one = PaymentFactory(date=date(2025, 3, 15)).id
    assert state(user, one) == (PENDING, None, 0, 100, [])
    first = receive(user, one, "40.00", payment_method="PSE", reference="TRX-1", notes="abono")
    assert (first["date"], first["currency"], first["payment_id"]) == ("2025-03-10", "COP", one)
    assert (first["payment_method"], first["reference"], first["notes"]) == ("PSE", "TRX-1", "abono")
    assert state(user, one) == (PENDING, None, 40, 60, [40])
    second = receive(user, one, 60, date="2025-03-01")
    assert state(user, one) == (PAID, "2025-03-10", 100, 0, [60, 40])  # the last receipt's date; earliest first
    assert moved(user) == [
        ("payment", one, first["id"], "2025-03-10", 40),
        ("payment", one, second["id"], "2025-03-01", 60),
    ]
    for row in user.get("/api/cashflow")["data"]:
        assert (row["source_id"], row["category"], row["kind"]) == (one, "Cliente", "income")


def test_a_receipt_is_undone_and_its_payment_is_owed_again(user: Caller) -> None:
    one = PaymentFactory(date=date(2025, 3, 1)).id
    first, second = receive(user, one, 30), receive(user, one, 70)
    path = f"/api/payments/{one}/receipts"
    assert user.get(path)["data"] == user.get(f"/api/payments/{one}")["data"]["receipts"]
    assert user.get(f"{path}/{first['id']}")["data"] == first
    assert user.delete(f"{path}/{first['id']}") == {"message": "Receipt deleted"}
    assert state(user, one) == (OVERDUE, None, 70, 30, [70])
    user.get(f"{path}/{first['id']}", expect=404)
    user.delete(f"{path}/{first['id']}", expect=404)
    other = PaymentFactory().id
    user.get(f"/api/payments/{other}/receipts/{second['id']}", expect=404)
    user.delete(f"/api/payments/{other}/receipts/{second['id']}", expect=404)
    user.delete(f"{path}/{second['id']}")
    assert state(user, one) == (OVERDUE, None, 0, 100, [])
    assert moved(user) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "amount"),
        ({"amount": "60.01"}, "amount"),
        ({"amount": 0}, "amount"),
        ({"amount": 10, "date": "2025-03-11"}, "date"),
        ({"amount": 10, "receipt_path": "2025/03/none.pdf"}, "receipt_path"),
    ],
)
def test_a_wrong_receipt_is_refused_by_its_field(user: Caller, body: dict[str, Any], field: str) -> None:
    one = PaymentFactory(received=[(Decimal(40), TODAY)]).id
    response = user.send("POST", f"/api/payments/{one}/receipts", json=body)
    assert (response.status_code, list(response.get_json()["errors"])) == (400, [field])
    assert state(user, one)[2] == 40


def test_a_paid_payment_takes_no_receipt(user: Caller) -> None:
    one = PaymentFactory(status=PAID, paid_date=TODAY).id
    assert user.post(f"/api/payments/{one}/receipts", {"amount": 1}, expect=409)["code"] == "payment_is_paid"
    user.post("/api/payments/999999/receipts", {"amount": 1}, expect=404)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_paid_is_one_receipt_of_the_balance_and_unpaid_removes_all(user: Caller, method: str) -> None:
    one = PaymentFactory(date=date(2025, 3, 15), received=[(Decimal(40), date(2025, 3, 2))]).id
    path = f"/api/payments/{one}" + ("/status" if method == "PATCH" else "")
    user.send(method, path, json={"status": PENDING})  # as it is: nothing is undone
    assert state(user, one) == (PENDING, None, 40, 60, [40])
    user.send(method, path, json={"status": PAID, "paid_date": "2025-03-05"})
    assert state(user, one) == (PAID, "2025-03-05", 100, 0, [40, 60])
    again = user.send(method, path, json={"status": PAID, "paid_date": "2025-03-06"})
    assert (again.status_code, again.get_json()["code"]) == (409, "payment_has_receipts")
    user.send(method, path, json={"status": PENDING})
    assert state(user, one) == (PENDING, None, 0, 100, [])
    user.send(method, path, json={"status": PAID})
    receipts = user.get(f"/api/payments/{one}/receipts")["data"]
    assert [(one["amount"], one["date"], one["payment_method"]) for one in receipts] == [(100, "2025-03-10", None)]
    user.send(method, path, json={"status": PAID, "paid_date": "2025-03-06"})
    assert [one["date"] for one in user.get(f"/api/payments/{one}/receipts")["data"]] == ["2025-03-06"]
    assert state(user, one)[1] == moved(user)[0][3] == "2025-03-06"


def test_a_payment_entered_as_paid_has_its_receipt(user: Caller) -> None:
    body = {"amount": "9.50", "currency": "USD", "date": "2025-03-01", "type": "Recurrente", "status": PAID}
    made = user.post("/api/payments", {**body, "project_id": ProjectFactory().id})["data"]
    assert (made["paid_amount"], made["balance"]) == (9.5, 0)
    assert [(one["amount"], one["currency"]) for one in made["receipts"]] == [(9.5, "USD")]
    assert user.get(f"/api/payments/{made['id']}")["data"] == made


KEPT = {"amount": 7, "currency": "USD", "date": "2025-03-20"}


@pytest.mark.parametrize(("received", "code"), [(40, "payment_has_receipts"), (100, "payment_is_paid")])
def test_receipts_keep_their_payment(user: Caller, received: int, code: str) -> None:
    one = PaymentFactory().id
    receive(user, one, received)
    path = f"/api/payments/{one}"
    before = user.get(path)["data"]
    for name, value in {**KEPT, "project_id": ProjectFactory().id}.items():
        assert user.put(path, {name: value}, expect=409)["code"] == code
    assert user.delete(path, expect=409)["code"] == code
    project = f"/api/projects/{before['project_id']}"
    assert user.delete(project, expect=409)["code"] == "payment_has_receipts"
    assert user.get(path)["data"] == before
    assert user.put(path, before | {"notes": "n", "type": "Implementación"})["data"]["notes"] == "n"
    if received == 100:
        undone = {"amount": 7, "status": PENDING}
        assert user.put(path, undone)["data"]["balance"] == 7
        assert user.delete(path) == {"message": "Payment deleted"}


def test_a_change_of_receipts_is_a_change_of_the_payment(user: Caller) -> None:
    path = f"/api/payments/{PaymentFactory().id}"
    seen = [user.send("GET", path).headers["ETag"]]
    made = user.send("POST", f"{path}/receipts", json={"amount": 40})
    assert made.headers["Location"] == f"{path}/receipts/{made.get_json()['data']['id']}"
    assert user.get(made.headers["Location"])["data"] == made.get_json()["data"]
    seen.append(made.headers["ETag"])
    assert seen[1] == user.send("GET", path).headers["ETag"] == user.send("GET", f"{path}/receipts").headers["ETag"]
    user.delete(made.headers["Location"], expect=412, If_Match=seen[0])
    user.delete(made.headers["Location"], If_Match=seen[1])
    seen.append(user.send("GET", path).headers["ETag"])
    assert len(set(seen)) == 3


def test_totals_are_what_was_received_and_balances(user: Caller) -> None:
    project = ProjectFactory()
    due = {"project": project, "currency": "COP"}
    PaymentFactory(date=date(2025, 3, 20), received=[(Decimal(30), TODAY)], **due)
    PaymentFactory(date=date(2025, 3, 1), status=OVERDUE, received=[(Decimal(5), TODAY), (Decimal(6), TODAY)], **due)
    whole = [(Decimal(60), date(2025, 2, 1)), (Decimal(40), date(2025, 3, 3))]
    PaymentFactory(status=PAID, paid_date=date(2025, 3, 3), received=whole, **due)
    PaymentFactory(status=PAID, paid_date=date(2025, 3, 3), **due)
    PaymentFactory(date=date(2025, 4, 1), type="Implementación", **due)

    def totals(**query: object) -> tuple[int, float, float, float]:
        ways = (user.get("/api/payments", **{**query, **way}) for way in ({}, {"client_id": project.client_id}))
        sums, rows = ({**one["totals"], "rows": one["pagination"]["total"]} for one in ways)
        assert sums == rows  # by the kept sums, and by the rows
        return sums["rows"], sums["pagado"], sums["pendiente"], sums["vencido"]

    assert totals() == (5, 241, 170, 89)
    assert totals(status=PAID) == (2, 200, 0, 0)
    assert totals(status=PENDING) == (2, 30, 170, 0)
    assert totals(status=OVERDUE) == (1, 11, 0, 89)
    assert totals(type="Implementación") == (1, 0, 100, 0)
    assert totals(date_to="2025-03-15") == (3, 211, 0, 89)
    assert user.get("/api/payments/overdue")["total"] == 89
    assert user.get("/api/payments/upcoming")["total"] == 170
    forecast = user.get("/api/cashflow/forecast", months=2)["data"]
    assert [one["income"] for one in forecast] == [159, 100]


def test_receipts_follow_their_payment(app: Flask, user: Caller) -> None:
    one = PaymentFactory(date=date(2025, 3, 10), received=[(Decimal(30), TODAY)])
    with on(date(2025, 3, 11)), app.app_context():
        user.put(f"/api/payments/{one.id}", {"type": "Implementación"})  # it is overdue now
        found = db.session.execute(text("SELECT payment_type, payment_status, completes FROM payment_receipts")).all()
        assert found == [("Implementación", OVERDUE, False)]
        assert user.get("/api/payments", status=OVERDUE, type="Implementación")["totals"]["pagado"] == 30


def test_a_receipts_file_is_one_that_was_uploaded_and_goes_with_it(app: Flask, user: Caller) -> None:
    path = StoredFileFactory().path
    one = PaymentFactory().id
    made = receive(user, one, 40, receipt_path=path)
    assert made["receipt_url"] == f"/api/files/{path}"
    user.delete(f"/api/payments/{one}/receipts/{made['id']}")
    with app.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM stored_files")) == 0


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE payment_receipts SET amount = amount - 1",
        "UPDATE payment_receipts SET due_date = due_date + 1",
        "UPDATE payment_receipts SET payment_type = 'Implementación'",
        "DELETE FROM payment_receipts",
        "UPDATE payments SET in_parts = true WHERE paid_date IS NOT NULL",
        "UPDATE payments SET paid_date = paid_date - 1",
        "UPDATE payments SET paid_amount = paid_amount + 1 WHERE paid_date IS NULL",
    ],
)
def test_verify_finds_payments_and_receipts_that_disagree(app: Flask, database: None, tamper: str) -> None:
    PaymentFactory(received=[(Decimal(30), TODAY)])
    PaymentFactory(status=PAID, paid_date=TODAY)
    assert violations_in(app) == []
    with app.app_context():
        db.session.execute(text(tamper))
        db.session.commit()
    assert violations_in(app) != []
