"""Every write outside authentication: something to do it to, and what is sent."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from app.domains.projects.rules import PlanType
from tests.architecture.test_routes import CHANGEABLE
from tests.factories.clients import ClientFactory
from tests.factories.expenses import AccruedExpenseFactory
from tests.factories.files import PDF, form_of, part
from tests.factories.projects import ProjectFactory, plan, sent_plan
from tests.support import Caller

Sent = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Write:
    """A method of an address; `prepare` makes what it needs and says where to send what."""

    method: str
    path: str
    prepare: Callable[[Caller], Sent]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


MOVEMENT = {
    "description": "Algo",
    "date": "2025-03-01",
    "amount": "1500.50",
    "currency": "COP",
    "payment_method": "Transferencia",
}
RECURRING = {
    "description": "Arriendo",
    "amount": "10.00",
    "currency": "COP",
    "frequency": "Mensual",
    "start_date": "2026-01-31",
    "category": "Oficina",
    "payment_method": "Tarjeta",
}


def document() -> dict[str, Any]:
    """A document as a form."""
    return form_of({"name": "Contrato", "type": "Contrato", "file": part(PDF)})


def with_receipt(values: dict[str, Any]) -> dict[str, Any]:
    """A form with a file in it."""
    return form_of({**values, "receipt": part(b"recibo", "recibo.txt")})


def planned() -> int:
    """A project with a plan, of which no payment is made yet."""
    return int(ProjectFactory(start_date=date(2026, 1, 31), payment_plan=plan(PlanType.SUBSCRIPTION)).id)


days = ((date(2024, 1, 1) + timedelta(days=n)).isoformat() for n in count())


def new_user() -> dict[str, Any]:
    name = uuid.uuid4().hex[:12]
    return {"username": name, "email": f"{name}@example.com", "password": "una frase bien larga"}


def new_project() -> dict[str, Any]:
    values = {"name": "Proyecto", "description": "Prueba", "start_date": "2026-01-31", "client_id": ClientFactory().id}
    return {**values, "payment_plan": sent_plan(PlanType.MIXED)}


def new_payment() -> dict[str, Any]:
    values = {"amount": "250.00", "currency": "USD", "date": "2030-01-01", "type": "Recurrente"}
    return {**values, "project_id": ProjectFactory().id}


POSTS: dict[str, Callable[[], Sent]] = {
    "/api/clients": lambda: ("/api/clients", {"json": {"name": "Altura", "start_date": "2026-01-01"}}),
    "/api/clients/<id:client_id>/documents": lambda: (f"/api/clients/{ClientFactory().id}/documents", document()),
    "/api/exchange-rates": lambda: ("/api/exchange-rates", {"json": {"date": next(days), "rate": "4000.5"}}),
    "/api/expenses": lambda: ("/api/expenses", with_receipt({**MOVEMENT, "category": "Software"})),
    "/api/expenses/accrued/<id:accrued_id>/mark-as-paid": lambda: (
        f"/api/expenses/accrued/{AccruedExpenseFactory().id}/mark-as-paid",
        with_receipt({"payment_date": "2026-01-05"}),
    ),
    "/api/expenses/recurring": lambda: ("/api/expenses/recurring", {"json": RECURRING}),
    "/api/incomes": lambda: ("/api/incomes", with_receipt({**MOVEMENT, "type": "Intereses"})),
    "/api/payments": lambda: ("/api/payments", {"json": new_payment()}),
    "/api/payments/generate": lambda: ("/api/payments/generate", {"json": {"project_id": planned()}}),
    "/api/projects": lambda: ("/api/projects", {"json": new_project()}),
    "/api/projects/<id:project_id>/documents": lambda: (f"/api/projects/{ProjectFactory().id}/documents", document()),
    "/api/upload": lambda: ("/api/upload", form_of({"file": part(PDF)})),
    "/api/users": lambda: ("/api/users", {"json": new_user()}),
}
CHANGES: dict[str, dict[str, Any]] = {
    "PUT /api/clients/<id:client_id>": {"name": "Otra"},
    "PUT /api/expenses/<id:expense_id>": {"description": "Otro"},
    "PUT /api/expenses/recurring/<id:recurring_id>": {"description": "Otro"},
    "PATCH /api/expenses/recurring/<id:recurring_id>/status": {"status": "Pausado"},
    "PUT /api/incomes/<id:income_id>": {"description": "Otro"},
    "PUT /api/payments/<id:payment_id>": {"amount": "7.00"},
    "PATCH /api/payments/<id:payment_id>/status": {"status": "Pagado"},
    "PUT /api/projects/<id:project_id>": {"payment_plan": sent_plan(PlanType.SUBSCRIPTION)},
    "PUT /api/users/<id:user_id>": {"is_active": False},
}


def write(method: str, path: str) -> Write:
    """How that one is done; KeyError for one that is not known here yet."""
    if method == "POST":
        posted = POSTS[path]
        return Write(method, path, lambda _caller: posted())
    changed = CHANGEABLE[path]
    options = {} if method == "DELETE" else {"json": CHANGES[f"{method} {path}"]}
    return Write(method, path, lambda caller: (changed(caller), options))
