"""Manifest of webhooks."""

from app.core.webhooks import demo, jobs, routes, tasks
from app.manifest import ADMINS, Manifest, Permission

MANIFEST = Manifest(
    tags={"webhooks": "Addresses that are told of events by signed requests (admins)."},
    namespaces=(routes.namespace,),
    permissions=(
        Permission("webhooks:read", "Ver webhooks y sus entregas", ADMINS),
        Permission("webhooks:write", "Cambiar webhooks", ADMINS),
    ),
    words={
        "active": ("Whether it is told of new events", True),
        "event": ("Name of the event", "payment.paid"),
        "events": ("Events: `payment.paid`, `client.*` for all of an object, `*` for all", ["payment.*"]),
        "last_error": ("What went wrong the last time; null where nothing did", None),
        "next_try_at": ("Time of the next try; null as soon as it is its turn, or once it ended", None),
        "object_id": ("Id of the object", 12),
        "object_type": ("Kind of object", "payment"),
        "secret": ("Secret of the signatures, in this answer alone", "whsec_3vQ0"),
        "state": ("How far it is", "delivered"),
        "tries": ("Number of tries that have ended", 1),
        "uid": ("Unique id, the same in every try", "0192f5b6-7d1c-4c1e-9a57-5a1f0e6d2b11"),
    },
    headings={
        "active": "Activo",
        "event": "Evento",
        "events": "Eventos",
        "finished_at": "Terminó",
        "last_error": "Último error",
        "next_try_at": "Próximo intento",
        "object_id": "ID del objeto",
        "object_type": "Objeto",
        "state": "Estado",
        "status": "Código de respuesta",
        "tries": "Intentos",
        "uid": "ID único",
        "url": "Dirección",
    },
    jobs=jobs.jobs,
    tasks=tasks.KINDS,
    demo=demo.seed,
)
