"""Manifest of the scheduled jobs."""

from app.domains.jobs import cli, routes
from app.manifest import ADMINS, Manifest, Permission

MANIFEST = Manifest(
    tags={"jobs": "Scheduled jobs and their runs (admins)."},
    namespaces=(routes.namespace,),
    permissions=(Permission("jobs:read", "Ver tareas programadas", ADMINS),),
    words={
        "attempt": ("The how-manieth try of this slot, from 1", 1),
        "counts": ("What the run did, by kind", {"created": 3}),
        "error": ("What went wrong; null where nothing did", None),
        "finished_at": ("When it ended", "2025-03-05T05:10:02Z"),
        "job": ("Name of the job", "mark-overdue"),
        "last_run": ("How its last run went; null if it never ran", None),
        "name": ("Name of the job", "mark-overdue"),
        "next_run_at": ("When it runs next", "2025-03-06T05:10:00Z"),
        "outcome": ("How it ended, or that it runs", "succeeded"),
        "schedule": ("When it runs, in words", "every day at 00:10"),
        "slot": ("The moment of the calendar that the run was for; null when run by hand", "2025-03-05T05:10:00Z"),
        "started_at": ("When it began", "2025-03-05T05:10:00Z"),
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
)
