"""Exchange rates."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from app.core.currencies.models import ExchangeRate
from app.kernel.money import Currency
from tests.factories import Examples, RowFactory


class RateFactory(RowFactory):
    """The price of a dollar in pesos on a day."""

    class Meta:
        model = ExchangeRate

    base = Currency.USD
    quote = Currency.COP
    rate = Decimal(4000)
    source = "test"


_days = (date(2027, 1, 1) + timedelta(days=n) for n in count())  # a day has one rate


def _next_day() -> str:
    return next(_days).isoformat()


EXAMPLES = Examples(
    rows={"ExchangeRate": lambda: RateFactory(date=next(_days)).id},
    existing={
        "/api/exchange-rates/<id:rate_id>": lambda _: f"/api/exchange-rates/{RateFactory(date=next(_days)).id}",
    },
    posts={"/api/exchange-rates": lambda: ("/api/exchange-rates", {"json": {"date": _next_day(), "rate": "4000.5"}})},
)
