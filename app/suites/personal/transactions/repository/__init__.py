"""Repositories of transactions."""

from app.suites.personal.transactions.repository.attachments import AttachmentFilter, AttachmentRepository
from app.suites.personal.transactions.repository.changes import (
    ChangedTransactionRepository,
    ChangeSetFilter,
    ChangeSetRepository,
)
from app.suites.personal.transactions.repository.note_words import NoteWordRepository
from app.suites.personal.transactions.repository.reconciliations import (
    ReconciledTransactionRepository,
    ReconciliationFilter,
    ReconciliationRepository,
)
from app.suites.personal.transactions.repository.transactions import (
    LegRepository,
    SplitRepository,
    TransactionRepository,
)

__all__ = [
    "AttachmentFilter",
    "AttachmentRepository",
    "ChangeSetFilter",
    "ChangeSetRepository",
    "ChangedTransactionRepository",
    "LegRepository",
    "NoteWordRepository",
    "ReconciledTransactionRepository",
    "ReconciliationFilter",
    "ReconciliationRepository",
    "SplitRepository",
    "TransactionRepository",
]
