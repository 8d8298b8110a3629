"""Repositories of the ledger."""

from app.core.ledger.repository.balances import BalanceRepository, BalanceRow
from app.core.ledger.repository.books import AccountRepository, BookRepository, CostCenterRepository
from app.core.ledger.repository.checks import CheckRepository
from app.core.ledger.repository.entries import EntryRepository

__all__ = [
    "AccountRepository",
    "BalanceRepository",
    "BalanceRow",
    "BookRepository",
    "CheckRepository",
    "CostCenterRepository",
    "EntryRepository",
]
