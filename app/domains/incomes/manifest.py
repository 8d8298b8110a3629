"""Manifest of incomes."""

from app.domains.incomes import demo, routes
from app.domains.incomes.models import INCOME_SUMS
from app.manifest import EVERYONE, WRITERS, Manifest, Permission

MANIFEST = Manifest(
    tags={"incomes": "Incomes outside the payment plans."},
    namespaces=(routes.namespace,),
    permissions=(
        Permission("incomes:read", "Ver ingresos", EVERYONE),
        Permission("incomes:write", "Cambiar ingresos", WRITERS),
    ),
    sums=(INCOME_SUMS,),
    demo=demo.seed,
    load=demo.load,
)
