"""Scheduled jobs of reminders."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.infra.context import Context
from app.infra.scheduler import Daily, Job
from app.suites.fresco.reminders.service import ReminderService


def remind(context: Context, today: date) -> Mapping[str, Any]:
    """Plan the reminders of the day."""
    return ReminderService(context).plan(today)


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain."""
    return (Job("remind-clients", "Remind clients of payments by the rules", remind, Daily(config["REMIND_AT"])),)
