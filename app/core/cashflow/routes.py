"""/api/cashflow."""

from app.core.cashflow.rules import ZERO
from app.core.cashflow.schemas import (
    AnalysisQuery,
    AnalysisSchema,
    BalancesSchema,
    CashflowQuery,
    FiguresQuery,
    ForecastQuery,
    ForecastSchema,
    MetricsSchema,
    MovementSchema,
)
from app.core.cashflow.service import (
    AnalysisRequest,
    Assumptions,
    CashflowService,
    Figures,
    FiguresRequest,
    ForecastRequest,
    ForecastService,
    MovementItem,
    results,
)
from app.infra.queries.records import Item
from app.kernel.money import Currency
from app.kernel.paging import Page
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, Report

namespace = Namespace("cashflow", path="/cashflow")


def figures(currency: Currency | None, suite: str | None) -> Figures:
    """Figures of this request, in the requested currency and of the requested suite."""
    return Figures(context(), currency, suite)


def service(currency: Currency | None, suite: str | None) -> CashflowService:
    """The service of this request."""
    return CashflowService(figures(currency, suite))


@namespace.route("")
class Cashflow(Resource):
    @operation(
        "cashflow:read",
        Listed(MovementSchema, BalancesSchema, title="Flujo de caja"),
        query=CashflowQuery,
        errors=(409,),
        name="listMovements",
    )
    def get(self, query: ListRequest) -> Page[Item[MovementItem]]:
        """List movements of cash, newest first, with balances."""
        currency, suite = (query.filters.pop(name, None) for name in ("currency", "suite"))
        return service(currency, suite).page(query.page, **query.filters)


@namespace.route("/metrics")
class Metrics(Resource):
    @operation(
        "cashflow:read",
        Report(MetricsSchema, title="Métricas de flujo de caja"),
        query=FiguresQuery,
        errors=(409,),
        name="getCashflowMetrics",
    )
    def get(self, query: FiguresRequest) -> results.Metrics:
        """Balance, averages, burn rate, runway and break-even date."""
        return service(query.get("currency"), query.get("suite")).metrics(context().clock.today())


@namespace.route("/analysis")
class CashflowAnalysis(Resource):
    @operation(
        "cashflow:read",
        Report(AnalysisSchema, title="Análisis de flujo de caja"),
        query=AnalysisQuery,
        errors=(409,),
    )
    def get(self, query: AnalysisRequest) -> results.Analysis:
        """Income and expenses of the trailing period by month, category and client."""
        return service(query.get("currency"), query.get("suite")).analysis(query["period"], context().clock.today())


@namespace.route("/forecast")
class Forecast(Resource):
    @operation(
        "cashflow:read",
        Report(ForecastSchema, title="Proyección de flujo de caja"),
        query=ForecastQuery,
        errors=(409,),
        name="getCashflowForecast",
    )
    def get(self, query: ForecastRequest) -> results.Forecast:
        """Forecast of the next months, from known amounts, past averages and the given assumptions."""
        extra = query.get("extra_monthly_expense", ZERO)
        assumed = Assumptions(query["months"], query["delay_days"], extra)
        return ForecastService(figures(query.get("currency"), query.get("suite"))).forecast(
            assumed, context().clock.today()
        )
