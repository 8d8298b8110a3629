"""Manifest of incomes."""

from app.infra.file_access import COMPANY_FILES
from app.manifest import EVERYONE, WRITERS, Manifest, Permission
from app.suites.fresco.incomes import demo, routes, subscribers, webhooks

MANIFEST = Manifest(
    tags={"incomes": "Incomes outside the payment plans."},
    namespaces=(routes.namespace, routes.imports),
    permissions=(
        Permission("incomes:read", "Ver ingresos", EVERYONE),
        Permission("incomes:write", "Cambiar ingresos", WRITERS),
    ),
    subscriptions=subscribers.SUBSCRIPTIONS,
    demo=demo.seed,
    load=demo.load,
    may_read_file=COMPANY_FILES,
    webhooks=webhooks.OBJECTS,
)
