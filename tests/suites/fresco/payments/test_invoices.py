"""Invoices of payments: their numbers belong to one client, their days are in order."""

from collections.abc import Iterator
from contextlib import contextmanager
from runpy import run_path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.infra.db import db
from app.suites.fresco.payments.repository import InvoiceNumberRepository
from tests import factories
from tests.factories.clients import ClientFactory
from tests.factories.imports import csv_of, form
from tests.factories.payments import PaymentFactory
from tests.factories.projects import ProjectFactory
from tests.support import ROOT, Caller

TAKEN = "invoice_number_taken"


def new(project: Any, **more: object) -> dict[str, object]:
    values = {"amount": "10.00", "currency": "COP", "date": "2025-03-15", "type": "Recurrente"}
    return {**values, "project_id": project.id, **more}


@contextmanager
def session() -> Iterator[Session]:
    """Session of the tests' database."""
    assert factories.app is not None
    with factories.app.app_context():
        yield db.session()


def violations() -> list[str]:
    with session() as found:
        return InvoiceNumberRepository(found).violations()


@pytest.mark.parametrize("written", ["FE-1", " fe-1 ", "FÉ -1"])
def test_an_invoice_number_of_another_client_is_taken(user: Caller, written: str) -> None:
    mine, other = ProjectFactory(), ProjectFactory()
    made = user.post("/api/payments", new(mine, invoice_number=" FE-1 "))["data"]
    assert made["invoice_number"] == "FE-1"
    user.post("/api/payments", new(ProjectFactory(client_id=mine.client_id), invoice_number=written))
    problem = user.post("/api/payments", new(other, invoice_number=written), expect=409)
    assert (problem["code"], list(problem["errors"])) == (TAKEN, ["invoice_number"])
    assert violations() == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("put", "/api/payments/{}", {"invoice_number": "FE-1"}),
        ("put", "/api/payments/{}", {"invoice_number": "FE-1", "status": "Pagado"}),
        ("patch", "/api/payments/{}/status", {"status": "Pagado", "invoice_number": "FE-1"}),
    ],
)
def test_no_change_gives_it_to_another_client(user: Caller, method: str, path: str, body: dict[str, str]) -> None:
    PaymentFactory(invoice_number="FE-1")
    problem = getattr(user, method)(path.format(PaymentFactory().id), body, expect=409)
    assert (problem["code"], list(problem["errors"])) == (TAKEN, ["invoice_number"])


def test_a_number_moves_with_the_last_payment_that_has_it(user: Caller) -> None:
    one, two = (PaymentFactory(project=project, invoice_number="FE-1") for project in [ProjectFactory()] * 2)
    other = ProjectFactory()
    move = {"project_id": other.id, "client_id": other.client_id}
    assert user.put(f"/api/payments/{one.id}", move, expect=409)["code"] == TAKEN
    user.put(f"/api/payments/{two.id}", {"invoice_number": None})
    user.put(f"/api/payments/{one.id}", move)
    assert user.put(f"/api/payments/{two.id}", {"invoice_number": "FE-1"}, expect=409)["code"] == TAKEN
    user.delete(f"/api/payments/{one.id}")
    user.put(f"/api/payments/{two.id}", {"invoice_number": "FE-1"})
    assert violations() == []


def test_in_bulk_those_of_another_client_are_named(user: Caller) -> None:
    mine, other = PaymentFactory(), PaymentFactory()
    change = {"ids": [mine.id, other.id], "action": "set-invoice", "invoice_number": "FE-1"}
    problem = user.post("/api/payments/bulk", change, expect=409)
    assert (problem["code"], list(problem["errors"]["ids"])) == (TAKEN, [str(other.id)])
    user.post("/api/payments/bulk", change | {"ids": [mine.id]}, expect=200)
    assert list(user.post("/api/payments/bulk", change, expect=409)["errors"]["ids"]) == [str(other.id)]
    user.post("/api/payments/bulk", change | {"invoice_number": None}, expect=200)
    user.post("/api/payments/bulk", change | {"ids": [other.id]}, expect=200)


