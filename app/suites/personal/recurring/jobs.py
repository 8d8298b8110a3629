"""Scheduled jobs of recurring transactions."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.infra.context import Context
from app.infra.scheduler import Hourly, Job
from app.suites.personal.recurring.service import post_due


def _post(context: Context, today: date) -> Mapping[str, object]:
    return post_due(context, today)


def jobs(_config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain: hourly, for days begin at different times in different zones."""
    return (Job("post-recurring", "Enter the recurring transactions of people that are due", _post, Hourly(30)),)
