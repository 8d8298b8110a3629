"""Runs of the job `notify`."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from app import registry
from app.infra import clock
from app.infra.scheduler import run_job

Notify = Callable[[date], Any]


def run_notify(app: Flask, day: date) -> Any:
    """Run the job on a day, at noon; returns its counts."""
    with app.app_context(), clock.frozen(datetime(day.year, day.month, day.day, 17, tzinfo=UTC)):
        job = next(job for job in registry.jobs(app.config) if job.name == "notify")
        return run_job(job, slot=None)


@pytest.fixture
def notify(app: Flask, database: None) -> Notify:
    """A function that runs the job on a day."""
    return lambda day: run_notify(app, day)