def test_a_file_names_the_rows_of_another_client(user: Caller) -> None:
    PaymentFactory(invoice_number="FE-1")
    clients = [ClientFactory(name=name) for name in ("Ana", "Eva")]
    projects = [ProjectFactory(client_id=client.id, name=f"Portal {client.id}") for client in clients]
    lines = [("FE-1", 0), ("FE-2", 0), ("fe-2", 1), ("FE-3", 1)]
    rows = ((projects[at].id, "10", "COP", "2025-03-01", "Recurrente", number) for number, at in lines)
    file = csv_of(("project_id", "amount", "currency", "date", "type", "invoice_number"), *rows)
    sent = user.send("POST", "/api/imports/payments", **form(file, "pagos.csv")).get_json()["data"]["lines"]
    assert [line["row"] for line in sent if "invoice_number" in (line["errors"] or {})] == [2, 4]


def test_numbers_that_several_clients_had_before_stay_and_are_given_no_more(app: Flask, user: Caller) -> None:
    """The payment that was entered first has the number; others keep theirs."""
    own, other = PaymentFactory(invoice_number="FE-1"), PaymentFactory(project=(theirs := ProjectFactory()))
    inherit(other, "FE-1")
    assert violations() == []
    listed = app.test_cli_runner().invoke(args=["payments", "shared-invoices"])
    assert listed.output.endswith(f"(payments {own.id}, {other.id})\n")
    user.put(f"/api/payments/{other.id}", {"notes": "x", "invoice_number": "FE-1"})
    more = new(theirs, invoice_number="FE-1")
    assert user.post("/api/payments", more, expect=409)["code"] == TAKEN
    user.put(f"/api/payments/{own.id}", {"invoice_number": None})
    assert user.put(f"/api/payments/{own.id}", {"invoice_number": "FE-1"}, expect=409)["code"] == TAKEN
    user.post("/api/payments", more)
    assert violations() == []


def inherit(payment: Any, number: str) -> None:
    """Give a payment a number of another client, as before numbers belonged to one, and migrate."""
    [path] = (ROOT / "migrations" / "versions").glob("*_invoices.py")
    with session() as found:
        found.execute(text("DELETE FROM invoice_numbers"))
        found.execute(text("UPDATE payments SET invoice_number = :n WHERE id = :id"), {"n": number, "id": payment.id})
        found.execute(text("DELETE FROM invoice_numbers"))
        found.execute(text(run_path(str(path))["FILL"]))
        found.commit()


DAYS = {"issue_date": "2025-03-01", "service_from": "2025-02-01", "service_to": "2025-02-28"}


def test_a_payment_says_when_it_was_invoiced_and_for_which_service(user: Caller) -> None:
    made = user.post("/api/payments", new(ProjectFactory(), **DAYS))["data"]
    path = f"/api/payments/{made['id']}"
    for shown in (made, user.get(path)["data"], user.get("/api/payments")["data"][0]):
        assert {name: shown[name] for name in DAYS} == DAYS
    assert user.put(path, {"service_from": None})["data"] | DAYS | {"service_from": None} == user.get(path)["data"]


@pytest.mark.parametrize("more", [{}, {"status": "Pagado"}])
def test_service_does_not_end_before_it_starts(user: Caller, more: dict[str, str]) -> None:
    ends = {**DAYS, "service_to": "2025-01-31", **more}
    assert list(user.post("/api/payments", new(ProjectFactory(), **ends), expect=400)["errors"]) == ["service_to"]
    made = user.post("/api/payments", new(ProjectFactory(), service_from=DAYS["service_from"]))["data"]
    late = {"service_to": "2025-01-31", **more}
    assert list(user.put(f"/api/payments/{made['id']}", late, expect=400)["errors"]) == ["service_to"]
