"""Kind of notification of tasks that failed."""

from datetime import date

from app.core.tasks.service import TaskService
from app.infra.context import Context
from app.infra.notifications import LOOK_BACK, DigestEntry, NotificationKind, counted


def _failed(context: Context, _today: date) -> list[DigestEntry]:
    found = TaskService(context).failed_since(context.clock.now() - LOOK_BACK)
    # A task that is tried again and fails again has another time, and is reported again.
    return [
        DigestEntry(
            f"{task.id}:{task.run_at.isoformat()}", f"{task.name} ({task.id}): {task.last_error or 'sin detalle'}"
        )
        for task in found
    ]


KINDS = {
    "task_failed": NotificationKind(
        label="Tareas en segundo plano que fallaron",
        permission="tasks:read",
        title=lambda number: counted(number, "tarea en segundo plano falló", "tareas en segundo plano fallaron"),
        find=_failed,
        soon=True,
        link="/tasks?state=failed",
    )
}
