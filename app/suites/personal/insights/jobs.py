"""Scheduled jobs of insights."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.infra.books import BookAccess
from app.infra.context import Context
from app.infra.scheduler import Daily, Job
from app.suites.personal.books.service import each_book
from app.suites.personal.insights.service import InsightFinder


def _find(context: Context, today: date) -> Mapping[str, object]:
    def work(access: BookAccess) -> Mapping[str, int]:
        return {"found": int(InsightFinder(access).refresh())}

    return each_book(context, today, work)


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain."""
    description = "Find the insights and subscriptions of books that have changed, and those of the day"
    return (Job("find-insights", description, _find, Daily(config["MARK_OVERDUE_AT"])),)
