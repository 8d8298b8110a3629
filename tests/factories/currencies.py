"""Exchange rates."""

from decimal import Decimal

from app.domains.currencies.models import ExchangeRate
from app.kernel.money import Currency
from tests.factories import RowFactory


class RateFactory(RowFactory):
    """The price of a dollar in pesos on a day."""

    class Meta:
        model = ExchangeRate

    base = Currency.USD
    quote = Currency.COP
    rate = Decimal(4000)
    source = "test"
