"""/reports/trends."""

from app.suites.personal.books.schemas import BookChoice
from app.suites.personal.reports.routes.base import Figures, namespace
from app.suites.personal.reports.schemas.trends import TrendQuery, TrendSchema
from app.suites.personal.reports.service import CategoryType, TrendReport, TrendReports
from app.web.api import Resource, operation
from app.web.context import context


class TrendChoice(BookChoice, total=False):
    """Months, horizon and series of a trend."""

    months: int
    horizon: int
    type: CategoryType
    category_id: int


@namespace.route("/trends")
class Trends(Resource):
    @operation("personal:read", Figures(TrendSchema), query=TrendQuery, errors=(404, 409), name="getPersonalTrends")
    def get(self, query: TrendChoice) -> TrendReport:
        """Slope, season and forecast of spending, of income, or of a category, from complete months."""
        reports = TrendReports.of_caller(context(), query.get("book_id"))
        return reports.trend(query["months"], query["horizon"], query.get("type"), query.get("category_id"))
