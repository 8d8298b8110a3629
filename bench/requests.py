"""Requests to measure: both the program and the floor answer them, all but filtered lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import orjson
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

PERSONAL = "/api/personal"
LOGIN = {"username": "admin", "password": "fresco-demo-2026"}


@dataclass(frozen=True)
class Request:
    """A kind of request; `{n}` in its path or body is replaced by new numbers, from `first` on."""

    name: str
    path: str
    method: str = "GET"
    body: Mapping[str, Any] | None = None
    first: int = 1
    count: int = 1
    connections: int = 8
    """Number of concurrent clients."""

    @property
    def text(self) -> str:
        """Encoded body."""
        return "" if self.body is None else orjson.dumps(self.body).decode().replace('"{n}"', "{n}")

    @property
    def writes(self) -> bool:
        """Whether it writes; a login does, but its cost is the password."""
        return self.method != "GET"


@dataclass(frozen=True)
class Subjects:
    """Existing ids for the requests, and today."""

    client: int
    project: int
    projects: int
    payment: int
    payments: int
    today: date

    @classmethod
    def of(cls, database_url: str, today: date) -> "Subjects":
        """A client in the middle, and the projects and payments of the last clients, all of them bulk data."""
        engine = create_engine(database_url, poolclass=NullPool)
        with engine.connect() as connection:
            found = connection.execute(text(_SUBJECTS)).mappings().one()
        return cls(**found, today=today)


_SUBJECTS = """
    SELECT (SELECT client_id FROM payments ORDER BY id OFFSET (SELECT count(*) / 2 FROM payments) LIMIT 1) AS client,
           min(project_id) AS project, count(DISTINCT project_id) AS projects, min(id) AS payment, count(*) AS payments
    FROM (SELECT id, project_id FROM payments ORDER BY id DESC LIMIT 20000) AS latest
"""


def log_in(client: FlaskClient) -> dict[str, str]:
    """Headers of a session, where the program runs in this process."""
    token = client.post("/api/auth/login", json=LOGIN).get_json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


def requests(about: Subjects, turn: int = 0) -> tuple[Request, ...]:
    """Every request to measure; each round pays on another day, so that every payment changes."""
    month = about.today.replace(day=1)
    payment = {
        "project_id": "{n}",
        "amount": 1234567.89,
        "currency": "COP",
        "date": str(about.today),
        "type": "Implementación",
    }
    paid = {"status": "Pagado", "paid_date": str(about.today - timedelta(days=40 + turn))}
    each_project = {"first": about.project, "count": about.projects}
    each_payment = {"first": about.payment, "count": about.payments}
    return (
        Request("a client's payments", f"/api/payments?client_id={about.client}"),
        Request("a client's payments in USD", f"/api/payments?client_id={about.client}&currency=USD"),
        Request("payments, page 1,000", "/api/payments?page=1000"),
        Request("payments overdue", "/api/payments/overdue"),
        Request("a project with its plan", f"/api/projects/{about.project}"),
        Request("a payment entered", "/api/payments", "POST", payment, **each_project),
        Request("a payment paid", "/api/payments/{n}/status", "PATCH", paid, **each_payment),
        Request("cash flow of a month", f"/api/cashflow?date_from={month}"),
        Request("cash flow metrics", "/api/cashflow/metrics"),
        Request("summary", "/api/reports/summary"),
        Request("clients", "/api/reports/clients"),
        # One at a time: two might reach the same worker, where one of them would wait.
        Request("login", "/api/auth/login", "POST", LOGIN, connections=1),
    )


def filtered(about: Subjects) -> tuple[Request, ...]:
    """Lists by each kind of filter, which the floor does not answer."""
    return (
        Request("payments by method", "/api/payments?payment_method=Cheque"),
        Request("payments by amount", "/api/payments?amount_min=1299900"),
        Request("incomes of a project", f"/api/incomes?project_id={about.project}"),
        Request("expenses by method", "/api/expenses?payment_method=Cheque"),
        Request("expenses by amount", "/api/expenses?amount_min=929900"),
        Request("cash flow of a client", f"/api/cashflow?client_id={about.client}"),
        Request("cash flow of a project", f"/api/cashflow?project_id={about.project}"),
        Request("cash flow by method", "/api/cashflow?payment_method=Cheque"),
        Request("cash flow by amount", "/api/cashflow?amount_min=1299900"),
        Request("cash flow by the usual method", "/api/cashflow?payment_method=Transferencia"),
        Request("cash flow by letters of a category", "/api/cashflow?q=arriendo"),
        Request("cash flow by letters of few", "/api/cashflow?q=carga+777"),
        Request("cash flow by letters of most", "/api/cashflow?q=carga"),
    )
