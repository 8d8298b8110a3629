"""Manifest of incomes."""

from app.infra.file_access import COMPANY_FILES
from app.manifest import EVERYONE, WRITERS, Manifest, Permission
from app.suites.fresco.incomes import demo, routes

MANIFEST = Manifest(
    tags={"incomes": "Incomes outside the payment plans."},
    namespaces=(routes.namespace,),
    permissions=(
        Permission("incomes:read", "Ver ingresos", EVERYONE),
        Permission("incomes:write", "Cambiar ingresos", WRITERS),
    ),
    demo=demo.seed,
    load=demo.load,
    may_read_file=COMPANY_FILES,
)
