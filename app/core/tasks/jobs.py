"""Scheduled jobs of tasks."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.core.tasks.service import TaskService
from app.infra.context import Context
from app.infra.scheduler import Daily, Job


def _purge(context: Context, _today: date) -> Mapping[str, Any]:
    return TaskService(context).purge()


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain."""
    description = "Remove tasks that were done 30 days ago, and failed ones after 90"
    return (Job("purge-tasks", description, _purge, Daily(config["PURGE_EXPIRED_AT"])),)
