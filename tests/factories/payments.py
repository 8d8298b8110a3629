"""Payments."""

from datetime import date
from decimal import Decimal
from typing import Any

import factory
from sqlalchemy import select

from app.infra.db import db
from app.kernel.money import Currency
from app.suites.fresco.payments.models import ClientCredit, CreditRefund, Payment, PaymentReceipt
from app.suites.fresco.payments.rules import PaymentStatus, PaymentType
from tests import factories
from tests.factories import Examples, RowFactory, Sent
from tests.factories.projects import ProjectFactory, planned
from tests.support import Caller


class PaymentFactory(RowFactory):
    """A payment entered by hand, due on 15 March 2025."""

    class Meta:
        model = Payment

    @classmethod
    def _create(cls, model_class: type[Any], *args: Any, **values: Any) -> Any:
        """Create it with the receipts of `received` (amounts and days), or of a paid one the whole."""
        given = values.pop("received", None)
        if given is None:
            given = [(values["amount"], values["paid_date"])] if values.get("paid_date") else []
        total = sum((Decimal(amount) for amount, _ in given), Decimal(0))
        in_parts = bool(given) and (len(given) > 1 or total < Decimal(values["amount"]))
        payment = super()._create(model_class, *args, **values, paid_amount=total, in_parts=in_parts)
        for place, (amount, day) in enumerate(given, start=1):
            _receive(payment, amount, day, completes=payment.paid_date is not None and place == len(given))
        return payment

    class Params:
        project = factory.LazyFunction(ProjectFactory)

    project_id = factory.LazyAttribute(lambda payment: payment.project.id)
    client_id = factory.LazyAttribute(lambda payment: payment.project.client_id)
    amount = Decimal("100.00")
    currency = Currency.COP
    date = date(2025, 3, 15)
    status = PaymentStatus.PENDING
    type = PaymentType.RECURRING


class ReceiptFactory(RowFactory):
    """A receipt, as `PaymentFactory` makes them."""

    class Meta:
        model = PaymentReceipt


class RefundFactory(RowFactory):
    """A refund of 7 pesos."""

    class Meta:
        model = CreditRefund

    amount = Decimal(7)
    currency = Currency.COP
    date = date(2025, 3, 16)


def _receive(payment: Payment, amount: Any, day: date, *, completes: bool, **more: Any) -> int:
    made: int = ReceiptFactory(
        payment_id=payment.id,
        amount=amount,
        date=day,
        currency=payment.currency,
        project_id=payment.project_id,
        client_id=payment.client_id,
        due_date=payment.date,
        payment_type=payment.type,
        payment_status=payment.status,
        completes=completes,
        **more,
    ).id
    return made


def receive(caller: Caller, payment_id: int, amount: object = "40.00", **more: object) -> dict[str, Any]:
    """A new receipt of a payment, by the API."""
    made: dict[str, Any] = caller.post(f"/api/payments/{payment_id}/receipts", {"amount": amount, **more})["data"]
    return made


def _one_received(caller: Caller) -> str:
    made = receive(caller, PaymentFactory().id)
    return f"/api/payments/{made['payment_id']}/receipts/{made['id']}"


def _receipt() -> int:
    payment = PaymentFactory()
    return _receive(payment, Decimal(40), date(2025, 3, 15), completes=False)


def _new() -> dict[str, Any]:
    values = {"amount": "250.00", "currency": "USD", "date": "2030-01-01", "type": "Recurrente"}
    return {**values, "project_id": ProjectFactory().id}


def _credit() -> int:
    """Id of a client with a credit of 50 pesos."""
    payment = PaymentFactory()
    _receive(payment, Decimal(40), date(2025, 3, 15), completes=False, credit_amount=Decimal(50))
    return int(payment.client_id)


def _refund() -> Sent:
    return f"/api/clients/{_credit()}/credits/refund", {"json": {"amount": "7.00", "currency": "COP"}}


def _id_of_credit() -> int:
    client_id = _credit()
    assert factories.app is not None
    with factories.app.app_context():
        return int(db.session.scalars(select(ClientCredit.id).where(ClientCredit.client_id == client_id)).one())


def _id_of_refund() -> int:
    made: int = RefundFactory(client_id=_credit()).id
    return made


EXAMPLES = Examples(
    rows={
        "Payment": lambda: PaymentFactory().id,
        "PaymentReceipt": _receipt,
        "ClientCredit": _id_of_credit,
        "CreditRefund": _id_of_refund,
    },
    existing={
        "/api/payments/<id:payment_id>": lambda _: f"/api/payments/{PaymentFactory().id}",
        "/api/payments/<id:payment_id>/status": lambda _: f"/api/payments/{PaymentFactory().id}/status",
        "/api/payments/<id:payment_id>/receipts/<id:receipt_id>": _one_received,
        "/api/clients/<id:client_id>/credits": lambda _: f"/api/clients/{_credit()}/credits",
        "/api/clients/<id:client_id>/statement": lambda _: f"/api/clients/{_credit()}/statement",
    },
    changes={
        "/api/payments/<id:payment_id>": {"amount": "7.00"},
        "/api/payments/<id:payment_id>/status": {"status": "Pagado"},
    },
    posts={
        "/api/payments": lambda: ("/api/payments", {"json": _new()}),
        "/api/payments/<id:payment_id>/receipts": lambda: (
            f"/api/payments/{PaymentFactory().id}/receipts",
            {"json": {"amount": "40.00"}},
        ),
        "/api/payments/bulk": lambda: (
            "/api/payments/bulk",
            {"json": {"ids": [PaymentFactory().id], "action": "mark-paid"}},
        ),
        "/api/clients/<id:client_id>/credits/refund": _refund,
        "/api/payments/generate": lambda: ("/api/payments/generate", {"json": {"project_id": planned()}}),
    },
)
