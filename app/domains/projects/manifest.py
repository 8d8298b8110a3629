"""Manifest of projects and their payment plans."""

from app.domains.projects import demo, routes
from app.manifest import Manifest

MANIFEST = Manifest(
    namespaces=(routes.namespace,),
    demo=demo.seed,
    demo_later=demo.seed_later,
)
