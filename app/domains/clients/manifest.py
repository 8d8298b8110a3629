"""Manifest of clients."""

from app.domains.clients import demo, routes
from app.manifest import Manifest

MANIFEST = Manifest(
    namespaces=(routes.namespace,),
    demo=demo.seed,
)
