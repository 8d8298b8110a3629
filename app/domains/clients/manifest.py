"""Manifest of clients."""

from app.domains.clients import demo, routes
from app.manifest import Manifest

MANIFEST = Manifest(
    tags={"clients": "Whom the company works for, and their documents."},
    namespaces=(routes.namespace,),
    demo=demo.seed,
)
