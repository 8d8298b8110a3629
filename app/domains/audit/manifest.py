"""Manifest of the audit log."""

from app.domains.audit import cli, jobs, routes
from app.domains.audit.service import AuditService
from app.manifest import Manifest

MANIFEST = Manifest(
    namespaces=(routes.namespace,),
    commands=(cli.group,),
    jobs=jobs.jobs,
    violations=lambda context: AuditService(context).violations(),
)
