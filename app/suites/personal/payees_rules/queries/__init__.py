"""Payees, and labels of transactions."""

from app.suites.personal.payees_rules.queries.entered import Entered, EnteredQueries
from app.suites.personal.payees_rules.queries.labels import SplitLabels, TransactionLabels
from app.suites.personal.payees_rules.queries.payees import PayeeFilter, PayeeRepository

__all__ = ["Entered", "EnteredQueries", "PayeeFilter", "PayeeRepository", "SplitLabels", "TransactionLabels"]
