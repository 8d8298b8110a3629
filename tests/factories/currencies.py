"""Exchange rates."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, count
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from app.core.currencies.models import CurrencyPair, ExchangeRate
from app.infra.db import db
from app.kernel.money import Currency
from tests import factories
from tests.factories import Examples, RowFactory, Sent


class PairFactory(RowFactory):
    """A pair without rates."""

    class Meta:
        model = CurrencyPair


class RateFactory(RowFactory):
    """The price of a currency on a day, by default of a dollar in pesos."""

    class Meta:
        model = ExchangeRate

    base = Currency.USD
    quote = Currency.COP
    rate = Decimal(4000)
    source = "test"

    @classmethod
    def _create(cls, model_class: type[Any], *args: Any, **kwargs: Any) -> Any:
        """Create the rate, and before it the pair it belongs to."""
        assert factories.app is not None
        with factories.app.app_context():
            pair = insert(CurrencyPair).values(base=kwargs["base"], quote=kwargs["quote"])
            db.session.execute(pair.on_conflict_do_nothing())
            db.session.commit()
        return super()._create(model_class, *args, **kwargs)


_days = (date(2027, 1, 1) + timedelta(days=n) for n in count())  # a day has one rate
_pairs = combinations(sorted(set(Currency) - {Currency.COP, Currency.USD}), 2)


def _next_day() -> str:
    return next(_days).isoformat()


def _posted() -> Sent:
    """A rate of a pair that exists, so that each request makes as many rows."""
    RateFactory(date=next(_days))
    return "/api/exchange-rates", {"json": {"date": _next_day(), "rate": "4000.5"}}


def _next_pair() -> int:
    base, quote = next(_pairs)
    return PairFactory(base=base, quote=quote).id


EXAMPLES = Examples(
    rows={"CurrencyPair": _next_pair, "ExchangeRate": lambda: RateFactory(date=next(_days)).id},
    existing={
        "/api/exchange-rates/<id:rate_id>": lambda _: f"/api/exchange-rates/{RateFactory(date=next(_days)).id}",
    },
    posts={"/api/exchange-rates": _posted},
)
