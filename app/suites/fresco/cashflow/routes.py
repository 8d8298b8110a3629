"""/api/cashflow, and the analyses of incomes and expenses."""

from app.infra.queries.records import Item
from app.kernel.money import Currency
from app.kernel.paging import Page
from app.suites.fresco.cashflow.rules import ZERO
from app.suites.fresco.cashflow.schemas import (
    AnalysisQuery,
    AnalysisSchema,
    BalancesSchema,
    CashflowQuery,
    CurrencyQuery,
    ExpensesAnalysisSchema,
    ForecastQuery,
    ForecastSchema,
    IncomesAnalysisSchema,
    MetricsSchema,
    MovementSchema,
)
from app.suites.fresco.cashflow.service import (
    AnalysisRequest,
    Assumptions,
    CashflowService,
    CurrencyRequest,
    Figures,
    ForecastRequest,
    ForecastService,
    Movement,
    results,
)
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, Report

namespace = Namespace("cashflow", path="/cashflow")
incomes_analysis = Namespace("incomes_analysis", path="/incomes/analysis")
expenses_analysis = Namespace("expenses_analysis", path="/expenses/analysis")


def figures(currency: Currency | None) -> Figures:
    """Figures of this request, in the requested currency."""
    return Figures(context(), currency)


def service(currency: Currency | None) -> CashflowService:
    """The service of this request."""
    return CashflowService(figures(currency))


@namespace.route("")
class Cashflow(Resource):
    @operation(
        "cashflow:read",
        Listed(MovementSchema, BalancesSchema, title="Flujo de caja"),
        query=CashflowQuery,
        errors=(409,),
        name="listMovements",
    )
    def get(self, query: ListRequest) -> Page[Item[Movement]]:
        """List movements of cash, newest first, with balances."""
        currency = query.filters.pop("currency", None)
        return service(currency).page(query.page, **query.filters)


@namespace.route("/metrics")
class Metrics(Resource):
    @operation(
        "cashflow:read",
        Report(MetricsSchema, title="Métricas de flujo de caja"),
        query=CurrencyQuery,
        errors=(409,),
        name="getCashflowMetrics",
    )
    def get(self, query: CurrencyRequest) -> results.Metrics:
        """Balance, averages, burn rate, runway and break-even date."""
        return service(query.get("currency")).metrics(context().clock.today())


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
        return service(query.get("currency")).analysis(query["period"], context().clock.today())


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
        return ForecastService(figures(query.get("currency"))).forecast(assumed, context().clock.today())


@incomes_analysis.route("")
class IncomesAnalysis(Resource):
    @operation(
        "incomes:read",
        Report(IncomesAnalysisSchema, title="Análisis de ingresos"),
        query=AnalysisQuery,
        errors=(409,),
    )
    def get(self, query: AnalysisRequest) -> results.IncomesAnalysis:
        """Income by month and client."""
        return service(query.get("currency")).incomes_analysis(query["period"], context().clock.today())


@expenses_analysis.route("")
class ExpensesAnalysis(Resource):
    @operation(
        "expenses:read",
        Report(ExpensesAnalysisSchema, title="Análisis de gastos"),
        query=AnalysisQuery,
        errors=(409,),
    )
    def get(self, query: AnalysisRequest) -> results.ExpensesAnalysis:
        """Expenses by month and category."""
        return service(query.get("currency")).expenses_analysis(query["period"], context().clock.today())
