"""Payments."""

from datetime import date
from decimal import Decimal
from typing import Any

import factory

from app.kernel.money import Currency
from app.suites.fresco.payments.models import Payment
from app.suites.fresco.payments.rules import PaymentStatus, PaymentType
from tests.factories import Examples, RowFactory
from tests.factories.projects import ProjectFactory, planned


class PaymentFactory(RowFactory):
    """A payment entered by hand, due on 15 March 2025."""

    class Meta:
        model = Payment

    class Params:
        project = factory.LazyFunction(ProjectFactory)

    project_id = factory.LazyAttribute(lambda payment: payment.project.id)
    client_id = factory.LazyAttribute(lambda payment: payment.project.client_id)
    amount = Decimal("100.00")
    currency = Currency.COP
    date = date(2025, 3, 15)
    status = PaymentStatus.PENDING
    type = PaymentType.RECURRING


def _new() -> dict[str, Any]:
    values = {"amount": "250.00", "currency": "USD", "date": "2030-01-01", "type": "Recurrente"}
    return {**values, "project_id": ProjectFactory().id}


EXAMPLES = Examples(
    rows={"Payment": lambda: PaymentFactory().id},
    existing={
        "/api/payments/<id:payment_id>": lambda _: f"/api/payments/{PaymentFactory().id}",
        "/api/payments/<id:payment_id>/status": lambda _: f"/api/payments/{PaymentFactory().id}/status",
    },
    changes={
        "/api/payments/<id:payment_id>": {"amount": "7.00"},
        "/api/payments/<id:payment_id>/status": {"status": "Pagado"},
    },
    posts={
        "/api/payments": lambda: ("/api/payments", {"json": _new()}),
        "/api/payments/generate": lambda: ("/api/payments/generate", {"json": {"project_id": planned()}}),
    },
)
