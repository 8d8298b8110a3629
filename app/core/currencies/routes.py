"""/api/exchange-rates."""

from app.core.currencies.models import ExchangeRateRecord
from app.core.currencies.schemas import ConversionQuery, ConversionSchema, ExchangeRateSchema, RateListQuery
from app.core.currencies.service import Conversion, ConversionRequest, CurrencyService, NewRate
from app.kernel.paging import Page
from app.web.api import Namespace, Resource, operation
from app.web.changed_responses import OneOrReplaced, Replaced
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Computed, Listed, Message, One

namespace = Namespace("exchange-rates", path="/exchange-rates")


def service() -> CurrencyService:
    """The service of this request."""
    return CurrencyService(context())


@namespace.route("")
class ExchangeRates(Resource):
    @operation("exchange_rates:read", Listed(ExchangeRateSchema, title="Tasas de cambio"), query=RateListQuery)
    def get(self, query: ListRequest) -> Page[ExchangeRateRecord]:
        """List exchange rates, newest first."""
        return service().page(query.page, **query.filters)

    @operation(
        "exchange_rates:write",
        OneOrReplaced(ExchangeRateSchema),
        body=ExchangeRateSchema,
        status=201,
        errors=(409,),
        name="enterExchangeRate",
    )
    def post(self, body: NewRate) -> ExchangeRateRecord | Replaced:
        """Enter the price of a currency on a day, by default of a dollar in pesos; an existing one is replaced."""
        rate, is_new = service().enter(body, source="manual")
        return rate if is_new else Replaced(rate)


@namespace.route("/<id:rate_id>")
class OneExchangeRate(Resource):
    @operation("exchange_rates:read", One(ExchangeRateSchema), errors=(404,))
    def get(self, rate_id: int) -> ExchangeRateRecord:
        """One exchange rate."""
        return service().get(rate_id)

    @operation("exchange_rates:write", Message("Exchange rate deleted"), errors=(404, 409))
    def delete(self, rate_id: int) -> None:
        """Delete an exchange rate."""
        service().delete(rate_id)


@namespace.route("/convert")
class Conversions(Resource):
    @operation(
        "exchange_rates:read", Computed(ConversionSchema), query=ConversionQuery, errors=(409,), name="convertAmount"
    )
    def get(self, query: ConversionRequest) -> Conversion:
        """Convert an amount at the rate of a day, by default today."""
        return service().convert(
            query["amount"],
            query["currency"],
            query["target"],
            query.get("day") or context().clock.today(),
            query["kind"],
        )
