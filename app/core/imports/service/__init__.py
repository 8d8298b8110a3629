"""Services of imports."""

from app.core.imports.service.importer import Importer
from app.core.imports.service.imports import ImportOutcome, ImportService, Line, Undone
from app.core.imports.service.untouched import UntouchedRows

__all__ = ["ImportOutcome", "ImportService", "Importer", "Line", "Undone", "UntouchedRows"]
