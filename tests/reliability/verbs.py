"""Rows that belong together, and every verb there is on them, for two callers who act at the same moment."""

import http.client
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from app.suites.fresco.projects.rules import PlanType
from tests.factories.files import PDF, form_of, part
from tests.factories.projects import sent_plan
from tests.reliability.harness import ask
from tests.support import Reply, Server

DAY = "2026-01-31"
MOVEMENT = {"description": "Algo", "date": "2025-03-01", "amount": 10, "currency": "COP", "payment_method": "Efectivo"}
INCOME = {**MOVEMENT, "type": "Otro", "client": "Ana"}
EXPENSE = {**MOVEMENT, "category": "Software"}
RECURRING = {
    "description": "Arriendo",
    "amount": 10,
    "currency": "COP",
    "frequency": "Mensual",
    "start_date": DAY,
    "category": "Oficina",
    "payment_method": "Tarjeta",
}
PAYMENT = {"amount": 250, "currency": "USD", "date": "2030-01-01", "type": "Recurrente"}
DOCUMENT = {"name": "Contrato", "type": "Contrato"}
_ACCRUED = (
    "INSERT INTO accrued_expenses (description, amount, currency, category, payment_method, due_date, status,"
    " recurring_id, is_recurring, occurrence_date)"
    " VALUES ('Arriendo', 10, 'COP', 'Oficina', 'Efectivo', '2025-03-10', 'vencido', :recurring, true, '2025-03-10')"
    " RETURNING id"
)
_numbers = count(1)


@dataclass(frozen=True)
class Person:
    """Somebody who calls a server."""

    server: Server
    headers: Mapping[str, str]

    def send(self, method: str, path: str, json: Any = None, **headers: str) -> Reply:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.server.send(method, path, json, headers={**self.headers, **named}, timeout=30)

    def send_file(self, path: str, name: str = "file", /, **fields: str) -> Reply:
        """A form with a PDF, called so in it."""
        sent = form_of({**fields, name: part(PDF)})
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            connection.request("POST", path, sent["data"], {**self.headers, "Content-Type": sent["content_type"]})
            response = connection.getresponse()
            return Reply(response.status, dict(response.headers.items()), response.read())
        finally:
            connection.close()

    def change_as_seen(self, path: str, changes: Any) -> Reply:
        """A PUT of the version that is read first."""
        seen = self.send("GET", path)
        if seen.status != 200:
            return seen
        return self.send("PUT", path, changes, If_Match=seen.headers["ETag"])


Act = Callable[[], Reply]


def _data(reply: Reply) -> Any:
    assert reply.status == 201, reply.body
    return reply.json.get("data", reply.json) if isinstance(reply.json, dict) else reply.json


def client_verbs(person: Person) -> dict[str, Act]:
    """A client without projects, with two documents."""
    client = _data(person.send("POST", "/api/clients", {"name": "A", "start_date": DAY}))["id"]
    place, belongs = f"/api/clients/{client}", {"client_id": client}
    first, second = (_data(person.send_file(f"{place}/documents", **DOCUMENT))["id"] for _ in range(2))
    project = {"name": "P", "description": "p", "start_date": DAY, **belongs}
    return {
        "change the client": lambda: person.send("PUT", place, {"name": "B"}),
        "change the client as seen": lambda: person.change_as_seen(place, {"name": "C"}),
        "delete the client": lambda: person.send("DELETE", place),
        "add a document": lambda: person.send_file(f"{place}/documents", **DOCUMENT),
        "delete the first document": lambda: person.send("DELETE", f"{place}/documents/{first}"),
        "delete the second document": lambda: person.send("DELETE", f"{place}/documents/{second}"),
        "add a project": lambda: person.send("POST", "/api/projects", project),
        "add an income": lambda: person.send("POST", "/api/incomes", {**INCOME, **belongs}),
        "add an expense": lambda: person.send("POST", "/api/expenses", {**EXPENSE, **belongs}),
    }


def project_verbs(person: Person) -> dict[str, Act]:
    """A project with a plan, payments that were made of it, and two documents."""
    client = _data(person.send("POST", "/api/clients", {"name": "A", "start_date": DAY}))["id"]
    new = {"name": "P", "description": "p", "start_date": DAY, "client_id": client}
    project = _data(person.send("POST", "/api/projects", {**new, "payment_plan": sent_plan(PlanType.MIXED)}))["id"]
    place, months = f"/api/projects/{project}", {"project_id": project, "months": 3}
    payment = f"/api/payments/{_data(person.send('POST', '/api/payments/generate', months))[-1]['id']}"
    first, second = (_data(person.send_file(f"{place}/documents", **DOCUMENT))["id"] for _ in range(2))
    belongs = {"client_id": client, "project_id": project}
    other = sent_plan(PlanType.MIXED, recurring_fee_amount="7.00", recurring_fee_frequency="Semanal")
    return {
        "rename the project": lambda: person.send("PUT", place, {"name": "Q"}),
        "change the project as seen": lambda: person.change_as_seen(place, {"notes": "x"}),
        "change the plan": lambda: person.send("PUT", place, {"payment_plan": other}),
        "drop the plan": lambda: person.send("PUT", place, {"payment_plan": None}),
        "pause the project": lambda: person.send("PUT", place, {"status": "Pausado"}),
        "delete the project": lambda: person.send("DELETE", place),
        "delete the client": lambda: person.send("DELETE", f"/api/clients/{client}"),
        "generate payments": lambda: person.send("POST", "/api/payments/generate", {**months, "months": 6}),
        "add a payment": lambda: person.send("POST", "/api/payments", {**PAYMENT, "project_id": project}),
        "change a payment": lambda: person.send("PUT", payment, {"amount": 7}),
        "move a payment": lambda: person.send("PUT", payment, {"date": "2030-05-05"}),
        "pay a payment": lambda: person.send("PATCH", f"{payment}/status", {"status": "Pagado"}),
        "undo a payment": lambda: person.send("PATCH", f"{payment}/status", {"status": "Pendiente"}),
        "delete a payment": lambda: person.send("DELETE", payment),
        "add a document": lambda: person.send_file(f"{place}/documents", **DOCUMENT),
        "delete the first document": lambda: person.send("DELETE", f"{place}/documents/{first}"),
        "delete the second document": lambda: person.send("DELETE", f"{place}/documents/{second}"),
        "add an expense": lambda: person.send("POST", "/api/expenses", {**EXPENSE, **belongs}),
        "add a recurring expense": lambda: person.send("POST", "/api/expenses/recurring", {**RECURRING, **belongs}),
    }


