"""Manifest of exchange rates."""

from app.domains.currencies import cli, demo, jobs, routes
from app.manifest import Manifest

MANIFEST = Manifest(
    namespaces=(routes.namespace,),
    commands=(cli.group,),
    jobs=jobs.jobs,
    demo=demo.seed,
)
