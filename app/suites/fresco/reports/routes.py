"""/api/reports."""

from app.core.cashflow.schemas import FiguresQuery
from app.core.cashflow.service import Figures, FiguresRequest
from app.kernel.money import Currency
from app.kernel.periods import Period, current, trailing
from app.suites.fresco.reports.pdf import account_pdf, ageing_pdf, statement_pdf, summary_pdf
from app.suites.fresco.reports.rules import span_of
from app.suites.fresco.reports.schemas import (
    AccountQuery,
    AgeingQuery,
    AgeingSchema,
    ClientAccountSchema,
    ClientReportSchema,
    ClientsQuery,
    DashboardSchema,
    IndicatorsSchema,
    StatementQuery,
    StatementSchema,
    SummaryQuery,
    SummarySchema,
)
from app.suites.fresco.reports.service import (
    AccountRequest,
    AgeingRequest,
    AgeingService,
    ClientAccount,
    ClientAccountService,
    ClientsRequest,
    DashboardService,
    ReportService,
    StatementRequest,
    SummaryRequest,
    results,
)
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.responses import Report

namespace = Namespace("reports", path="/reports")
dashboard = Namespace("dashboard", path="/dashboard")
client_account = Namespace("client_statement", path="/clients/<id:client_id>/statement")


def service(currency: Currency | None, suite: str | None) -> ReportService:
    """Service of this request, in the requested currency and of the requested suite."""
    return ReportService(Figures(context(), currency, suite))


@dashboard.route("")
class FirstPage(Resource):
    @operation(
        "reports:read",
        Report(DashboardSchema, title="Tablero"),
        query=FiguresQuery,
        errors=(409,),
        name="getDashboard",
    )
    def get(self, query: FiguresRequest) -> results.Dashboard:
        """Cash, recurring revenue, results, unpaid amounts, the next 30 days, runway and trend as of today."""
        figures = Figures(context(), query.get("currency"), query.get("suite"))
        return DashboardService(figures).dashboard(context().clock.today())


@namespace.route("/summary")
class Summary(Resource):
    @operation(
        "reports:read",
        Report(SummarySchema, title="Resumen financiero", pdf=summary_pdf),
        query=SummaryQuery,
        errors=(409,),
        name="getFinancialSummary",
    )
    def get(self, query: SummaryRequest) -> results.Summary:
        """Revenue, expenses and cash by month, client and category."""
        today = context().clock.today()
        dates = query.get("date_from"), query.get("date_to"), query.get("period")
        span = span_of(*dates, default=trailing(Period.YEAR, today), today=today)
        return service(query.get("currency"), query.get("suite")).summary(span)


@namespace.route("/statement")
class Statement(Resource):
    @operation(
        "reports:read",
        Report(StatementSchema, title="Estado de resultados", pdf=statement_pdf),
        query=StatementQuery,
        errors=(409,),
        name="getIncomeStatement",
    )
    def get(self, query: StatementRequest) -> results.Statement:
        """Income, expenses, taxes and net profit, by cash or by accrual."""
        today = context().clock.today()
        dates = query.get("date_from"), query.get("date_to"), None
        span = span_of(*dates, default=current(Period.YEAR, today), today=today)
        return service(query.get("currency"), query.get("suite")).statement(span, query["basis"])


@namespace.route("/indicators")
class Indicators(Resource):
    @operation(
        "reports:read",
        Report(IndicatorsSchema, title="Indicadores"),
        query=FiguresQuery,
        errors=(409,),
        name="getFinancialIndicators",
    )
    def get(self, query: FiguresRequest) -> results.Indicators:
        """Margin, return on marketing, cash and months covered, over the last 12 months."""
        return service(query.get("currency"), query.get("suite")).indicators(context().clock.today())


@namespace.route("/clients")
class ClientsReport(Resource):
    @operation(
        "reports:read",
        Report(ClientReportSchema, title="Reporte de clientes"),
        query=ClientsQuery,
        errors=(409,),
        name="getClientReport",
    )
    def get(self, query: ClientsRequest) -> results.ClientReport:
        """Profit by client, growing and declining clients, and changes of recurring revenue."""
        return service(query.get("currency"), query.get("suite")).clients(query["timeframe"], context().clock.today())


@namespace.route("/ageing")
class AgeingReport(Resource):
    @operation(
        "reports:read",
        Report(AgeingSchema, title="Cuentas por edades", pdf=ageing_pdf),
        query=AgeingQuery,
        errors=(409,),
        name="getAgeing",
    )
    def get(self, query: AgeingRequest) -> results.Ageing:
        """Debts of clients, or to suppliers, today: not due, and overdue by 30, 60, 90 and more days."""
        figures = Figures(context(), query.get("currency"), query.get("suite"))
        return AgeingService(figures).ageing(query["side"], context().clock.today())


@client_account.route("")
class ClientStatement(Resource):
    @operation(
        "reports:read",
        Report(ClientAccountSchema, title="Estado de cuenta", pdf=account_pdf),
        query=AccountQuery,
        errors=(404,),
        name="getClientStatement",
    )
    def get(self, client_id: int, query: AccountRequest) -> ClientAccount:
        """A client's account: what was charged, received and credited, with the balance before and after."""
        today = context().clock.today()
        dates = query.get("date_from"), query.get("date_to"), None
        span = span_of(*dates, default=trailing(Period.YEAR, today), today=today)
        return ClientAccountService(context()).statement(client_id, span)
