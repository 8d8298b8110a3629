"""Manifest of suppliers."""

from app.manifest import EVERYONE, WRITERS, Manifest, PartyRole, Permission
from app.suites.fresco.suppliers import demo, routes

MANIFEST = Manifest(
    tags={"suppliers": "Suppliers of the company."},
    namespaces=(routes.namespace,),
    permissions=(
        Permission("suppliers:read", "Ver proveedores", EVERYONE),
        Permission("suppliers:write", "Cambiar proveedores", WRITERS),
    ),
    party_roles=(PartyRole("suppliers", read="suppliers:read", write="suppliers:write"),),
    demo=demo.seed,
)
