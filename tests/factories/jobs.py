"""Runs of jobs."""

from datetime import UTC, datetime, timedelta

import factory

from app.infra.job_runs import JobRun, Outcome
from tests.factories import Examples, RowFactory

_A_JOB = "mark-overdue"


class JobRunFactory(RowFactory):
    """A run that did something."""

    class Meta:
        model = JobRun

    job = _A_JOB
    slot = factory.Sequence(lambda n: datetime(2026, 1, 31, 23, 59, 59, 123456, tzinfo=UTC) - timedelta(hours=n))
    started_at = factory.SelfAttribute("slot")
    finished_at = factory.SelfAttribute("slot")
    outcome = Outcome.DONE
    counts = {"rows": 1}  # noqa: RUF012 - factory_boy reads it as a declaration


def _runs(_: object) -> str:
    JobRunFactory()
    return f"/api/jobs/{_A_JOB}/runs"


EXAMPLES = Examples(rows={"JobRun": lambda: JobRunFactory().id}, existing={"/api/jobs/<string:name>/runs": _runs})
