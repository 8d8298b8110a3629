"""Credits of clients: excess that is received, used for other payments, or refunded."""

import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.infra.db import db
from app.kernel.money import Currency
from tests.factories.payments import PaymentFactory, receive
from tests.factories.projects import ProjectFactory
from tests.soak import daily
from tests.suites.fresco.payments.clocks import on
from tests.support import Caller, violations_in

TODAY = date(2025, 3, 10)
CREDIT = {"payment_method": "Saldo a favor"}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with on(TODAY):
        yield


def credits_of(caller: Caller, client_id: int) -> dict[str, float]:
    rows = caller.get(f"/api/clients/{client_id}/credits")["data"]
    return {row["currency"]: row["balance"] for row in rows}


def movements(caller: Caller) -> list[tuple[str, str, str, float]]:
    rows = caller.get("/api/cashflow")["data"]
    return sorted((row["source"], row["kind"], row["category"], row["amount"]) for row in rows)


def test_an_excess_is_the_clients_credit_until_it_is_used_and_refunded(user: Caller) -> None:
    project = ProjectFactory()
    one, other = (PaymentFactory(project=project, date=date(2025, 3, 1)).id for _ in range(2))
    assert user.post(f"/api/payments/{one}/receipts", {"amount": 150}, expect=400)["errors"].keys() == {"amount"}
    made = receive(user, one, 150, excess="credit")
    assert (made["amount"], made["credit_amount"], made["received_amount"]) == (100, 50, 150)
    assert credits_of(user, project.client_id) == {"COP": 50}
    assert movements(user) == [
        ("credit", "income", "Anticipo de clientes", 50),
        ("payment", "income", "Cliente", 100),
    ]
    used = receive(user, other, 30, **CREDIT)
    assert (used["amount"], used["received_amount"]) == (30, 0)
    assert len(movements(user)) == 2  # no cash moved
    assert credits_of(user, project.client_id) == {"COP": 20}
    assert user.post(f"/api/payments/{other}/receipts", {"amount": 21, **CREDIT}, expect=409)["code"] == (
        "credit_insufficient"
    )
    path = f"/api/payments/{one}/receipts/{made['id']}"
    assert user.delete(path, expect=409)["code"] == "credit_used"
    assert user.patch(f"/api/payments/{one}/status", {"status": "Vencido"}, expect=409)["code"] == "credit_used"
    assert user.post("/api/payments/bulk", {"ids": [one], "action": "undo"}, expect=409)["code"] == "credit_used"
    refund = f"/api/clients/{project.client_id}/credits/refund"
    assert user.post(refund, {"amount": "20.01", "currency": "COP"}, expect=409)["code"] == "credit_insufficient"
    assert user.post(refund, {"amount": 1, "currency": "USD"}, expect=409)["code"] == "credit_insufficient"
    given = user.post(refund, {"amount": 20, "currency": "COP", "payment_method": "PSE"})["data"]
    assert (given["date"], given["client_id"]) == ("2025-03-10", project.client_id)
    assert credits_of(user, project.client_id) == {}
    assert ("credit", "expense", "Devoluciones", 20) in movements(user)
    assert user.get("/api/cashflow")["balance"] == 130  # what reached the bank, less what went back


def test_an_undone_receipt_gives_its_credit_back(user: Caller) -> None:
    project = ProjectFactory()
    one, other = (PaymentFactory(project=project).id for _ in range(2))
    made = receive(user, one, 200, excess="credit")
    used = receive(user, other, 100, **CREDIT)
    payment = user.get(f"/api/payments/{other}")["data"]
    assert (payment["status"], payment["paid_date"]) == ("Pagado", "2025-03-10")
    totals = user.get("/api/payments")
    assert (totals["totals"]["pagado"], totals["pagination"]["total"]) == (200, 2)
    by_rows = user.get("/api/payments", client_id=project.client_id)
    assert by_rows["totals"] == totals["totals"]
    user.delete(f"/api/payments/{other}/receipts/{used['id']}")
    assert credits_of(user, project.client_id) == {"COP": 100}
    user.delete(f"/api/payments/{one}/receipts/{made['id']}")
    assert credits_of(user, project.client_id) == {}
    assert movements(user) == []


