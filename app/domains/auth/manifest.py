"""Manifest of users, logins and sessions."""

from app.domains.auth import cli, demo, jobs, routes
from app.manifest import Manifest

MANIFEST = Manifest(
    namespaces=(routes.auth_namespace, routes.users_namespace),
    commands=(cli.group,),
    jobs=jobs.jobs,
    demo=demo.seed,
)
