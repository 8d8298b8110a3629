"""Addresses of imports and of transfers that are put together of two entries."""

from app.suites.personal.imports.routes import imports, transfers

NAMESPACES = (imports.entry, imports.namespace, imports.mappings, transfers.namespace)

__all__ = ["NAMESPACES"]
