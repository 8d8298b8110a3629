"""Incomes."""

from datetime import date
from decimal import Decimal

import factory

from app.domains.incomes.models import Income
from app.kernel.money import Currency
from tests.factories import RowFactory


class IncomeFactory(RowFactory):
    """An income in pesos."""

    class Meta:
        model = Income

    description = factory.Sequence(lambda n: f"Ingreso {n:03}")
    date = date(2025, 3, 10)
    amount = Decimal("1000.00")
    currency = Currency.COP
    type = "Aporte de socio"
    payment_method = "Transferencia"
