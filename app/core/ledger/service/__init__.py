"""Services of the ledger."""

from app.core.ledger.models import AccountRecord, LineRecord
from app.core.ledger.service.balances import BalanceService, IncomeStatement, NetWorth, TrialBalanceRow
from app.core.ledger.service.books import AccountChanges, BookChanges, BookService, NewAccount, Opening
from app.core.ledger.service.checks import CheckService
from app.core.ledger.service.posting import Posted, PostingService

__all__ = [
    "AccountChanges",
    "AccountRecord",
    "BalanceService",
    "BookChanges",
    "BookService",
    "CheckService",
    "IncomeStatement",
    "LineRecord",
    "NetWorth",
    "NewAccount",
    "Opening",
    "Posted",
    "PostingService",
    "TrialBalanceRow",
]
