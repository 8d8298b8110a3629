"""Lists of transactions, their totals, and running balances."""

from app.suites.personal.transactions.queries.criteria import TransactionFilter
from app.suites.personal.transactions.queries.lists import Listed, TransactionQueries
from app.suites.personal.transactions.queries.totals import Figures

__all__ = ["Figures", "Listed", "TransactionFilter", "TransactionQueries"]
