"""/insights and /subscriptions of the suite."""

from app.kernel.paging import Page
from app.suites.personal.books.schemas import BookChoice, BookListRequest, BookQuery
from app.suites.personal.insights.models import InsightRecord
from app.suites.personal.insights.schemas import (
    InsightListQuery,
    InsightSchema,
    SubscriptionListQuery,
    SubscriptionSchema,
)
from app.suites.personal.insights.service import (
    InsightChanges,
    InsightService,
    SubscriptionChanges,
    SubscriptionItem,
    SubscriptionService,
)
from app.web.api import Namespace, Resource, operation
from app.web.changed_responses import OneWithFigures
from app.web.context import context
from app.web.responses import Listed, One

insights_namespace = Namespace("insights", path="/insights")
subscriptions_namespace = Namespace("subscriptions", path="/subscriptions")
NAMESPACES = (insights_namespace, subscriptions_namespace)


@insights_namespace.route("")
class Insights(Resource):
    @operation(
        "personal:read",
        Listed(InsightSchema, title="Hallazgos"),
        query=InsightListQuery,
        errors=(404,),
        stores=True,
    )
    def get(self, query: BookListRequest) -> Page[InsightRecord]:
        """List what is worth knowing of a book as it is now, the newest first."""
        return InsightService.of_caller(context(), query.book_id).page(query.page, **query.filters)


@insights_namespace.route("/<id:insight_id>")
class OneInsight(Resource):
    @operation("personal:write", One(InsightSchema), query=BookQuery, body=InsightSchema, errors=(404,))
    def patch(self, query: BookChoice, insight_id: int, body: InsightChanges) -> InsightRecord:
        """Dismiss an insight, or say whether it was useful."""
        return InsightService.of_row(context(), insight_id, query.get("book_id")).answer(insight_id, **body)


@subscriptions_namespace.route("")
class Subscriptions(Resource):
    @operation(
        "personal:read",
        Listed(SubscriptionSchema, title="Suscripciones"),
        query=SubscriptionListQuery,
        errors=(404,),
        stores=True,
    )
    def get(self, query: BookListRequest) -> Page[SubscriptionItem]:
        """List charges that recur, with the history of their prices, by name."""
        return SubscriptionService.of_caller(context(), query.book_id).page(query.page, **query.filters)


@subscriptions_namespace.route("/<id:subscription_id>")
class OneSubscription(Resource):
    @operation(
        "personal:write",
        OneWithFigures(SubscriptionSchema),
        query=BookQuery,
        body=SubscriptionSchema,
        errors=(404, 409),
    )
    def patch(self, query: BookChoice, subscription_id: int, body: SubscriptionChanges) -> SubscriptionItem:
        """Confirm or dismiss a subscription, or make a recurring transaction of it."""
        service = SubscriptionService.of_row(context(), subscription_id, query.get("book_id"))
        return service.answer(subscription_id, **body)