def expense_verbs(person: Person) -> dict[str, Act]:
    """A recurring expense, one that was accrued of it, and one that was paid at once."""
    recurring = _data(person.send("POST", "/api/expenses/recurring", RECURRING))["id"]
    ((accrued,),) = ask(person.server.database_url, _ACCRUED, recurring=recurring)
    expense = f"/api/expenses/{_data(person.send('POST', '/api/expenses', EXPENSE))['id']}"
    place, payable = f"/api/expenses/recurring/{recurring}", f"/api/expenses/accrued/{accrued}/mark-as-paid"
    return {
        "change the recurring expense": lambda: person.send("PUT", place, {"amount": 7, "frequency": "Anual"}),
        "change the recurring expense as seen": lambda: person.change_as_seen(place, {"notes": "x"}),
        "pause the recurring expense": lambda: person.send("PATCH", f"{place}/status", {"status": "Pausado"}),
        "resume the recurring expense": lambda: person.send("PATCH", f"{place}/status", {"status": "Activo"}),
        "delete the recurring expense": lambda: person.send("DELETE", place),
        "pay the accrued expense": lambda: person.send("POST", payable, {}),
        "pay the accrued expense with a receipt": lambda: person.send_file(payable, "receipt"),
        "change the expense": lambda: person.send("PUT", expense, {"amount": 7}),
        "change the expense as seen": lambda: person.change_as_seen(expense, {"amount": 8}),
        "delete the expense": lambda: person.send("DELETE", expense),
    }


def receipt_verbs(person: Person) -> dict[str, Act]:
    """A file that two incomes and an expense name as their receipt."""
    receipt = {"receipt_path": _data(person.send_file("/api/upload"))["file_path"]}
    one, two = (f"/api/incomes/{_data(person.send('POST', '/api/incomes', {**INCOME, **receipt}))['id']}" for _ in "12")
    expense = f"/api/expenses/{_data(person.send('POST', '/api/expenses', {**EXPENSE, **receipt}))['id']}"
    return {
        "change the first income": lambda: person.send("PUT", one, {"amount": 7}),
        "drop the receipt of the first income": lambda: person.send("PUT", one, {"receipt_path": None}),
        "delete the first income": lambda: person.send("DELETE", one),
        "delete the second income": lambda: person.send("DELETE", two),
        "delete the expense": lambda: person.send("DELETE", expense),
    }


def rate_verbs(person: Person) -> dict[str, Act]:
    """An exchange rate."""
    day = (date(2000, 1, 1) + timedelta(days=next(_numbers))).isoformat()
    place = (
        f"/api/exchange-rates/{_data(person.send('POST', '/api/exchange-rates', {'date': day, 'rate': 4000}))['id']}"
    )
    return {
        "set the rate of that day": lambda: person.send("POST", "/api/exchange-rates", {"date": day, "rate": 4001}),
        "delete the rate": lambda: person.send("DELETE", place),
        "set another rate": lambda: person.send("POST", "/api/exchange-rates", {"date": day, "rate": 4002}),
    }


def user_verbs(person: Person) -> dict[str, Act]:
    """A user."""
    name = f"racer{next(_numbers)}"
    new = {"username": name, "email": f"{name}@example.com", "password": "una frase bien larga", "role": "user"}
    place = f"/api/users/{_data(person.send('POST', '/api/users', new))['id']}"
    return {
        "change the user": lambda: person.send("PUT", place, {"role": "viewer"}),
        "deactivate the user": lambda: person.send("PUT", place, {"is_active": False}),
        "delete the user": lambda: person.send("DELETE", place),
        "add the same user": lambda: person.send("POST", "/api/users", new),
    }


FAMILIES: dict[str, Callable[[Person], dict[str, Act]]] = {
    "client": client_verbs,
    "project": project_verbs,
    "expense": expense_verbs,
    "receipt": receipt_verbs,
    "rate": rate_verbs,
    "user": user_verbs,
}
"""Makes new rows and answers every verb on them."""
