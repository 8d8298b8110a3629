"""/api/credito/reportes."""

from app.suites.credito.reportes.routes import cartera, general
from app.suites.credito.reportes.routes.comun import namespace

NAMESPACES = (namespace,)

__all__ = ["NAMESPACES", "cartera", "general"]
