"""Tables of transactions."""

from app.suites.personal.transactions.models.attachments import (
    TransactionAttachment,
    TransactionAttachmentRecord,
)
from app.suites.personal.transactions.models.changes import (
    ChangedTransaction,
    ChangedTransactionRecord,
    ChangeSet,
    ChangeSetRecord,
)
from app.suites.personal.transactions.models.note_words import NoteWord
from app.suites.personal.transactions.models.reconciliations import (
    ReconciledTransaction,
    ReconciledTransactionRecord,
    Reconciliation,
    ReconciliationRecord,
)
from app.suites.personal.transactions.models.transactions import (
    LegRecord,
    Payee,
    SplitRecord,
    Transaction,
    TransactionLeg,
    TransactionRecord,
    TransactionSplit,
    searched_transactions,
)

__all__ = [
    "ChangeSet",
    "ChangeSetRecord",
    "ChangedTransaction",
    "ChangedTransactionRecord",
    "LegRecord",
    "NoteWord",
    "Payee",
    "ReconciledTransaction",
    "ReconciledTransactionRecord",
    "Reconciliation",
    "ReconciliationRecord",
    "SplitRecord",
    "Transaction",
    "TransactionAttachment",
    "TransactionAttachmentRecord",
    "TransactionLeg",
    "TransactionRecord",
    "TransactionSplit",
    "searched_transactions",
]
