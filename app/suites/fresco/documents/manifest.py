"""Manifest of the documents of clients and projects."""

from app.infra.file_access import COMPANY_FILES
from app.manifest import Manifest
from app.suites.fresco.documents import routes, subscribers

MANIFEST = Manifest(
    namespaces=(routes.client_documents, routes.project_documents),
    words={
        "entity_id": ("Id of the owner", 1),
        "entity_type": ("Kind of the owner: a client or a project", "client"),
        "upload_date": ("Time of the upload", "2025-03-05T14:30:00Z"),
    },
    headings={
        "entity_id": "ID del titular",
        "entity_type": "Titular",
        "file_path": "Ruta del archivo",
        "file_url": "Enlace del archivo",
        "upload_date": "Subido",
    },
    subscriptions=subscribers.SUBSCRIPTIONS,
    may_read_file=COMPANY_FILES,
)
