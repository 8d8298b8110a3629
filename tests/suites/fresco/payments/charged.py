"""A project that is created, charged and changed over the API."""

from datetime import timedelta
from typing import Any

from flask import Flask

from app.infra.context import make_context
from app.infra.db import transaction
from app.suites.fresco.payments.service import GenerationService
from app.suites.fresco.projects.rules import PlanType
from tests.factories.clients import ClientFactory
from tests.factories.projects import sent_plan
from tests.support import Caller

Row = tuple[int, str, int]
"""Number, due date as month and day, and amount of a payment."""


class Project:
    """A project that is created and changed over the API."""

    def __init__(self, user: Caller, app: Flask, start: str = "2025-03-05", **values: Any) -> None:
        self.user, self.app = user, app
        plan = sent_plan(values.pop("kind", PlanType.SUBSCRIPTION), **values.pop("plan", {}))
        client = ClientFactory()
        body = {"client_id": client.id, "name": "P", "description": "", "start_date": start, "payment_plan": plan}
        self.id = user.post("/api/projects", body | values)["data"]["id"]
        self.path = f"/api/projects/{self.id}"

    def generate(self, months: int = 3, **more: Any) -> list[Row]:
        """Generate payments and return the new ones."""
        body = {"project_id": self.id, "months": months, **more}
        return short(self.user.post("/api/payments/generate", body)["data"])

    def change(self, **changes: Any) -> None:
        self.user.put(self.path, changes)

    def plan(self, **changes: Any) -> None:
        self.change(payment_plan={f"recurring_fee_{name}": value for name, value in changes.items()})

    def all(self, kind: str = "Recurrente") -> list[dict[str, Any]]:
        query = {"project_id": self.id, "sort": "date", "per_page": 100, "type": kind}
        return self.user.get("/api/payments", **query)["data"]

    def payments(self, kind: str = "Recurrente") -> list[Row]:
        return short(self.all(kind))

    def numbered(self, number: int, kind: str = "Recurrente") -> str:
        """The path of the payment with this number."""
        found = next(one for one in self.all(kind) if one["installment_number"] == number)
        return f"/api/payments/{found['id']}"

    def tonight(self) -> None:
        """Run the daily generation job."""
        with self.app.app_context(), transaction(request_id="test") as session:
            context = make_context(session)
            GenerationService(context).generate_due(today=context.clock.today(), horizon=timedelta(days=30))


def short(rows: list[dict[str, Any]]) -> list[Row]:
    return [(one["installment_number"], one["date"][5:], one["amount"]) for one in rows]
