"""Incomes."""

from datetime import date
from decimal import Decimal

import factory

from app.kernel.money import Currency
from app.suites.fresco.incomes.models import Income
from tests.factories import Examples, RowFactory
from tests.factories.files import with_receipt


class IncomeFactory(RowFactory):
    """An income in pesos."""

    class Meta:
        model = Income

    description = factory.Sequence(lambda n: f"Ingreso {n:03}")
    date = date(2025, 3, 10)
    amount = Decimal("1000.00")
    currency = Currency.COP
    type = "Intereses"
    payment_method = "Transferencia"


_ENTERED = {
    "description": "Algo",
    "date": "2025-03-01",
    "amount": "1500.50",
    "currency": "COP",
    "payment_method": "Transferencia",
    "type": "Intereses",
}

EXAMPLES = Examples(
    rows={"Income": lambda: IncomeFactory().id},
    existing={"/api/incomes/<id:income_id>": lambda _: f"/api/incomes/{IncomeFactory().id}"},
    changes={"/api/incomes/<id:income_id>": {"description": "Otro"}},
    posts={"/api/incomes": lambda: ("/api/incomes", with_receipt(_ENTERED))},
)
