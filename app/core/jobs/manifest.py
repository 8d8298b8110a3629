"""Manifest of the scheduled jobs."""

from app.core.jobs import cli, notifications, routes
from app.manifest import ADMINS, Manifest, Permission

MANIFEST = Manifest(
    tags={"jobs": "Scheduled jobs and their runs (admins)."},
    namespaces=(routes.namespace,),
    permissions=(Permission("jobs:read", "Ver tareas programadas", ADMINS),),
    words={
        "attempt": ("Attempt number for this slot, starting at 1", 1),
        "counts": ("Numbers of what the run did, by kind", {"created": 3}),
        "error": ("Error of the run; null without one", None),
        "finished_at": ("Time of the end", "2025-03-05T05:10:02Z"),
        "job": ("Name of the job", "mark-overdue"),
        "last_run": ("The last run; null if it never ran", None),
        "name": ("Name of the job", "mark-overdue"),
        "next_run_at": ("Time of the next run", "2025-03-06T05:10:00Z"),
        "outcome": ("`done` or `failed`", "done"),
        "schedule": ("Schedule, in words", "every day at 00:10"),
        "slot": ("Planned time of the run; null when run by hand", "2025-03-05T05:10:00Z"),
        "started_at": ("Time of the start", "2025-03-05T05:10:00Z"),
    },
    headings={
        "attempt": "Intento",
        "counts": "Conteos",
        "error": "Error",
        "finished_at": "Terminó",
        "job": "Tarea",
        "last_run": "Última ejecución",
        "next_run_at": "Próxima ejecución",
        "outcome": "Resultado",
        "schedule": "Horario",
        "slot": "Turno",
        "started_at": "Empezó",
    },
    commands=(cli.group,),
    notifications=notifications.KINDS,
)