def test_accrual_counts_what_a_credit_paid_and_no_advance(user: Caller) -> None:
    project = ProjectFactory()
    one = PaymentFactory(project=project, date=date(2025, 3, 1)).id
    other = PaymentFactory(project=project, date=date(2025, 5, 1)).id
    receive(user, one, 150, excess="credit")
    receive(user, other, 50, **CREDIT)

    def income(basis: str, first: str, last: str) -> Any:
        return user.get("/api/reports/statement", basis=basis, date_from=first, date_to=last)["incomes"]["by_type"]

    assert income("cash", "2025-01-01", "2025-12-31") == {"Cliente": 100, "Anticipo de clientes": 50}
    assert income("accrual", "2025-03-01", "2025-03-31") == {"Cliente": 100}
    assert income("accrual", "2025-05-01", "2025-05-31") == {"Cliente": 100}


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"bank_charge": 1}, "bank_charge"),
        ({"withholdings": [{"type": "Otra", "amount": 1}]}, "withholdings"),
        ({"currency": "USD", "received_amount": 1}, "currency"),
        ({"excess": "credit"}, "excess"),
        ({"excess": "refund"}, "excess"),
    ],
)
def test_a_credit_is_used_alone(user: Caller, more: dict[str, Any], field: str) -> None:
    project = ProjectFactory()
    one, other = (PaymentFactory(project=project).id for _ in range(2))
    receive(user, one, 200, excess="credit")
    response = user.send("POST", f"/api/payments/{other}/receipts", json={"amount": 10, **CREDIT, **more})
    assert response.status_code == 400
    assert field in response.get_json()["errors"]


def test_credits_of_an_unknown_client_are_not_found(user: Caller) -> None:
    user.get("/api/clients/999999/credits", expect=404)
    user.post("/api/clients/999999/credits/refund", {"amount": 1, "currency": "COP"}, expect=404)
    client = PaymentFactory().client_id
    late = {"amount": 1, "currency": "COP", "date": "2025-03-11"}
    assert list(user.post(f"/api/clients/{client}/credits/refund", late, expect=400)["errors"]) == ["date"]


def test_verify_compares_credits_with_receipts_and_refunds(app: Flask, user: Caller) -> None:
    receive(user, PaymentFactory().id, 150, excess="credit")
    assert violations_in(app) == []
    with app.app_context():
        db.session.execute(text("UPDATE client_credits SET balance = balance + 1"))
        db.session.commit()
    assert violations_in(app) != []


@pytest.mark.parametrize("seed", daily(*range(3)))
def test_random_receipts_and_undos_add_up_to_what_reached_the_bank(app: Flask, user: Caller, seed: int) -> None:
    chance, project = random.Random(seed), ProjectFactory()
    payments = [PaymentFactory(project=project, amount=Decimal(100)).id for _ in range(3)]
    given: dict[int, tuple[int, Decimal, Decimal]] = {}  # receipts: payment, what reached the bank, change of credit
    for _ in range(25):
        one = chance.choice(payments)
        if given and chance.random() < 0.35:
            receipt = chance.choice(list(given))
            of, _, credit = given[receipt]
            answer = user.send("DELETE", f"/api/payments/{of}/receipts/{receipt}")
            assert answer.status_code == (409 if sum(c for _, _, c in given.values()) - credit < 0 else 200)
            if answer.status_code == 200:
                del given[receipt]
            continue
        amount, charge = Decimal(chance.randrange(1, 12_000)) / 100, Decimal(chance.choice([0, 0, 25])) / 100
        body = chance.choice([{"bank_charge": charge}, {"excess": "credit"}, CREDIT])
        answer = user.send("POST", f"/api/payments/{one}/receipts", json={"amount": str(amount), **_plain(body)})
        if answer.status_code == 201:
            made = answer.get_json()["data"]
            credit = Decimal(str(made["credit_amount"])) - (amount if body is CREDIT else 0)
            given[made["id"]] = (one, Decimal(str(made["received_amount"])), credit)
    assert Decimal(str(user.get("/api/cashflow")["balance"])) == sum((net for _, net, _ in given.values()), Decimal(0))
    left = sum((credit for _, _, credit in given.values()), Decimal(0))
    assert credits_of(user, project.client_id) == ({"COP": left} if left else {})
    listed = user.get("/api/payments", project_id=project.id)
    for row in listed["data"]:
        settled = sum(Decimal(str(one["amount"])) for one in user.get(f"/api/payments/{row['id']}/receipts")["data"])
        assert (Decimal(str(row["paid_amount"])), Decimal(str(row["balance"]))) == (settled, 100 - settled)
        assert (row["status"] == "Pagado") == (settled == 100)
    assert listed["totals"] == user.get("/api/payments")["totals"]
    assert violations_in(app) == []


def _plain(body: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in body.items()}


def test_a_credit_in_dollars_is_apart(user: Caller) -> None:
    project = ProjectFactory()
    receive(user, PaymentFactory(project=project, currency=Currency.USD).id, 101, excess="credit")
    assert credits_of(user, project.client_id) == {"USD": 1}
    pesos = PaymentFactory(project=project).id
    user.post(f"/api/payments/{pesos}/receipts", {"amount": 1, **CREDIT}, expect=409)
