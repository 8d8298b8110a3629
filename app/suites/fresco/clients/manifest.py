"""Manifest of clients."""

from app.manifest import EVERYONE, WRITERS, Manifest, PartyRole, Permission
from app.suites.fresco.clients import demo, routes, subscribers, webhooks

MANIFEST = Manifest(
    tags={"clients": "Clients of the company, and their documents."},
    namespaces=(routes.namespace, routes.imports),
    permissions=(
        Permission("clients:read", "Ver clientes", EVERYONE),
        Permission("clients:write", "Cambiar clientes", WRITERS),
    ),
    words={"reminders": ("Whether the client gets mails about unpaid payments", True)},
    headings={"reminders": "Recordatorios"},
    party_roles=(PartyRole("clients", read="clients:read", write="clients:write"),),
    subscriptions=subscribers.SUBSCRIPTIONS,
    demo=demo.seed,
    webhooks=webhooks.OBJECTS,
)
