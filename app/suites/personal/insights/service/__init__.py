"""Services of insights and subscriptions."""

from app.suites.personal.insights.service.finding import InsightFinder
from app.suites.personal.insights.service.insights import InsightChanges, InsightService
from app.suites.personal.insights.service.subscriptions import (
    SubscriptionChanges,
    SubscriptionItem,
    SubscriptionService,
)

__all__ = [
    "InsightChanges",
    "InsightFinder",
    "InsightService",
    "SubscriptionChanges",
    "SubscriptionItem",
    "SubscriptionService",
]
