"""Services of imports."""

from app.suites.personal.imports.service.brought import BroughtOccurrences
from app.suites.personal.imports.service.content_keys import ContentKeys
from app.suites.personal.imports.service.imports import (
    ImportFilters,
    ImportService,
    LineDecision,
    LineFilters,
)
from app.suites.personal.imports.service.mappings import ImportMappingService, MappingChanges, MappingFilters
from app.suites.personal.imports.service.numbers import KnownNumbers
from app.suites.personal.imports.service.outcomes import ImportOutcome, PossibleMatch
from app.suites.personal.imports.service.reading import FileOptions, FileValues
from app.suites.personal.imports.service.transfers import Parted, Suggestion, TransferService
from app.suites.personal.imports.service.undoing import KeptEntry, Undone

__all__ = [
    "BroughtOccurrences",
    "ContentKeys",
    "FileOptions",
    "FileValues",
    "ImportFilters",
    "ImportMappingService",
    "ImportOutcome",
    "ImportService",
    "KeptEntry",
    "KnownNumbers",
    "LineDecision",
    "LineFilters",
    "MappingChanges",
    "MappingFilters",
    "Parted",
    "PossibleMatch",
    "Suggestion",
    "TransferService",
    "Undone",
]
