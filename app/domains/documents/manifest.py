"""Manifest of the documents of clients and projects."""

from app.domains.documents import routes, subscribers
from app.manifest import Manifest

MANIFEST = Manifest(
    namespaces=(routes.client_documents, routes.project_documents),
    subscriptions=subscribers.SUBSCRIPTIONS,
)
