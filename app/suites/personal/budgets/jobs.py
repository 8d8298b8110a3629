"""Scheduled jobs of budgets."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.infra.books import BookAccess
from app.infra.context import Context
from app.infra.scheduler import Daily, Job
from app.suites.personal.books.service import each_book
from app.suites.personal.budgets.service import AlertService


def _judge(context: Context, today: date) -> Mapping[str, object]:
    def work(access: BookAccess) -> Mapping[str, int]:
        return {"alerts": AlertService(access).judge_all()}

    return each_book(context, today, work)


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain."""
    description = "Send the alerts of budgets that came up without a change, as at the start of a period"
    return (Job("budget-alerts", description, _judge, Daily(config["NOTIFY_AT"])),)
