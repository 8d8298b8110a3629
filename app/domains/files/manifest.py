"""Manifest of stored files."""

from app.domains.files import cli, jobs, routes
from app.domains.files.service import FileService
from app.manifest import Manifest

MANIFEST = Manifest(
    namespaces=(routes.upload_namespace, routes.files_namespace),
    commands=(cli.group,),
    jobs=jobs.jobs,
    violations=lambda context: FileService(context).violations(),
)
