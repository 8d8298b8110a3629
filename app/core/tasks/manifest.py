"""Manifest of tasks."""

from app.core.tasks import cli, jobs, notifications, routes, tasks
from app.core.tasks.service import TaskService
from app.manifest import ADMINS, Manifest, Permission

MANIFEST = Manifest(
    tags={"tasks": "Work beside requests, and how it went (admins)."},
    namespaces=(routes.namespace,),
    permissions=(
        Permission("tasks:read", "Ver tareas en segundo plano", ADMINS),
        Permission("tasks:write", "Reintentar y cancelar tareas en segundo plano", ADMINS),
    ),
    words={
        "last_error": ("What went wrong the last time; null where nothing did", None),
        "name": ("Kind of task", "selftest"),
        "run_at": ("When it was or will be due", "2025-03-05T14:30:00Z"),
        "state": ("How far it is", None),
        "task_id": ("Id of the task", 1),
        "tries": ("Number of tries that have ended", 1),
    },
    headings={
        "last_error": "Último error",
        "run_at": "Programada para",
        "state": "Estado",
        "tries": "Intentos",
    },
    commands=(cli.group,),
    jobs=jobs.jobs,
    tasks=tasks.KINDS,
    notifications=notifications.KINDS,
    violations=lambda context: TaskService(context).violations(),
)
