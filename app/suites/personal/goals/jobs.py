"""Scheduled jobs of goals."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.infra.context import Context
from app.infra.scheduler import Hourly, Job
from app.suites.personal.goals.service import contribute_due


def _contribute(context: Context, today: date) -> Mapping[str, object]:
    return contribute_due(context, today)


def jobs(_config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain: hourly, for days begin at different times in different zones."""
    return (Job("contribute-to-goals", "Put money aside for goals of people", _contribute, Hourly(35)),)
