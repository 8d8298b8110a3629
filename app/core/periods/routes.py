"""/api/periods: the months of the company's own book."""

from app.core.periods.models import PeriodRecord
from app.core.periods.schemas import ClosingSchema, PeriodListQuery, PeriodSchema, ReopeningSchema
from app.core.periods.service import Closing, PeriodService, Reopening
from app.kernel.paging import Page
from app.kernel.periods import Month
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Computed, Listed

namespace = Namespace("periods", path="/periods")


def service() -> PeriodService:
    """The service of this request."""
    return PeriodService(context())


@namespace.route("")
class Periods(Resource):
    @operation("periods:read", Listed(PeriodSchema, title="Meses"), query=PeriodListQuery)
    def get(self, query: ListRequest) -> Page[PeriodRecord]:
        """List the months up to this one, newest first: which are closed, since when and by whom."""
        return service().page(service().company_book(), query.page)


@namespace.route("/<month:month>/close")
class Close(Resource):
    @operation("periods:write", Computed(ClosingSchema), errors=(404, 409), name="closePeriod")
    def post(self, month: Month) -> Closing:
        """Close a month that is over, the next after the last closed one; the first time all months before it, too.

        409 `period_not_ready` lists in `errors`, by code, what is undone.
        """
        return service().close(service().company_book(), month)


@namespace.route("/<month:month>/reopen")
class Reopen(Resource):
    @operation("periods:write", Computed(PeriodSchema), body=ReopeningSchema, errors=(404, 409), name="reopenPeriod")
    def post(self, month: Month, body: Reopening) -> PeriodRecord:
        """Open the last closed month again, for a reason that is kept."""
        return service().reopen(service().company_book(), month, body["reason"])
