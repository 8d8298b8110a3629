"""/reports/forecast."""

from app.suites.personal.books.schemas import BookChoice
from app.suites.personal.reports.routes.base import Figures, namespace
from app.suites.personal.reports.schemas.ahead import BalanceForecastQuery, BalanceForecastSchema
from app.suites.personal.reports.service import BalanceForecast, ForecastReports
from app.web.api import Resource, operation
from app.web.context import context


class ForecastChoice(BookChoice, total=False):
    """Days ahead, and accounts."""

    days: int
    accounts: tuple[int, ...]


@namespace.route("/forecast")
class BalancesAhead(Resource):
    @operation(
        "personal:read",
        Figures(BalanceForecastSchema),
        query=BalanceForecastQuery,
        errors=(404,),
        name="getPersonalForecast",
    )
    def get(self, query: ForecastChoice) -> BalanceForecast:
        """Balances of the days ahead by account, with what is known to come and the first days of a shortfall."""
        reports = ForecastReports.of_caller(context(), query.get("book_id"))
        return reports.forecast(query["days"], query.get("accounts"))
