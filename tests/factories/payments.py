"""Payments."""

from datetime import date
from decimal import Decimal

import factory

from app.domains.payments.models import Payment
from app.domains.payments.rules import PaymentStatus, PaymentType
from app.kernel.money import Currency
from tests.factories import RowFactory
from tests.factories.projects import ProjectFactory


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
