"""Manifest of clients."""

from app.domains.clients import demo, routes
from app.manifest import EVERYONE, WRITERS, Manifest, Permission

MANIFEST = Manifest(
    tags={"clients": "Clients of the company, and their documents."},
    namespaces=(routes.namespace,),
    permissions=(
        Permission("clients:read", "Ver clientes", EVERYONE),
        Permission("clients:write", "Cambiar clientes", WRITERS),
    ),
    demo=demo.seed,
)
