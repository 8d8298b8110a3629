"""Services of the ledger."""

from app.core.ledger.service.balances import BalanceService, IncomeStatement, NetWorth, TrialBalanceRow
from app.core.ledger.service.books import BookChanges, BookService
from app.core.ledger.service.checks import CheckService
from app.core.ledger.service.posting import Posted, PostingService

__all__ = [
    "BalanceService",
    "BookChanges",
    "BookService",
    "CheckService",
    "IncomeStatement",
    "NetWorth",
    "Posted",
    "PostingService",
    "TrialBalanceRow",
]
