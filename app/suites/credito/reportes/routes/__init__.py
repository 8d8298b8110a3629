"""/api/credito/reportes."""

from app.suites.credito.reportes.routes import buro, cartera, cobranza, general, grupos
from app.suites.credito.reportes.routes.comun import namespace

NAMESPACES = (namespace,)

__all__ = ["NAMESPACES", "buro", "cartera", "cobranza", "general", "grupos"]
