"""Kind of notification of jobs that failed."""

from datetime import date

from app.core.jobs.service import JobService
from app.infra.context import Context
from app.infra.notifications import LOOK_BACK, DigestEntry, NotificationKind, counted


def _failed(context: Context, _today: date) -> list[DigestEntry]:
    found = JobService(context, ()).failed_since(context.clock.now() - LOOK_BACK)
    return [DigestEntry(str(run.id), f"{run.job}: {run.error or 'sin detalle'}") for run in found]


KINDS = {
    "job_failed": NotificationKind(
        label="Tareas programadas que fallaron",
        permission="jobs:read",
        title=lambda number: counted(number, "tarea programada falló", "tareas programadas fallaron"),
        find=_failed,
        soon=True,
        link="/jobs",
    )
}
