"""Manifest of the scheduled jobs."""

from app.domains.jobs import cli, routes
from app.manifest import Manifest

MANIFEST = Manifest(
    namespaces=(routes.namespace,),
    commands=(cli.group,),
)
