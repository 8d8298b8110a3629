"""/reports/summary, /monthly, /category, /net-worth, /cash-flow."""

from app.kernel.money import Currency
from app.kernel.paging import Page
from app.kernel.periods import DateRange
from app.suites.personal.books.schemas import BookListRequest
from app.suites.personal.reports.routes.base import Figures, SpanChoice, namespace
from app.suites.personal.reports.schemas.figures import CategoryReportSchema, MonthFiguresSchema, WorthSchema
from app.suites.personal.reports.schemas.queries import (
    CategoryQuery,
    FlowQuery,
    MonthlyQuery,
    SummaryQuery,
    WorthQuery,
)
from app.suites.personal.reports.schemas.summary import BookSummarySchema, CashFlowReportSchema
from app.suites.personal.reports.service import (
    CashFlow,
    CashFlowReports,
    CategoryReport,
    CategoryReports,
    MonthFigures,
    ReportBase,
    Summary,
    SummaryReports,
    Worth,
    WorthReports,
    accesses_of,
    joined_worth,
)
from app.web.api import Resource, operation
from app.web.context import context
from app.web.responses import Listed


class CategoryChoice(SpanChoice, total=False):
    """Days, level of the tree, and category."""

    depth: int
    category_id: int


class WorthChoice(SpanChoice, total=False):
    """Days, and books that are joined."""

    books: tuple[int, ...]


class FlowChoice(SpanChoice, total=False):
    """Days, currency and accounts."""

    currency: Currency
    accounts: tuple[int, ...]


class SummaryChoice(FlowChoice, total=False):
    """Days, currency, accounts, and books that are joined."""

    books: tuple[int, ...]


def days_of(reports: ReportBase, query: SpanChoice) -> DateRange:
    """The days that a query asks for."""
    return reports.span(query.get("period"), query.get("date_from"), query.get("date_to")).days


@namespace.route("/summary")
class OfBooks(Resource):
    @operation(
        "personal:read",
        Figures(BookSummarySchema),
        query=SummaryQuery,
        errors=(404, 409),
        name="getPersonalSummary",
    )
    def get(self, query: SummaryChoice) -> Summary:
        """Results of a period or of days, by default the current month, net worth, and how it came to change."""
        found = SummaryReports.of_caller(
            context(), query.get("book_id"), query.get("books"), query.get("currency"), query.get("accounts")
        )
        return found.summary(query.get("period"), query.get("date_from"), query.get("date_to"))


@namespace.route("/monthly")
class Monthly(Resource):
    @operation(
        "personal:read",
        Listed(MonthFiguresSchema, title="Meses"),
        query=MonthlyQuery,
        errors=(404, 409),
        name="listPersonalMonths",
    )
    def get(self, query: BookListRequest) -> Page[MonthFigures]:
        """Income, expenses and categories of months, each with the change since the month before."""
        found = CategoryReports.of_caller(context(), query.book_id).monthly(**query.filters)
        return Page(found[query.page.span], len(found), query.page)


@namespace.route("/category")
class OfCategories(Resource):
    @operation(
        "personal:read",
        Figures(CategoryReportSchema),
        query=CategoryQuery,
        errors=(404, 409),
        name="getPersonalCategoryReport",
    )
    def get(self, query: CategoryChoice) -> CategoryReport:
        """Shares of categories over a range of days, by default the current month, with the range before."""
        reports = CategoryReports.of_caller(context(), query.get("book_id"))
        days = days_of(reports, query)
        return reports.by_category(days, depth=query.get("depth", 1), category_id=query.get("category_id"))


@namespace.route("/net-worth")
class NetWorth(Resource):
    @operation(
        "personal:read",
        Figures(WorthSchema),
        query=WorthQuery,
        errors=(404, 409),
        name="getPersonalNetWorth",
    )
    def get(self, query: WorthChoice) -> Worth:
        """Assets less liabilities at the end of each month of a range, and on its last day, at the rates of the day."""
        accesses = accesses_of(context(), query.get("book_id"), query.get("books"))
        return joined_worth(accesses, days_of(WorthReports(accesses[0]), query))


@namespace.route("/cash-flow")
class Flow(Resource):
    @operation(
        "personal:read",
        Figures(CashFlowReportSchema),
        query=FlowQuery,
        errors=(404, 409),
        name="getPersonalCashFlow",
    )
    def get(self, query: FlowChoice) -> CashFlow:
        """Money that accounts gained and lost in each month, with their balance before and after."""
        access = CashFlowReports.of_caller(context(), query.get("book_id")).access
        reports = CashFlowReports(access, query.get("currency"))
        return reports.cash_flow(days_of(reports, query), query.get("accounts"))
