"""Manifest of notifications."""

from app.core.notifications import demo, jobs, notifications, routes, subscribers, tasks
from app.manifest import Manifest

MANIFEST = Manifest(
    tags={"notifications": "The caller's notifications, and by which channels they come."},
    namespaces=(routes.namespace,),
    words={
        "body": ("Text, of one or more lines", "Café Andino, Sitio web: $ 1.500.000, venció el 14 de junio de 2026"),
        "in_app": ("Whether it is shown in the application", True),
        "kind": ("Kind of notification", "payments_overdue"),
        "link": ("Path in the frontend; null without one", "/payments?status=Vencido"),
        "read": ("Whether it counts as read", True),
        "read_at": ("Time when it was read first; null while it is unread", "2026-06-15T14:30:00Z"),
        "suite": ("Suite whose notifications are listed; `core` for what all suites share", "personal"),
        "title": ("Title", "1 pago vencido"),
    },
    headings={
        "body": "Mensaje",
        "kind": "Tipo",
        "link": "Enlace",
        "read_at": "Leída",
        "title": "Título",
    },
    demo=demo.seed,
    jobs=jobs.jobs,
    tasks=tasks.KINDS,
    notifications=notifications.KINDS,
    subscriptions=subscribers.SUBSCRIPTIONS,
)
