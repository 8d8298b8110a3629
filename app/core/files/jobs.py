"""Scheduled jobs of files."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.core.files.service import FileService
from app.infra.context import Context
from app.infra.scheduler import Daily, Job


def sweep_files(context: Context, _today: date) -> Mapping[str, object]:
    """Delete contents without a row."""
    return FileService(context).sweep()


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain."""
    description = "Remove bytes older than a day that no row knows"
    return (Job("sweep-files", description, sweep_files, Daily(config["SWEEP_FILES_AT"])),)
