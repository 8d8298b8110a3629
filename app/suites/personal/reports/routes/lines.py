"""/reports/tags and /payees."""

from typing import Any

from app.kernel.paging import Page
from app.kernel.periods import DateRange
from app.suites.personal.books.schemas import BookListRequest
from app.suites.personal.reports.routes.base import namespace
from app.suites.personal.reports.schemas.queries import LinesQuery
from app.suites.personal.reports.schemas.summary import LineTotalsSchema, PayeeFiguresSchema, TagFiguresSchema
from app.suites.personal.reports.service import LineReports, PayeeFigures, TagFigures
from app.web.api import Resource, operation
from app.web.context import context
from app.web.responses import Listed


def lines_of(query: BookListRequest) -> tuple[LineReports, DateRange, Any]:
    """The reports that a query asks for, with their days and accounts."""
    found = LineReports.of_caller(context(), query.book_id)
    reports = LineReports(found.access, query.filters.get("currency"))
    chosen = (query.filters.get(name) for name in ("period", "date_from", "date_to"))
    return reports, reports.span(*chosen).days, query.filters.get("accounts")


@namespace.route("/tags")
class OfTags(Resource):
    @operation(
        "personal:read",
        Listed(TagFiguresSchema, LineTotalsSchema, title="Etiquetas"),
        query=LinesQuery,
        errors=(404, 409),
        name="listPersonalTagFigures",
    )
    def get(self, query: BookListRequest) -> Page[TagFigures]:
        """Income and spending by tag, by default of the current month; what has several tags counts for each."""
        reports, days, accounts = lines_of(query)
        return reports.tags(query.page, days, accounts)


@namespace.route("/payees")
class OfPayees(Resource):
    @operation(
        "personal:read",
        Listed(PayeeFiguresSchema, LineTotalsSchema, title="Beneficiarios"),
        query=LinesQuery,
        errors=(404, 409),
        name="listPersonalPayeeFigures",
    )
    def get(self, query: BookListRequest) -> Page[PayeeFigures]:
        """Income and spending by payee, by default of the current month."""
        reports, days, accounts = lines_of(query)
        return reports.payees(query.page, days, accounts)
