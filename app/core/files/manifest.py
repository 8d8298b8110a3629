"""Manifest of stored files."""

from app.core.files import cli, jobs, routes
from app.core.files.service import FileService
from app.manifest import ANYBODY, PERSON, WRITERS, Manifest, Permission

MANIFEST = Manifest(
    tags={
        "files": "Downloading what was uploaded.",
        "upload": "Uploading a file before what it belongs to.",
    },
    namespaces=(routes.upload_namespace, routes.files_namespace),
    permissions=(
        Permission("files:read", "Ver archivos", ANYBODY),
        Permission("files:write", "Subir archivos", WRITERS | {PERSON}),
    ),
    words={
        "content_type": ("Media type, decided by the content", "application/pdf"),
        "original_name": ("Original name, for display", "recibo.pdf"),
        "size": ("Size in bytes", 48213),
    },
    commands=(cli.group,),
    jobs=jobs.jobs,
    violations=lambda context: FileService(context).violations(),
)
