"""Manifest of reports."""

from app.domains.reports import routes
from app.manifest import Manifest

MANIFEST = Manifest(namespaces=(routes.namespace,))
