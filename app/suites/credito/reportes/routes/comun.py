"""The namespace of all reports."""

from app.web.api import Namespace

namespace = Namespace("reportes", path="/reportes")
LEER = "credito.reportes:read"
"""Permission of reports."""
