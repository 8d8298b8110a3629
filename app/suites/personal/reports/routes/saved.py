"""/reports/saved."""

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema

from app.infra.books import BookAccess
from app.kernel.paging import Page, PageRequest
from app.suites.personal.books.schemas import BookChoice, BookListRequest, BookQuery
from app.suites.personal.reports.models import SavedReport, SavedReportRecord
from app.suites.personal.reports.routes.base import Figures, namespace
from app.suites.personal.reports.rules.ahead import USUAL_DAYS
from app.suites.personal.reports.rules.saved import SavedKind
from app.suites.personal.reports.schemas.ahead import BalanceForecastSchema
from app.suites.personal.reports.schemas.figures import CategoryReportSchema, MonthFiguresSchema, WorthSchema
from app.suites.personal.reports.schemas.saved import (
    ReportRunSchema,
    SavedParamsSchema,
    SavedReportListQuery,
    SavedReportSchema,
)
from app.suites.personal.reports.schemas.summary import (
    BookSummarySchema,
    CashFlowReportSchema,
    LineTotalsSchema,
    PayeeFiguresSchema,
    TagFiguresSchema,
)
from app.suites.personal.reports.schemas.trends import TrendSchema
from app.suites.personal.reports.service import (
    CashFlowReports,
    CategoryReports,
    ForecastReports,
    LineReports,
    SavedReportChanges,
    SavedReportService,
    SummaryReports,
    TrendReports,
    WorthReports,
)
from app.web.api import Resource, changes, operation
from app.web.context import context
from app.web.dump import dumper
from app.web.responses import Listed, Message, One

EVERYTHING = PageRequest().unpaged()
Params = Mapping[str, Any]


@namespace.route("/saved")
class SavedReports(Resource):
    @operation(
        "personal:read",
        Listed(SavedReportSchema, title="Informes guardados"),
        query=SavedReportListQuery,
        errors=(404,),
        name="listSavedReports",
    )
    def get(self, query: BookListRequest) -> Page[SavedReportRecord]:
        """List the saved reports of a book."""
        return SavedReportService.of_caller(context(), query.book_id).page(query.page, **query.filters)

    @operation(
        "personal:write",
        One(SavedReportSchema),
        query=BookQuery,
        body=SavedReportSchema,
        status=201,
        errors=(404, 409),
        name="createSavedReport",
    )
    def post(self, query: BookChoice, body: SavedReportChanges) -> SavedReport:
        """Save a report with its parameters under a name."""
        return SavedReportService.of_caller(context(), query.get("book_id")).create(**body)


@namespace.route("/saved/<id:saved_id>")
class OneSavedReport(Resource):
    @operation("personal:read", One(SavedReportSchema), query=BookQuery, errors=(404,), name="getSavedReport")
    def get(self, query: BookChoice, saved_id: int) -> SavedReportRecord:
        """One saved report."""
        return SavedReportService.of_row(context(), saved_id, query.get("book_id")).get(saved_id)

    @operation(
        "personal:write",
        One(SavedReportSchema),
        query=BookQuery,
        body=changes(SavedReportSchema),
        errors=(404, 409),
        name="updateSavedReport",
    )
    def put(self, query: BookChoice, saved_id: int, body: SavedReportChanges) -> SavedReport:
        """Change the fields of a saved report that are sent; parameters come with their report."""
        return SavedReportService.of_row(context(), saved_id, query.get("book_id")).update(saved_id, **body)

    @operation(
        "personal:write",
        Message("Saved report deleted"),
        query=BookQuery,
        errors=(404,),
        name="deleteSavedReport",
    )
    def delete(self, query: BookChoice, saved_id: int) -> None:
        """Delete a saved report."""
        SavedReportService.of_row(context(), saved_id, query.get("book_id")).delete(saved_id)


@namespace.route("/saved/<id:saved_id>/run")
class SavedReportRun(Resource):
    @operation(
        "personal:read",
        Figures(ReportRunSchema),
        query=BookQuery,
        errors=(404, 409),
        name="getSavedReportRun",
    )
    def get(self, query: BookChoice, saved_id: int) -> dict[str, object]:
        """Answer of a saved report as its own address gives it; of a list all rows, in `items`."""
        saved = SavedReportService.of_row(context(), saved_id, query.get("book_id"))
        found = saved.get(saved_id)
        result = RUNS[found.report](saved.access, SavedParamsSchema().load(found.params))
        return {**found._asdict(), "result": result}


def _summary(access: BookAccess, params: Params) -> dict[str, object]:
    found = SummaryReports([access], params.get("currency"), params.get("accounts"))
    return _dumped(BookSummarySchema, found.summary(*_span(params)))


def _monthly(access: BookAccess, params: Params) -> dict[str, object]:
    found = CategoryReports(access).monthly(params.get("from"), params.get("to"))
    return {"items": dumper(MonthFiguresSchema).each(found)}


def _category(access: BookAccess, params: Params) -> dict[str, object]:
    reports = CategoryReports(access)
    days = reports.span(*_span(params)).days
    found = reports.by_category(days, depth=params.get("depth", 1), category_id=params.get("category_id"))
    return _dumped(CategoryReportSchema, found)


def _net_worth(access: BookAccess, params: Params) -> dict[str, object]:
    reports = WorthReports(access)
    return _dumped(WorthSchema, reports.net_worth(reports.span(*_span(params)).days))


def _cash_flow(access: BookAccess, params: Params) -> dict[str, object]:
    reports = CashFlowReports(access, params.get("currency"))
    days = reports.span(*_span(params)).days
    return _dumped(CashFlowReportSchema, reports.cash_flow(days, params.get("accounts")))


def _tags(access: BookAccess, params: Params) -> dict[str, object]:
    reports = LineReports(access, params.get("currency"))
    found = reports.tags(EVERYTHING, reports.span(*_span(params)).days, params.get("accounts"))
    return {"items": dumper(TagFiguresSchema).each(found.items), **_dumped(LineTotalsSchema, found.extra)}


def _payees(access: BookAccess, params: Params) -> dict[str, object]:
    reports = LineReports(access, params.get("currency"))
    found = reports.payees(EVERYTHING, reports.span(*_span(params)).days, params.get("accounts"))
    return {"items": dumper(PayeeFiguresSchema).each(found.items), **_dumped(LineTotalsSchema, found.extra)}


def _trends(access: BookAccess, params: Params) -> dict[str, object]:
    given = {name: params[name] for name in ("months", "horizon", "category_id") if name in params}
    return _dumped(TrendSchema, TrendReports(access).trend(kind=params.get("type"), **given))


def _forecast(access: BookAccess, params: Params) -> dict[str, object]:
    found = ForecastReports(access).forecast(params.get("days", USUAL_DAYS), params.get("accounts"))
    return _dumped(BalanceForecastSchema, found)


def _span(params: Params) -> tuple[Any, Any, Any]:
    return params.get("period"), params.get("date_from"), params.get("date_to")


def _dumped(schema: type[Schema], result: object) -> dict[str, object]:
    found: dict[str, object] = dumper(schema)(result)
    return found


RUNS: Mapping[SavedKind, Callable[[BookAccess, Params], dict[str, object]]] = {
    SavedKind.SUMMARY: _summary,
    SavedKind.MONTHLY: _monthly,
    SavedKind.CATEGORY: _category,
    SavedKind.NET_WORTH: _net_worth,
    SavedKind.CASH_FLOW: _cash_flow,
    SavedKind.TAGS: _tags,
    SavedKind.PAYEES: _payees,
    SavedKind.TRENDS: _trends,
    SavedKind.FORECAST: _forecast,
}
"""Functions that run each report."""
