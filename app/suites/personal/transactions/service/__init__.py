"""Services of transactions."""

from app.suites.personal.transactions.service.reading import TransactionFilters, TransactionItem, TransactionReader
from app.suites.personal.transactions.service.resolving import MoneyValues, SplitValues
from app.suites.personal.transactions.service.transactions import (
    NewTransaction,
    Refund,
    TransactionChanges,
    TransactionService,
)

__all__ = [
    "MoneyValues",
    "NewTransaction",
    "Refund",
    "SplitValues",
    "TransactionChanges",
    "TransactionFilters",
    "TransactionItem",
    "TransactionReader",
    "TransactionService",
]
