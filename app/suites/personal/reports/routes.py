"""/reports of the suite."""

from datetime import date

from app.kernel.paging import Page
from app.suites.personal.books.schemas import BookChoice, BookListRequest
from app.suites.personal.reports.schemas import (
    CategoryQuery,
    CategoryReportSchema,
    MonthFiguresSchema,
    MonthlyQuery,
    RangeQuery,
    WorthSchema,
)
from app.suites.personal.reports.service import CategoryReport, MonthFigures, ReportService, Worth
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.responses import Computed, Listed

namespace = Namespace("reports", path="/reports")


class Span(BookChoice, total=False):
    """Range of days of a report on a book."""

    date_from: date
    date_to: date


class CategoryChoice(Span, total=False):
    """Range of days, level of the tree, and category."""

    depth: int
    category_id: int


def service(query: BookChoice) -> ReportService:
    """The service in the book of a request."""
    return ReportService.of_caller(context(), query.get("book_id"))


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
        found = ReportService.of_caller(context(), query.book_id).monthly(**query.filters)
        return Page(found[query.page.span], len(found), query.page)


@namespace.route("/category")
class OfCategories(Resource):
    @operation(
        "personal:read",
        Computed(CategoryReportSchema),
        query=CategoryQuery,
        errors=(404, 409),
        name="getPersonalCategoryReport",
    )
    def get(self, query: CategoryChoice) -> CategoryReport:
        """Shares of categories over a range of days, by default the current month, with the range before."""
        reports = service(query)
        days = reports.days(query.get("date_from"), query.get("date_to"))
        return reports.by_category(days, depth=query.get("depth", 1), category_id=query.get("category_id"))


@namespace.route("/net-worth")
class NetWorth(Resource):
    @operation(
        "personal:read",
        Computed(WorthSchema),
        query=RangeQuery,
        errors=(404, 409),
        name="getPersonalNetWorth",
    )
    def get(self, query: Span) -> Worth:
        """Assets less liabilities at the end of each month of a range, and on its last day, at the rates of the day."""
        reports = service(query)
        return reports.net_worth(reports.days(query.get("date_from"), query.get("date_to")))
